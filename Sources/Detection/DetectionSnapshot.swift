package import Counters
package import MailLog

/// A detector of one moment, to be stored and shown; shares its memory with the detector.
package struct DetectionSnapshot: Sendable {
  /// What changed in this version or before is in it.
  package let version: UInt32
  /// The little that belongs to no account.
  package let state: [UInt8]
  package let records: [AlertRecord]
  private let accounts: StateBlocks<AccountState>
  private let rejections: StateBlocks<RejectionState>
  private let caps: StateBlocks<CapState>

  fileprivate init(_ detector: SpikeDetector) {
    version = detector.version
    state = detector.packedState
    records = detector.ledger.records
    let rhythms = detector.rhythms
    accounts = StateBlocks(detector.states) { state, packed in
      state.write(to: &packed)
      packed.append(state.rhythm != nil)
      if let rhythm = state.rhythm { rhythms[rhythm].write(to: &packed) }
    }
    rejections = StateBlocks(detector.rejections) { $0.write(to: &$1) }
    caps = StateBlocks(detector.caps) { $0.write(to: &$1) }
  }

  package var tables: [StoredTable] {
    [
      StoredTable(kind: .detection, set: 0, blocks: accounts),
      StoredTable(kind: .detectedRejections, set: 0, blocks: rejections),
      StoredTable(kind: .caps, set: 0, blocks: caps),
    ]
  }

  /// The alerts that changed in `version` or later, by their ids, and the ids of all.
  package func alerts(
    changedSince version: UInt32
  ) -> (changed: [(id: String, bytes: [UInt8])], all: [String]) {
    let changed = records.filter { $0.version >= version }.map { record in
      var packed = PackedWriter()
      record.write(to: &packed)
      return (record.alert.id, packed.bytes)
    }
    return (changed, records.map(\.alert.id))
  }
}

extension SpikeDetector {
  /// The detector as it is now, to be stored; what changes from now on has a later version.
  package mutating func cut(version: UInt32) -> DetectionSnapshot {
    self.version = version
    let snapshot = DetectionSnapshot(self)
    self.version = version + 1
    return snapshot
  }

  /// Goes on from what was saved, if that is anything.
  ///
  /// - Parameters:
  ///   - state: that of the snapshot.
  ///   - blocks: those of its tables.
  ///   - alerts: those that were kept, in any order.
  ///   - nameCount: how many names there are.
  /// - Throws: if that cannot be from a detector.
  package mutating func restore(
    _ state: [UInt8],
    _ blocks: [StoredTable.Kind: [[UInt8]]],
    alerts: [[UInt8]],
    nameCount: Int
  ) throws(StoredDamage) {
    guard !state.isEmpty else { return }
    for block in blocks[.detection] ?? [] {
      var packed = PackedReader(block, nameCount: nameCount)
      guard restoreAccounts(&packed) else { throw StoredTable.Kind.detection.damage }
    }
    for block in blocks[.detectedRejections] ?? [] {
      var packed = PackedReader(block, nameCount: nameCount)
      guard restoreRejections(&packed) else { throw StoredTable.Kind.detectedRejections.damage }
    }
    for block in blocks[.caps] ?? [] {
      var packed = PackedReader(block, nameCount: nameCount)
      guard restoreCaps(&packed) else { throw StoredTable.Kind.caps.damage }
    }
    var records: [AlertRecord] = []
    for bytes in alerts {
      var packed = PackedReader(bytes, nameCount: nameCount)
      guard let record = AlertRecord(&packed) else { throw StoredDamage(part: "alerts") }
      records.append(record)
    }
    // Alerts of one instant keep the order of their ids.
    records.sort { ($0.alert.started, $0.alert.id) < ($1.alert.started, $1.alert.id) }
    ledger.restore(records)
    var packed = PackedReader(state, nameCount: nameCount)
    guard restore(&packed), packed.isAtEnd else { throw StoredTable.Kind.detection.damage }
  }

  private mutating func restoreAccounts(_ packed: inout PackedReader) -> Bool {
    while !packed.isAtEnd {
      guard let account = packed.name(), var state = AccountState(&packed),
        let isBusy = packed.flag()
      else { return false }
      state.rhythm = nil
      if isBusy {
        guard let rhythm = HourlyRhythm(&packed) else { return false }
        state.rhythm = rhythms.count
        rhythms.append(rhythm)
      }
      states.add(state, of: account)
    }
    return true
  }

  private mutating func restoreRejections(_ packed: inout PackedReader) -> Bool {
    while !packed.isAtEnd {
      guard let account = packed.name(), let state = RejectionState(&packed) else { return false }
      rejections.add(state, of: account)
    }
    return true
  }

  private mutating func restoreCaps(_ packed: inout PackedReader) -> Bool {
    while !packed.isAtEnd {
      guard let account = packed.name(), let state = CapState(&packed) else { return false }
      caps.add(state, of: account)
    }
    return true
  }
}

/// States in the order of their places, in blocks of equal number.
private struct StateBlocks<State: VersionedState>: StoredBlocks {
  private let states: StateTable<State>
  private let write: @Sendable (State, inout PackedWriter) -> Void

  init(
    _ states: StateTable<State>,
    write: @escaping @Sendable (State, inout PackedWriter) -> Void
  ) {
    self.states = states
    self.write = write
  }

  var born: UInt32 { 0 }
  var blockCount: Int { (states.count + storedBlockSize - 1) / storedBlockSize }

  func block(_ number: Int, changedSince version: UInt32) -> [UInt8]? {
    let range = storedRange(number, count: states.count)
    guard range.contains(where: { states[$0].version >= version }) else { return nil }
    var packed = PackedWriter()
    for place in range {
      packed.append(UInt64(states.accounts[place]))
      write(states[place], &packed)
    }
    return packed.bytes
  }
}
