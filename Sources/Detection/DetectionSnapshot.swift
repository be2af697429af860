package import Counters
import MailLog

/// A detector of one moment, to be stored and shown; shares its memory with the detector.
package struct DetectionSnapshot: Sendable {
  /// What changed in this version or before is in it.
  package let version: UInt32
  /// The little that belongs to no account.
  package let state: [UInt8]
  package let records: [AlertRecord]
  private let accounts: AccountBlocks
  private let rejections: RejectionBlocks

  fileprivate init(_ detector: SpikeDetector) {
    version = detector.version
    state = detector.packedState
    records = detector.ledger.records
    accounts = AccountBlocks(
      accounts: detector.accounts,
      states: detector.states,
      rhythms: detector.rhythms
    )
    rejections = RejectionBlocks(states: detector.rejections)
  }

  package var tables: [StoredTable] {
    [
      StoredTable(kind: .detection, set: 0, blocks: accounts),
      StoredTable(kind: .detectedRejections, set: 0, blocks: rejections),
    ]
  }

  /// The alerts that changed behind `version`, by their ids, and the ids of all.
  package func alerts(
    changedSince version: UInt32
  ) -> (changed: [(id: String, bytes: [UInt8])], all: [String]) {
    let changed = records.filter { $0.version > version }.map { record in
      var packed = PackedWriter()
      record.write(to: &packed)
      return (record.alert.id, packed.bytes)
    }
    return (changed, records.map(\.alert.id))
  }
}

/// What a save kept of a detector.
package struct SavedDetection: Sendable {
  package var state: [UInt8] = []
  package var accounts: [[UInt8]] = []
  package var rejections: [[UInt8]] = []
  package var alerts: [[UInt8]] = []

  package init() {}

  package var isEmpty: Bool { state.isEmpty }
}

extension SpikeDetector {
  /// The detector as it is now, to be stored; what changes from now on has a later version.
  package mutating func cut(version: UInt32) -> DetectionSnapshot {
    self.version = version
    let snapshot = DetectionSnapshot(self)
    self.version = version + 1
    return snapshot
  }

  /// Goes on from what was saved; false: that cannot be from a detector.
  package mutating func restore(_ saved: SavedDetection, nameCount: Int) -> Bool {
    guard !saved.isEmpty else { return true }
    for block in saved.accounts {
      guard restoreAccounts(block, nameCount: nameCount) else { return false }
    }
    for block in saved.rejections {
      guard restoreRejections(block, nameCount: nameCount) else { return false }
    }
    var records: [AlertRecord] = []
    for bytes in saved.alerts {
      var packed = PackedReader(bytes)
      guard let record = AlertRecord(&packed), Int(record.account) < nameCount else { return false }
      records.append(record)
    }
    // Alerts of one instant keep the order of their ids.
    records.sort { ($0.alert.started, $0.alert.id) < ($1.alert.started, $1.alert.id) }
    ledger.restore(records)
    var packed = PackedReader(saved.state)
    return restore(&packed, nameCount: nameCount) && packed.isAtEnd
  }

  private mutating func restoreAccounts(_ bytes: [UInt8], nameCount: Int) -> Bool {
    var packed = PackedReader(bytes)
    while !packed.isAtEnd {
      guard let account = packed.number32(), Int(account) < nameCount,
        var state = AccountState(&packed), let isBusy = packed.byte()
      else { return false }
      state.rhythm = nil
      if isBusy != 0 {
        guard let rhythm = HourlyRhythm(&packed) else { return false }
        state.rhythm = rhythms.count
        rhythms.append(rhythm)
      }
      add(state, of: account)
    }
    return true
  }

  private mutating func restoreRejections(_ bytes: [UInt8], nameCount: Int) -> Bool {
    var packed = PackedReader(bytes)
    while !packed.isAtEnd {
      guard let account = packed.number32(), Int(account) < nameCount,
        let state = RejectionState(account: account, &packed)
      else { return false }
      addRejections(state)
    }
    return true
  }
}

/// States in the order of their places, in blocks of equal number.
private protocol StateBlocks: StoredBlocks {
  var count: Int { get }
  func version(of place: Int) -> UInt32
  func write(_ place: Int, to packed: inout PackedWriter)
}

extension StateBlocks {
  var born: UInt32 { 0 }
  var blockCount: Int { (count + storedBlockSize - 1) / storedBlockSize }

  func block(_ number: Int, changedSince version: UInt32) -> [UInt8]? {
    let range = storedRange(number, count: count)
    guard range.contains(where: { self.version(of: $0) > version }) else { return nil }
    var packed = PackedWriter()
    for place in range { write(place, to: &packed) }
    return packed.bytes
  }
}

private struct AccountBlocks: StateBlocks {
  let accounts: PagedArray<NameTable.ID>
  let states: PagedArray<AccountState>
  let rhythms: PagedArray<HourlyRhythm>

  var count: Int { states.count }

  func version(of place: Int) -> UInt32 { states[place].version }

  func write(_ place: Int, to packed: inout PackedWriter) {
    packed.append(UInt64(accounts[place]))
    states[place].write(to: &packed)
    let rhythm = states[place].rhythm
    packed.append(byte: rhythm == nil ? 0 : 1)
    if let rhythm { rhythms[rhythm].write(to: &packed) }
  }
}

private struct RejectionBlocks: StateBlocks {
  let states: PagedArray<RejectionState>

  var count: Int { states.count }

  func version(of place: Int) -> UInt32 { states[place].version }

  func write(_ place: Int, to packed: inout PackedWriter) {
    packed.append(UInt64(states[place].account))
    states[place].write(to: &packed)
  }
}
