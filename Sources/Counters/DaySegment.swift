import MailLog

/// The rows of a day that is over, packed: about 12 bytes a row, read from front to back.
package struct DaySegment: Sendable {
  /// For each row, by account and sender: the account as difference from the last row's, the sender
  /// as difference from the account, and the counts.
  package let bytes: [UInt8]
  /// The number of rows.
  package let count: Int
  /// All names in it have numbers below this one.
  package let nameLimit: UInt32
  private let version: UInt32

  /// Packs the rows of a day; those without anything are left out.
  init(_ day: DayRows, version: UInt32) {
    var order: [(key: UInt64, row: UInt32)] = []
    order.reserveCapacity(day.count)
    var row: UInt32 = 0
    let nothing = CounterRow()
    day.rows.forEach {
      if $0.counts != nothing { order.append(($0.key, row)) }
      row += 1
    }
    order.sort { $0.key < $1.key }
    var packed = PackedWriter()
    var lastAccount: UInt32 = 0
    var greatest: UInt32 = 0
    for (key, row) in order {
      let (account, sender) = (UInt32(key >> 32), UInt32(truncatingIfNeeded: key))
      packed.append(UInt64(account - lastAccount))
      packed.append(signed: Int64(sender) - Int64(account))
      day.counts(Int(row)).write(to: &packed)
      lastAccount = account
      greatest = max(greatest, account, sender)
    }
    bytes = packed.bytes
    count = order.count
    nameLimit = greatest &+ 1
    self.version = version
  }

  /// A segment as it was stored.
  init(bytes: [UInt8], count: Int, nameLimit: UInt32) {
    self.bytes = bytes
    self.count = count
    self.nameLimit = nameLimit
    version = 0
  }

  /// Whether it was packed after `version`.
  package func isNew(since version: UInt32) -> Bool { self.version > version }

  @inline(__always)
  func forEach(_ body: (_ account: NameTable.ID, _ sender: NameTable.ID, CounterRow) -> Void) {
    var packed = PackedReader(bytes)
    var account: UInt32 = 0
    for _ in 0..<count {
      guard let step = packed.number(), let offset = packed.signed(),
        let counts = CounterRow(&packed)
      else { return }
      account &+= UInt32(truncatingIfNeeded: step)
      let sender = UInt32(truncatingIfNeeded: Int64(account) &+ offset)
      guard account < nameLimit, sender < nameLimit else { return }
      body(account, sender, counts)
    }
  }
}
