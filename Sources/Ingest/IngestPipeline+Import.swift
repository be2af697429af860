import Counters
package import MailLog
import Platform
import Sessions

// Imports: a pipeline of its own for each, merged in one step.
extension IngestPipeline {
  /// Counts old logs; what was counted before, live or by another import, does not count again.
  ///
  /// Takes as long as the reading takes; the live lines go on meanwhile. Other imports wait.
  ///
  /// - Parameters:
  ///   - logs: the files; those given together count as one log.
  ///   - now: the wall clock.
  ///   - today: the day that the retention is counted from.
  ///   - willMerge: called when all is read; for tests of what happens meanwhile.
  /// - Returns: what was counted.
  /// - Throws: `LogSourceError` if a file cannot be read to its end, `YearError` if its years cannot
  ///   be told, `LogImport.InFuture`, `LogImport.Busy`, `LogImport.Stopped`; nothing is counted then.
  package func importLogs(
    _ logs: LogImport,
    now: Timestamp,
    today: CivilDate,
    willMerge: () -> Void = {}
  ) throws -> LogImport.Outcome {
    try importing.withLock { _ in
      for _ in 0..<Self.importAttempts {
        var reading = LogAnalysis.Options(now: now)
        reading.rules = options.rules
        if let host = logs.host { reading.rules.ownHost = host }
        let read = try logs.read(reading) {
          JoinerBox(beginImport(logs, now: now, today: today))
        }
        willMerge()
        let files = logs.files(read.logs)
        if let outcome = read.joiner.withJoiner({ merge(&$0, files) }) { return outcome }
      }
      throw LogImport.Busy()
    }
  }

  private static var importAttempts: Int { 5 }

  private func beginImport(
    _ logs: LogImport,
    now: Timestamp,
    today: CivilDate
  ) -> LogJoiner {
    let (known, live, hosts) = state.withLock { state in
      (
        state.knownToImports, state.counted.live.track.hosts,
        state.joiner.sessions.hostsLoggingTLS
      )
    }
    var reading = options
    reading.sessionLimits.readFiles()
    var sessions = reading.emptySessions
    sessions.learnTLS(of: hosts)
    let counters = options.emptyCounters
    var admission = Admission()
    admission.known = known
    admission.logZone = logs.logZone
    admission.oldest = counters.start(of: today.advanced(by: 1 - options.retentionDays))
    admission.holding = Admission.Holding(live: live, now: now)
    let log = LogReading(StampResolver(zone: logs.logZone, reference: now))
    var joiner = LogJoiner(counters: counters, sessions: sessions, log: log)
    joiner.admission = admission
    joiner.detector = options.rules.emptyDetector
    return joiner
  }

  /// Adds what an import has counted; nil: the live sources have read the same lines meanwhile.
  private func merge(
    _ its: inout LogJoiner,
    _ files: [LogImport.ReadFile]
  ) -> LogImport.Outcome? {
    state.withLock { state in
      let live = state.counted.live.track.hosts
      guard let holding = its.admission?.holding, let read = its.admission?.own.track.hosts,
        !holding.conflicts(with: live, read)
      else { return nil }
      its.decideHeld(state.knownToImports)
      let completed = state.joiner.merge(&its, into: &state.imported)
      let known = state.knownToLive
      state.joiner.admission?.known = known
      if let today = state.today { state.joiner.counters.close(before: today.advanced(by: -1)) }
      state.generation += 1
      let submissions = (its.admission?.counted ?? 0) + completed
      if submissions > 0 { state.fillGaps(read.filter { live[$0.key] != nil }) }
      return LogImport.Outcome(
        files: files,
        submissions: submissions,
        alreadyCounted: its.admission?.alreadyCounted ?? 0,
        tooOld: its.admission?.tooOld ?? 0
      )
    }
  }
}

extension IngestPipeline.State {
  /// What was counted when.
  var counted: CountedLogs {
    var counted = CountedLogs()
    if let admission = joiner.admission {
      counted.live = admission.own
      counted.live.track.flush()
      counted.skipped = admission.skipped
    }
    counted.imported = imported
    return counted
  }

  /// What an import must not count again.
  var knownToImports: Admission.Known {
    let counted = counted
    return Admission.Known(counted.coverage, [counted.live, counted.imported])
  }

  /// What the live sources must not count again.
  var knownToLive: Admission.Known {
    Admission.Known(imported.track.hosts, [imported])
  }

  /// An import has counted messages, and covers that.
  mutating func fillGaps(_ coverage: [HostKey: Coverage]) {
    let spans = coverage.values.flatMap(\.spans)
    for name in sources.keys { sources[name]?.fillGaps(spans) }
  }

  mutating func dropCounted(before time: Timestamp) {
    joiner.admission?.own.drop(before: time)
    joiner.sessions.dropBorder(before: time)
    imported.drop(before: time)
    let known = knownToLive
    joiner.admission?.known = known
  }
}

extension Admission {
  /// That of the live sources, as it was saved.
  init(live counted: CountedLogs) {
    own = counted.live
    skipped = counted.skipped
    known = Known(counted.imported.track.hosts, [counted.imported])
  }
}
