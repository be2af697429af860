package import MailLog

/// Failed AUTH per day, name and client network.
///
/// The names are the attackers' choice. Beyond `limit` different combinations a new one is counted
/// under the name `(other)` of its day and network, and beyond twice that under no network either:
/// no attempt is lost, and memory ends.
package struct FailureCounters: Sendable {
  package typealias Key = FailureCounts.Key
  package typealias Count = FailureCounts.Count

  private var rows = PagedArray<FailureCounts.Row>()
  private var index = HashIndex()
  private let seed = UInt64.random(in: 0 ... .max)
  package private(set) var names: NameTable
  /// Attempts that were counted under `(other)`.
  package private(set) var overflow: UInt64 = 0
  /// The number of the row of the last failure.
  private var last: Int?
  private let limit: Int
  /// That of the counters.
  var version: UInt32 = 1
  private var born: UInt32 = 0
  /// The name that stands for all others; number 0 stands for an unknown one.
  private let other: NameTable.ID

  package init(foldsCase: Bool = true, limit: Int = 250_000) {
    self.limit = limit
    names = NameTable(foldsCase: foldsCase)
    other = names.intern("(other)")
  }

  /// What was counted so far.
  package var counted: FailureCounts {
    FailureCounts(rows: rows, names: names.list, overflow: overflow, last: last, born: born)
  }

  package var counts: [Key: Count] { counted.counts }

  /// Counts one line's failures; `name` is empty where the log has none.
  package mutating func record(
    _ failure: borrowing AuthFailure,
    name: Span<UInt8>,
    on day: CivilDate
  ) {
    let count = Count(
      failures: UInt64(failure.attempts),
      first: failure.time,
      last: failure.time
    )
    add(count, name: name, Key(day: day, name: other, network: failure.client.network))
  }

  /// Adds a count; `key` has the name `other`.
  private mutating func add(_ count: Count, name: Span<UInt8>, _ key: Key) {
    var key = key
    if rows.count < limit {
      key.name = names.intern(name)
    } else if let known = names.find(name).flatMap({ row(key, named: $0) }) {
      return add(count, toRow: known)
    } else {
      overflow += count.failures
      if rows.count >= limit * 2, row(key) == nil { key.network = .unknown }
    }
    let counted = row(key) ?? addRow(key, at: count.first)
    add(count, toRow: counted)
  }

  /// Adds what `others` counted.
  mutating func merge(_ others: FailureCounters) {
    let lastFailure = last
    others.rows.forEach { row in
      let name = others.names.bytes(row.key.name)
      var key = row.key
      // What was beyond the limit there may get no name of its own here.
      key.name = other
      add(row.count, name: name.span, key)
    }
    overflow += others.overflow
    last = lastFailure
  }

  /// Counts the last failure again, on its day.
  package mutating func repeatLast(_ attempts: UInt32, at time: Timestamp) {
    guard let last else { return }
    add(Count(failures: UInt64(attempts), first: time, last: time), toRow: last)
  }

  private func row(_ key: Key, named name: NameTable.ID) -> Int? {
    var key = key
    key.name = name
    return row(key)
  }

  private func row(_ key: Key) -> Int? {
    index.find(hash(key), where: { rows[Int($0)].key == key }).map(Int.init)
  }

  private mutating func addRow(_ key: Key, at time: Timestamp) -> Int {
    index.add(UInt32(rows.count), hash: hash(key))
    let count = Count(failures: 0, first: time, last: time)
    rows.append(FailureCounts.Row(key: key, count: count, version: version))
    return rows.count - 1
  }

  /// Seeded: clients choose their networks, not which of them share a slot.
  private func hash(_ key: Key) -> UInt64 {
    let dayAndName = UInt64(UInt32(bitPattern: key.day.daysSince1970)) << 32 | UInt64(key.name)
    let network = ByteHash.mix(key.network.high ^ seed, key.network.low)
    return ByteHash.mix(network, dayAndName)
  }

  private mutating func add(_ count: Count, toRow row: Int) {
    last = row
    rows[row].count.failures += count.failures
    rows[row].count.first = min(count.first, rows[row].count.first)
    rows[row].count.last = max(count.last, rows[row].count.last)
    rows[row].version = version
  }

  /// The name as the reports show it.
  package func shown(_ name: NameTable.ID) -> String { counted.shown(name) }
}

extension FailureCounters {
  /// Gives up the days before `day`, with the names that were only met then.
  mutating func drop(before day: CivilDate) {
    var isComplete = true
    rows.forEach { isComplete = isComplete && $0.key.day >= day }
    guard !isComplete else { return }
    let before = counted
    var kept = FailureCounters(foldsCase: names.foldsCase, limit: limit)
    kept.version = version
    kept.born = version
    kept.overflow = overflow
    for row in rows.indices where rows[row].key.day >= day {
      let bytes = Array(before.names.bytes(rows[row].key.name))
      kept.restore(rows[row].key, rows[row].count, name: bytes.span)
      if row == last { kept.last = kept.rows.count - 1 }
    }
    self = kept
  }

  mutating func restore(overflow: UInt64, last: Int?) {
    self.overflow = overflow
    self.last = last.flatMap { rows.indices.contains($0) ? $0 : nil }
  }

  /// Adds the rows of a stored block; false where it is damaged.
  mutating func restore(_ block: inout PackedReader) -> Bool {
    while !block.isAtEnd {
      guard let (key, count, name) = FailureCounts.Row.read(&block) else { return false }
      let bytes = Array(name)
      restore(key, count, name: bytes.span)
    }
    return true
  }

  private mutating func restore(_ key: Key, _ count: Count, name: Span<UInt8>) {
    var key = key
    key.name = names.intern(name)
    rows[addRow(key, at: count.first)].count = count
  }
}
