package import MailLog

/// Failed AUTH per day, name and client network.
///
/// The names are the attackers' choice. Beyond `limit` different combinations a new one is counted
/// under the name `(other)` of its day and network, and beyond twice that under no network either:
/// no attempt is lost, and memory ends.
package struct FailureCounters: Sendable {
  package struct Key: Hashable, Sendable {
    package var day: CivilDate
    package var name: NameTable.ID
    package var network: ClientAddress
  }

  package struct Count: Sendable {
    package var failures: UInt64
    package var first: Timestamp
    package var last: Timestamp
  }

  private struct Row: Sendable {
    var key: Key
    var count: Count
  }

  private var rows: [Row] = []
  private var index = HashIndex()
  private let seed = UInt64.random(in: 0 ... .max)
  package private(set) var names: NameTable
  /// Attempts that were counted under `(other)`.
  package private(set) var overflow: UInt64 = 0
  /// The number of the row of the last failure.
  private var last: Int?
  private let limit: Int
  /// The name that stands for all others; number 0 stands for an unknown one.
  private let other: NameTable.ID

  package init(foldsCase: Bool = true, limit: Int = 250_000) {
    self.limit = limit
    names = NameTable(foldsCase: foldsCase)
    other = names.intern("(other)")
  }

  /// What was counted; a copy.
  package var counts: [Key: Count] {
    Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.count) })
  }

  /// Counts one line's failures; `name` is empty where the log has none.
  package mutating func record(
    _ failure: borrowing AuthFailure,
    name: Span<UInt8>,
    on day: CivilDate
  ) {
    var key = Key(day: day, name: other, network: failure.client.network)
    if rows.count < limit {
      key.name = names.intern(name)
    } else if let known = names.find(name).flatMap({ row(key, named: $0) }) {
      return add(failure.attempts, toRow: known, at: failure.time)
    } else {
      overflow += UInt64(failure.attempts)
      if rows.count >= limit * 2, row(key) == nil { key.network = .unknown }
    }
    let time = failure.time
    let counted = row(key) ?? addRow(key, at: time)
    add(failure.attempts, toRow: counted, at: time)
  }

  /// Counts the last failure again, on its day.
  package mutating func repeatLast(_ attempts: UInt32, at time: Timestamp) {
    if let last { add(attempts, toRow: last, at: time) }
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
    rows.append(Row(key: key, count: Count(failures: 0, first: time, last: time)))
    return rows.count - 1
  }

  /// Seeded: clients choose their networks, not which of them share a slot.
  private func hash(_ key: Key) -> UInt64 {
    let dayAndName = UInt64(UInt32(bitPattern: key.day.daysSince1970)) << 32 | UInt64(key.name)
    let network = ByteHash.mix(key.network.high ^ seed, key.network.low)
    return ByteHash.mix(network, dayAndName)
  }

  private mutating func add(_ failures: UInt32, toRow row: Int, at time: Timestamp) {
    last = row
    rows[row].count.failures += UInt64(failures)
    rows[row].count.first = min(time, rows[row].count.first)
    rows[row].count.last = max(time, rows[row].count.last)
  }

  /// The name as the reports show it.
  package func shown(_ name: NameTable.ID) -> String {
    name == NameTable.empty ? "(unknown)" : names.shown(name)
  }
}
