package import MailLog

/// The failed AUTH of one moment, to be read by reports and to be stored.
package struct FailureCounts: StoredBlocks {
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

  struct Row: Sendable {
    var key: Key
    var count: Count
    /// The version of the counters that changed the row last.
    var version: UInt32
  }

  let rows: PagedArray<Row>
  package let names: NameList
  /// Attempts that were counted under `(other)`.
  package let overflow: UInt64
  let last: Int?
  package let born: UInt32

  package var counts: [Key: Count] {
    var counts: [Key: Count] = [:]
    rows.forEach { counts[$0.key] = $0.count }
    return counts
  }

  /// Visits what was counted, in no order.
  package func forEach(_ body: (Key, Count) -> Void) {
    rows.forEach { body($0.key, $0.count) }
  }

  /// The name as the reports show it.
  package func shown(_ name: NameTable.ID) -> String {
    name == NameTable.empty ? "(unknown)" : names.shown(name)
  }

  package var blockCount: Int { (rows.count + storedBlockSize - 1) / storedBlockSize }

  package func block(_ number: Int, changedSince version: UInt32) -> [UInt8]? {
    let range = storedRange(number, count: rows.count)
    guard range.contains(where: { rows[$0].version >= version }) else { return nil }
    var packed = PackedWriter()
    for index in range {
      let row = rows[index]
      packed.append(row.key.day)
      packed.append(names.bytes(row.key.name))
      packed.append(row.key.network)
      packed.append(row.count.failures)
      packed.append(row.count.first)
      packed.append(row.count.last)
    }
    return packed.bytes
  }
}

extension FailureCounts.Row {
  /// Reads a stored row; the number of its name is still to be found.
  static func read(
    _ packed: inout PackedReader
  ) -> (FailureCounts.Key, FailureCounts.Count, name: ArraySlice<UInt8>)? {
    guard let day = packed.day(), let name = packed.text(), let network = packed.address(),
      let failures = packed.count(), let first = packed.time(), let last = packed.time()
    else { return nil }
    let key = FailureCounts.Key(day: day, name: NameTable.empty, network: network)
    return (key, FailureCounts.Count(failures: failures, first: first, last: last), name)
  }
}
