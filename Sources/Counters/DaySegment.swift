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
  /// The same in all copies, and in no other segment.
  package let identity = Identity()

  package final class Identity: Sendable {}

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

  /// Whether it was packed in `version` or later.
  package func isNew(since version: UInt32) -> Bool { self.version >= version }

  @inline(__always)
  func forEach<Counts: PackedCounts>(
    as counts: Counts.Type,
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, Counts) -> Void
  ) {
    var place = Place(self)
    forEach(as: counts, from: &place, below: nameLimit, body)
  }

  /// How far a segment is read.
  struct Place {
    fileprivate var position = 0
    fileprivate var left: Int
    /// The account of the next row.
    fileprivate var account: UInt32 = 0

    init(_ segment: DaySegment) {
      left = segment.count
      let bytes = segment.bytes.span
      advance(in: bytes)
    }

    @inline(__always) fileprivate mutating func advance(in bytes: Span<UInt8>) {
      account &+= UInt32(truncatingIfNeeded: bytes.packedNumber(&position))
    }
  }

  /// Goes on with the rows of the accounts below `limit`.
  @inline(__always)
  func forEach<Counts: PackedCounts>(
    as counts: Counts.Type,
    from place: inout Place,
    below limit: NameTable.ID,
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, Counts) -> Void
  ) {
    let span = bytes.span
    var next = place
    while next.left > 0, next.account < limit {
      let account = next.account
      let offset = span.packedSigned(&next.position)
      let counts = Counts(span, &next.position)
      let sender = UInt32(truncatingIfNeeded: Int64(account) &+ offset)
      next.left &-= 1
      if next.left > 0 { next.advance(in: span) }
      // What cannot have been packed ends it: names are looked up by these numbers.
      guard account < nameLimit, sender < nameLimit else {
        next.left = 0
        break
      }
      body(account, sender, counts)
    }
    place = next
  }
}

/// The counts of a row, as they are unpacked.
protocol PackedCounts {
  /// Reads what a row wrote at `position`, which moves on.
  init(_ packed: Span<UInt8>, _ position: inout Int)
}
