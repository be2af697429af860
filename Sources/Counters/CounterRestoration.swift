package import MailLog

/// Makes counters again of what was stored of a snapshot.
///
/// Names come first; then all else, in any order.
package struct CounterRestoration: ~Copyable {
  private var counters: Counters
  private let failureState: (overflow: UInt64, last: Int?)

  /// Begins with the names, in their order, and with what `packedState` gave.
  package init(
    into empty: Counters,
    names: [ArraySlice<UInt8>],
    state: [UInt8]
  ) throws(StoredDamage) {
    counters = empty
    counters.restore(names: names)
    var packed = PackedReader(state)
    guard let stored = StoredState(&packed) else { throw StoredDamage(part: "state") }
    failureState = (stored.overflow, stored.lastFailure)
    counters.restore(nextSet: stored.nextSet, drops: stored.drops, hosts: stored.hosts)
    counters.details?.restore(terms: stored.terms)
    counters.beginRestoring()
  }

  package mutating func restore(
    segment bytes: [UInt8],
    count: Int,
    nameLimit: Int,
    set: Int,
    day: CivilDate
  ) throws(StoredDamage) {
    // A row takes five bytes at least.
    guard (0...bytes.count / 5).contains(count), let limit = UInt32(exactly: nameLimit),
      nameLimit <= counters.names.count
    else { throw StoredDamage(part: "closed day \(day.text)") }
    let segment = DaySegment(bytes: bytes, count: count, nameLimit: limit)
    guard counters.withSet(set, { set, _ in set.restore(segment, on: day) }) != nil else {
      throw StoredDamage(part: "closed day \(day.text)")
    }
  }

  /// Adds the rows of an open day; `next` gives them one by one.
  package mutating func restore(
    openDay day: CivilDate,
    set: Int,
    _ next: () throws -> (key: UInt64, counts: [UInt8])?
  ) throws {
    let names = UInt32(counters.names.count)
    let isDone = try counters.withSet(set) { set, context throws in
      while let (key, counts) = try next() {
        var packed = PackedReader(counts)
        let (account, sender) = (UInt32(key >> 32), UInt32(truncatingIfNeeded: key))
        guard let row = CounterRow(&packed), packed.isAtEnd, account < names, sender < names
        else { return false }
        set.add(row, account: account, sender: sender, on: day, &context)
      }
      return true
    }
    guard isDone == true else { throw StoredDamage(part: "day \(day.text)") }
  }

  package mutating func restore(
    block bytes: [UInt8],
    of kind: StoredTable.Kind,
    set: Int
  ) throws(StoredDamage) {
    var block = PackedReader(bytes, nameCount: counters.names.count)
    let isDone: Bool? =
      switch kind {
      case .lastSeen:
        counters.withSet(set) { set, _ in set.restoreLastSeen(&block) }
      case .failures: counters.failures.restore(&block)
      case .clients, .mechanisms, .rejections:
        // Details that nobody asks for any more are left out.
        counters.details.map { _ in
          counters.details?.restore(kind, &block) ?? true
        } ?? true
      case .detection, .detectedRejections, .caps: false
      }
    guard isDone == true else { throw kind.damage }
  }

  /// The counters, as they were at the cut.
  package consuming func finish() -> Counters {
    var counters = counters
    counters.failures.restore(overflow: failureState.overflow, last: failureState.last)
    counters.finishRestoring()
    return counters
  }
}

/// What `packedState` holds.
private struct StoredState {
  var drops = CounterDrops()
  var overflow: UInt64
  var lastFailure: Int?
  var nextSet: Int
  var hosts: [(HostKey, set: Int)] = []
  var terms: [ArraySlice<UInt8>] = []

  init?(_ packed: inout PackedReader) {
    guard let senders = packed.count(), let accounts = packed.count(),
      let entries = packed.count(), let overflow = packed.count(), let last = packed.number32(),
      // One more for each host that is new.
      let nextSet = packed.number32(), nextSet <= .max / 2, let hostCount = packed.number32()
    else { return nil }
    drops.senders = senders
    drops.accounts = accounts
    drops.accountEntries = entries
    self.overflow = overflow
    lastFailure = last == 0 ? nil : Int(last) - 1
    self.nextSet = Int(nextSet)
    var sets: Set<UInt32> = []
    for _ in 0..<hostCount {
      guard let host = packed.host(), let set = packed.number32(), (1..<nextSet).contains(set),
        !sets.contains(set)
      else { return nil }
      sets.insert(set)
      hosts.append((host, Int(set)))
    }
    guard let termCount = packed.number32() else { return nil }
    for _ in 0..<termCount {
      guard let term = packed.text() else { return nil }
      terms.append(term)
    }
  }
}
