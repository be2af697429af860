package import Counters
import Detection
package import MailLog
import Platform
import Sessions

// What is saved, and how it is gone on from.

extension IngestPipeline {
  /// All that is to be saved, of one instant; later cuts must be saved later.
  ///
  /// `now`: the wall clock.
  package func cut(at now: Timestamp) -> Cut {
    state.withLock { cut(&$0, at: now) }
  }

  private func cut(_ state: inout State, at now: Timestamp) -> Cut {
    let counters = state.joiner.counters.cut()
    let detection = state.joiner.detector?.cut(version: counters.version)
    var checkpoint = Checkpoint(savedAt: now, zone: options.rules.zone.name)
    checkpoint.positions = state.sources.compactMapValues(\.progress.position)
    checkpoint.logTime = state.joiner.totals.latest
    checkpoint.day = state.today ?? savedDay
    checkpoint.states = [
      StateKey.sessions: state.joiner.sessions.packed,
      StateKey.readings: Self.packed(state.sources),
      StateKey.lastLines: LogTimes(state.sources.compactMapValues(\.progress.latest)).packed,
      StateKey.lost: LostLines.packed(state.sources.mapValues(\.progress.lost)),
      StateKey.hiddenTLS: HiddenTLS.packed(Array(state.hiddenTLS.values)),
      StateKey.successions: state.successions.packed,
      StateKey.sourceNames: Array(options.sourceNames.joined(separator: "\n").utf8),
    ]
    checkpoint.states[StateKey.detection] = detection?.state
    var cut = Cut(counters: counters, checkpoint: checkpoint)
    cut.generation = state.generation
    let counted = state.counted
    cut.lateStates[StateKey.counted] = { counted.packed }
    cut.tables = detection?.tables ?? []
    cut.alerts = detection.map { detection in
      StoredAlerts { detection.alerts(changedSince: $0) }
    }
    return cut
  }
}

extension IngestPipeline.State {
  /// Goes on from a cut that was saved, if nothing is counted yet; see the pipeline's `init`.
  mutating func restore(
    _ saved: LoadedCut,
    _ changes: LogChanges,
    _ options: IngestPipeline.Options,
    now: Timestamp?
  ) throws(StoredDamage) {
    let states = saved.checkpoint.states
    let counted =
      try states[StateKey.counted].map { bytes throws(StoredDamage) in try CountedLogs(bytes) }
      ?? CountedLogs()
    let nameCount = saved.counters.names.count
    try joiner.sessions.restore(states[StateKey.sessions] ?? [], nameCount: nameCount)
    joiner.counters = saved.counters
    joiner.admission = Admission(live: counted)
    imported = counted.imported
    joiner.totals.latest = saved.checkpoint.logTime
    try joiner.detector?.restore(
      states[StateKey.detection] ?? [],
      saved.blocks,
      alerts: saved.alerts,
      nameCount: nameCount
    )
    for hidden in HiddenTLS.list(states[StateKey.hiddenTLS] ?? []) {
      hiddenTLS[hidden.server] = hidden
    }
    let readings = try options.readings(states[StateKey.readings] ?? [], changes)
    var lastLines = LogTimes(changes.named(LogTimes(states[StateKey.lastLines] ?? []).times))
    if let now { lastLines.removeAhead(of: now) }
    let lost = changes.named(LostLines.logs(states[StateKey.lost] ?? []))
    let successions = Successions(states[StateKey.successions] ?? [])
    let known = knownToImports
    func succession(_ end: Timestamp?) -> Succession? {
      end.map { Succession(known: known, end: $0) }
    }
    for (name, position) in changes.named(saved.checkpoint.positions)
    where !changes.replaced.contains(name) {
      sources[name] = LiveLog(
        options.stamps(name),
        options.rules.parser,
        at: position,
        latest: lastLines.times[name],
        lost: lost[name],
        reading: readings[name],
        succession(successions.ends[name])
      )
    }
    self.succession = succession(successions.nextEnd)
    if !changes.replaced.isEmpty { beginSuccession() }
  }
}

extension Checkpoint {
  /// The sources that were read; nil: an earlier version did not keep them.
  package var sourceNames: [String]? {
    states[StateKey.sourceNames].map { names in
      names.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The logs that are older than the journal are counted.
  package var isBackfilled: Bool {
    get { states[StateKey.backfilled] != nil }
    set { states[StateKey.backfilled] = newValue ? [] : nil }
  }
}

/// The states that are stored beside the counters.
///
/// Where one of the first four is damaged, the daemon does not start: it would count wrongly. Of the
/// others what is damaged is left out: they are soon over, or only shown.
private enum StateKey {
  static let sessions = "sessions"
  static let readings = "readings"
  static let counted = "counted"
  static let detection = "detection"

  static let lastLines = "last-lines"
  static let lost = "lost-lines"
  static let hiddenTLS = "hidden-tls"
  static let successions = "successions"
  static let sourceNames = "sources"
  static let backfilled = "backfilled"
}
