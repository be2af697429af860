package import Counters
package import MailLog

/// Everything that belongs to one instant, to be saved together.
package struct SavePoint: Sendable {
  package var counters: CounterSnapshot
  package var record: SaveRecord

  package init(counters: CounterSnapshot, record: SaveRecord) {
    self.counters = counters
    self.record = record
  }
}

/// What a save keeps beside the counters.
package struct SaveRecord: Sendable, Equatable {
  /// How far each source is read, by its name.
  package var positions: [String: SourcePosition] = [:]
  /// What other parts keep, each in a form of its own: open sessions, for example.
  package var states: [String: [UInt8]] = [:]
  package var coverage: [HostKey: Coverage] = [:]
  /// When it was saved, by the wall clock.
  package var savedAt: Timestamp
  /// How far the log's time has come.
  package var logTime: Timestamp?
  /// The zone whose days are counted.
  package var zone: String

  package init(savedAt: Timestamp, zone: String) {
    self.savedAt = savedAt
    self.zone = zone
  }
}
