package import Counters
package import Detection
import Dialects
import LogSources
package import MailLog
import Platform
package import Sessions

/// The daemon's way of a line: from the sources' batches to counters that can be read and saved.
///
/// Sources call `take` on threads of their own; one batch after the other is counted, under one
/// lock. Nothing in here waits for anything, so that no reader and no disk holds the lines up.
package final class IngestPipeline: Sendable {
  package struct Options: Sendable {
    package var rules: CountingRules
    /// Days that are kept, today among them.
    package var retentionDays = 90
    package var limits = CounterLimits()
    package var sessionLimits = SessionTable.Limits()
    /// The names of all sources that are read, to be saved.
    package var sourceNames: [String] = []
    /// How the stamps of a source are read that name no zone or no year.
    package var stamps: @Sendable (_ source: String) -> StampDefaults

    package init(
      zone: ZoneRules,
      stamps: @escaping @Sendable (_ source: String) -> StampDefaults
    ) {
      rules = CountingRules(zone: zone)
      self.stamps = stamps
    }

    /// Counters that these options make, without anything counted.
    package var emptyCounters: Counters {
      Counters(zone: rules.zone, foldsCase: rules.foldsCase, limits: limits, parts: .all)
    }

    /// A table without anything open.
    var emptySessions: SessionTable {
      var limits = sessionLimits
      // A day of UTC is part of two of the reports' zone.
      limits.newSenders = 2 * self.limits.sendersPerAccount
      return SessionTable(limits: limits, tracksBounces: rules.readsBounces)
    }
  }

  /// What stamps mean that do not say it themselves.
  package struct StampDefaults: Sendable {
    package var zone: ZoneRules
    /// Of the first line; nil: inferred.
    package var year: Int?

    package init(zone: ZoneRules, year: Int? = nil) {
      self.zone = zone
      self.year = year
    }
  }

  struct State: ~Copyable {
    var joiner: LogJoiner
    var sources: [String: LiveLog] = [:]
    /// Rises with every batch, and with all else that changes what readers see.
    var generation: UInt64 = 0
    /// The day of the last turn.
    var today: CivilDate?
    /// What imports have counted.
    var imported = CountedLog()
    var hiddenTLS: [MailServer: HiddenTLS] = [:]
    /// Of logs that have no line yet.
    var succession: Succession?

    /// Nothing is counted yet.
    init(_ options: Options) {
      let log = LogReading(live: .utc, now: Timestamp(seconds: 0), year: nil)
      joiner = LogJoiner(
        counters: options.emptyCounters,
        sessions: options.emptySessions,
        log: log
      )
      joiner.admission = Admission(live: CountedLogs())
      joiner.detector = options.rules.emptyDetector
    }
  }

  let options: Options
  /// The last day that was turned to, as the last save has it.
  package let savedDay: CivilDate?
  /// How far each log was read in the last save, by the name that it has now.
  package let savedPositions: [String: SourcePosition]
  let state: Locked<State>
  /// One import at a time: each has to know what the others counted.
  let importing = Locked(())
  /// Takes what became of alerts: once per batch, in the order of the log, under the lock.
  let onAlerts: (@Sendable ([AlertChange]) -> Void)?

  /// A pipeline that goes on from a save, or begins.
  ///
  /// - Parameters:
  ///   - options: how it counts.
  ///   - saved: the last cut that was saved.
  ///   - changes: what has become of its logs.
  ///   - now: the wall clock: last lines that are ahead of it do not count as such.
  ///   - onAlerts: takes what became of alerts, before a cut that holds it can be made; it must
  ///     neither block nor ask the pipeline.
  /// - Throws: if what is open, what was counted, a reading or the detector cannot be what was saved.
  package init(
    _ options: Options,
    from saved: LoadedCut? = nil,
    _ changes: LogChanges = LogChanges(),
    now: Timestamp? = nil,
    onAlerts: (@Sendable ([AlertChange]) -> Void)? = nil
  ) throws(StoredDamage) {
    self.options = options
    self.onAlerts = onAlerts
    savedDay = saved?.checkpoint.day
    var state = State(options)
    if let saved {
      try state.restore(saved, changes, options, now: now)
    } else {
      state.joiner.sessions.beginBorder()
    }
    savedPositions = state.sources.compactMapValues(\.progress.position)
    self.state = Locked(state)
  }

  /// Counts the lines of a batch; `now`: the wall clock.
  ///
  /// Lines of its source were lost in front of it if there are `gaps`: what an import has of that
  /// time is counted.
  package func take(
    _ lines: LineBatch,
    now: Timestamp,
    behind gaps: LostLines.Found = LostLines.Found()
  ) {
    state.withLock { state in
      if gaps.count > 0 { state.joiner.noteHole() }
      var source =
        state.sources.removeValue(forKey: lines.source)
        ?? LiveLog(options.stamps(lines.source), options.rules.parser, at: nil, state.succession)
      state.joiner.detector?.wallClock = now
      let wasSuccessor = source.succession != nil
      source.take(lines, now: now, behind: gaps, into: &state.joiner)
      if wasSuccessor, source.succession == nil { state.succession = nil }
      state.sources[lines.source] = source
      for (server, last) in state.joiner.sessions.hiddenTLS.all
      where state.hiddenTLS[server]?.time != last.time {
        state.hiddenTLS[server] = HiddenTLS(last, server, host: source.host(last.host)?.name)
      }
      state.generation += 1
      handOutAlerts(&state)
    }
  }

  /// The instant of the latest line, also of one before the last save.
  package var logTime: Timestamp? { state.withLock { $0.joiner.totals.latest } }

  /// Packs the days that are over, and gives up those that are no longer kept; to be called every
  /// so often, as old lines open days again.
  package func turn(today: CivilDate) {
    // Yesterday's last lines may still be on their way.
    let yesterday = today.advanced(by: -1)
    let past = state.withLock { state in
      giveUpOldDays(&state, today: today)
      return state.joiner.counters.openDays(before: yesterday)
    }
    // One at a time, so that lines come in between.
    for day in past.sorted() {
      state.withLock { state in
        state.joiner.counters.close(day)
        state.generation += 1
      }
    }
  }

  private func giveUpOldDays(_ state: inout State, today: CivilDate) {
    let oldest = today.advanced(by: 1 - options.retentionDays)
    // The first reading of a log has days, too, that are no longer kept.
    guard state.today != today || !state.joiner.counters.openDays(before: oldest).isEmpty
    else { return }
    state.today = today
    state.joiner.counters.drop(before: oldest)
    let start = state.joiner.counters.start(of: oldest)
    state.dropCounted(before: start)
    state.joiner.detector?.drop(before: start)
    state.generation += 1
  }

  /// The mail server that lately used TLS without logging it.
  package var hiddenTLS: [HiddenTLS] {
    state.withLock { $0.hiddenTLS.values.sorted { $0.server.name < $1.server.name } }
  }

  /// Whether anything was counted, or given up, since `generation`; nil: since nothing.
  package func hasChanged(since generation: UInt64?) -> Bool {
    state.withLock { $0.generation != generation }
  }

  /// What readers see, if it changed since `generation`.
  package func view(since generation: UInt64?) -> View? {
    state.withLock { state in
      guard state.generation != generation else { return nil }
      // What is not kept is not shown until the next turn either.
      if let today = state.today { giveUpOldDays(&state, today: today) }
      return View(
        generation: state.generation,
        counters: state.joiner.counters.snapshot,
        totals: state.joiner.currentTotals,
        sources: state.sources.mapValues(\.progress),
        hiddenTLS: state.hiddenTLS.values.sorted { $0.server.name < $1.server.name },
        lastUnknownRecipients: state.joiner.sessions.lastUnknownRecipients,
        edgeDrops: state.counted.drops,
        alertRecords: state.joiner.detector?.records ?? [],
        detection: state.joiner.detector?.totals ?? DetectorTotals()
      )
    }
  }
}

extension IngestPipeline {
  /// What readers see.
  package struct View: Sendable {
    package var generation: UInt64
    package var counters: CounterSnapshot
    package var totals: IngestTotals
    package var sources: [String: LiveLog.Progress]
    package var hiddenTLS: [HiddenTLS]
    package var lastUnknownRecipients: Timestamp?
    /// Messages near the edges of what is counted that found no room: see `CountedLogs.drops`.
    package var edgeDrops: UInt64
    var alertRecords: [AlertRecord]
    /// What the detector left out.
    package var detection: DetectorTotals

    /// The alerts that are kept, the latest first.
    package var alerts: [Alert] { alertRecords.reversed().map(\.alert) }
  }
}
