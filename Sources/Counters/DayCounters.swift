package import MailLog

/// The rows of one day, found by account and sender.
///
/// 64 bytes a row, and 12 to 24 for the index. Rows stay in the order of their first message.
package struct DayCounters: Sendable {
  /// Account in the upper half, sender in the lower.
  private var keys: [UInt64] = []
  private var rows: [CounterRow] = []
  private var index = HashIndex()

  package init() {}

  package var count: Int { keys.count }

  package func account(_ row: Int) -> NameTable.ID { UInt32(truncatingIfNeeded: keys[row] >> 32) }
  package func sender(_ row: Int) -> NameTable.ID { UInt32(truncatingIfNeeded: keys[row]) }
  package func counts(_ row: Int) -> CounterRow { rows[row] }

  mutating func add(_ submission: borrowing Submission) {
    rows[row(submission.account, submission.sender)].add(submission)
  }

  mutating func subtract(_ submission: borrowing Submission) {
    rows[row(submission.account, submission.sender)].subtract(submission)
  }

  mutating func add(_ counts: CounterRow, account: NameTable.ID, sender: NameTable.ID) {
    rows[row(account, sender)].add(counts)
  }

  /// The number of the row, a new one if there is none yet.
  @inline(__always)
  private mutating func row(_ account: NameTable.ID, _ sender: NameTable.ID) -> Int {
    let key = UInt64(account) << 32 | UInt64(sender)
    let hash = ByteHash.mix(key, 0x2545_f491_4f6c_dd1d)
    if let row = index.find(hash, where: { keys[Int($0)] == key }) { return Int(row) }
    return addRow(key, hash: hash)
  }

  @inline(never) private mutating func addRow(_ key: UInt64, hash: UInt64) -> Int {
    index.add(UInt32(keys.count), hash: hash)
    keys.append(key)
    rows.append(CounterRow())
    return keys.count &- 1
  }
}
