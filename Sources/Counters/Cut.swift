/// Everything of one instant, to be saved together: the counters, and what goes with them.
package struct Cut: Sendable {
  /// The pipeline's count of changes at that instant, which is not stored.
  package var generation: UInt64 = 0
  package var counters: CounterSnapshot
  /// Without the states that are packed late.
  package var checkpoint: Checkpoint
  /// States that are packed when the cut is saved, as it takes longer than a cut may.
  package var lateStates: [String: @Sendable () -> [UInt8]] = [:]
  /// Tables of others than the counters, in the same versions.
  package var tables: [StoredTable] = []
  /// The alerts that are kept; nil: nobody looks for any, those in the database stay.
  package var alerts: StoredAlerts?

  package init(counters: CounterSnapshot, checkpoint: Checkpoint) {
    self.counters = counters
    self.checkpoint = checkpoint
  }

  /// The checkpoint with all its states.
  package var wholeCheckpoint: Checkpoint {
    var whole = checkpoint
    for (name, pack) in lateStates { whole.states[name] = pack() }
    return whole
  }
}

/// The last cut that was saved, as it is read back, to be gone on from.
package struct LoadedCut: Sendable {
  package var counters: Counters
  package var checkpoint: Checkpoint
  /// The blocks of tables that are not the counters' own.
  package var blocks: [StoredTable.Kind: [[UInt8]]] = [:]
  package var alerts: [[UInt8]] = []

  package init(counters: Counters, checkpoint: Checkpoint) {
    self.counters = counters
    self.checkpoint = checkpoint
  }
}

/// Alerts, each in a form of its own.
package struct StoredAlerts: Sendable {
  /// Those that changed in a version or later, by their ids, and the ids of all.
  package typealias Changes = (changed: [(id: String, bytes: [UInt8])], all: [String])

  package let since: @Sendable (UInt32) -> Changes

  package init(since: @escaping @Sendable (UInt32) -> Changes) {
    self.since = since
  }
}
