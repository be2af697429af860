package import Counters
package import MailLog

/// Everything that belongs to one instant, to be saved together.
package struct SavePoint: Sendable {
  package var counters: CounterSnapshot
  package var record: SaveRecord
  /// Tables of others than the counters, in the same versions.
  package var tables: [StoredTable] = []
  /// The alerts that are kept; nil: nobody looks for any, those in the database stay.
  package var alerts: StoredAlerts?

  package init(counters: CounterSnapshot, record: SaveRecord) {
    self.counters = counters
    self.record = record
  }
}

/// Alerts, each in a form of its own.
package struct StoredAlerts: Sendable {
  /// Those that changed behind a version, by their ids, and the ids of all.
  package typealias Changes = (changed: [(id: String, bytes: [UInt8])], all: [String])

  let since: @Sendable (UInt32) -> Changes

  package init(since: @escaping @Sendable (UInt32) -> Changes) {
    self.since = since
  }
}

/// What a save kept, to be gone on from.
package struct LoadedSave: Sendable {
  package var counters: Counters
  package var record: SaveRecord
  /// The blocks of tables that are not the counters' own.
  package var blocks: [StoredTable.Kind: [[UInt8]]] = [:]
  package var alerts: [[UInt8]] = []
}

/// What a save keeps beside the counters.
package struct SaveRecord: Sendable, Equatable {
  /// How far each source is read, by its name.
  package var positions: [String: SourcePosition] = [:]
  /// What other parts keep, each in a form of its own: open sessions, for example.
  package var states: [String: [UInt8]] = [:]
  /// When it was saved, by the wall clock.
  package var savedAt: Timestamp
  /// How far the log's time has come.
  package var logTime: Timestamp?
  /// The last day that the clock was believed to show, in days since 1970.
  package var day: Int32?
  /// The zone whose days are counted.
  package var zone: String

  package init(savedAt: Timestamp, zone: String) {
    self.savedAt = savedAt
    self.zone = zone
  }
}
