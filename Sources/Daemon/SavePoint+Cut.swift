import Counters
import Detection
import Ingest
import MailLog
import Storage

// What the pipeline keeps, in the database's terms.

extension SavePoint {
  /// - Parameters:
  ///   - cut: what is to be saved.
  ///   - time: the wall clock.
  ///   - zone: the name of the zone of the days.
  init(_ cut: IngestPipeline.Cut, at time: Timestamp, zone: String) {
    var record = SaveRecord(savedAt: time, zone: zone)
    record.positions = cut.positions
    record.states[StateKey.sessions] = cut.sessions
    record.states[StateKey.readings] = cut.readings
    record.states[StateKey.lastLines] = cut.lastLines.packed
    record.states[StateKey.lost] = LostLines.packed(cut.lost)
    record.states[StateKey.counted] = cut.counted.packed
    record.states[StateKey.hiddenTLS] = HiddenTLS.packed(cut.hiddenTLS)
    record.states[StateKey.successions] = cut.successions.packed
    record.states[StateKey.sourceNames] = Array(cut.sourceNames.joined(separator: "\n").utf8)
    record.logTime = cut.logTime
    record.day = cut.day?.daysSince1970
    let detection = cut.detection
    record.states[StateKey.detection] = detection?.state
    self.init(counters: cut.counters, record: record)
    tables = detection?.tables ?? []
    alerts = detection.map { detection in
      StoredAlerts { detection.alerts(changedSince: $0) }
    }
  }
}

extension IngestPipeline.Saved {
  /// What a database keeps.
  ///
  /// - Throws: if what was counted when cannot be right.
  init(_ save: LoadedSave) throws(StoredDamage) {
    let record = save.record
    let counted = record.states[StateKey.counted]
    self.init(
      counters: save.counters,
      sessions: record.states[StateKey.sessions] ?? [],
      positions: record.positions,
      readings: record.states[StateKey.readings] ?? [],
      logTime: record.logTime,
      counted: try counted.map { bytes throws(StoredDamage) in try CountedLogs(bytes) }
        ?? CountedLogs()
    )
    day = record.day.map { CivilDate(daysSince1970: $0) }
    detection.state = record.states[StateKey.detection] ?? []
    detection.accounts = save.blocks[.detection] ?? []
    detection.rejections = save.blocks[.detectedRejections] ?? []
    detection.caps = save.blocks[.caps] ?? []
    detection.alerts = save.alerts
    hiddenTLS = HiddenTLS.list(record.states[StateKey.hiddenTLS] ?? [])
    lastLines = LogTimes(record.states[StateKey.lastLines] ?? [])
    lost = LostLines.logs(record.states[StateKey.lost] ?? [])
    successions = Successions(record.states[StateKey.successions] ?? [])
    sourceNames = record.states[StateKey.sourceNames].map { names in
      names.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}

extension SaveRecord {
  /// The logs that are older than the journal are counted.
  var isBackfilled: Bool {
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
