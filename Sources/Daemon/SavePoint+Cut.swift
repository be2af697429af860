import Counters
import Ingest
import MailLog
import Storage

// What the pipeline keeps, in the database's terms.

extension SavePoint {
  init(_ cut: IngestPipeline.Cut, at time: Timestamp, zone: ZoneRules) {
    var record = SaveRecord(savedAt: time, zone: zone.name)
    record.positions = cut.positions
    record.states[StateKey.sessions] = cut.sessions
    record.states[StateKey.readings] = cut.readings
    record.logTime = cut.logTime
    self.init(counters: cut.counters, record: record)
  }
}

extension IngestPipeline.Saved {
  init(_ counters: Counters, _ record: SaveRecord) {
    self.init(
      counters: counters,
      sessions: record.states[StateKey.sessions] ?? [],
      positions: record.positions,
      readings: record.states[StateKey.readings] ?? [],
      logTime: record.logTime
    )
  }
}

private enum StateKey {
  static let sessions = "sessions"
  static let readings = "readings"
}
