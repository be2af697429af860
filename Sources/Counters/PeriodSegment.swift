package import MailLog

/// The rows of several days that are over, added up by account and sender, and packed.
///
/// Takes about 30 ns for each row of the days; about 14 bytes for each account and sender.
package struct PeriodSegment: Sendable {
  /// What each of the days adds up to, in their order.
  package let totals: [Sums]
  /// For each row, by account and sender: as in a `DaySegment`, with the number of the last day in
  /// front of the counts.
  private let bytes: [UInt8]
  private let count: Int
  private let days: [CivilDate]

  /// The memory that it takes.
  package var size: Int { bytes.count }

  /// Adds up days, which are in order.
  package init(_ segments: [(day: CivilDate, rows: DaySegment)]) {
    days = segments.map(\.day)
    var sum = Summing(segments.map(\.rows))
    let nameLimit = segments.reduce(0) { max($0, $1.rows.nameLimit) }
    // So few accounts at a time that their rows stay in the processor's cache.
    for start in stride(from: 0, to: nameLimit, by: Self.accountsAtOnce) {
      sum.add(below: min(start &+ UInt32(Self.accountsAtOnce), nameLimit))
    }
    (bytes, count, totals) = (sum.packed.bytes, sum.count, sum.totals)
  }

  private static let accountsAtOnce = 2048

  @inline(__always)
  func forEach(
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, _ last: CivilDate, Sums) -> Void
  ) {
    let span = bytes.span
    var position = 0
    var account: UInt32 = 0
    for _ in 0..<count {
      account &+= UInt32(truncatingIfNeeded: span.packedNumber(&position))
      let offset = span.packedSigned(&position)
      let last = days[Int(truncatingIfNeeded: span.packedNumber(&position))]
      let sums = Sums(span, &position)
      body(account, UInt32(truncatingIfNeeded: Int64(account) &+ offset), last, sums)
    }
  }
}

/// Adds up segments, some accounts at a time.
private struct Summing {
  private struct Row {
    let key: UInt64
    var last: Int
    var sums: Sums
  }

  private let segments: [DaySegment]
  private var places: [DaySegment.Place]
  private var rows: [Row] = []
  private var lastAccount: UInt32 = 0
  var packed = PackedWriter()
  var count = 0
  var totals: [Sums]

  init(_ segments: [DaySegment]) {
    self.segments = segments
    places = segments.map { DaySegment.Place($0) }
    totals = segments.map { _ in Sums() }
  }

  /// Goes on with the accounts below `limit`.
  mutating func add(below limit: NameTable.ID) {
    rows.removeAll(keepingCapacity: true)
    var index = HashIndex()
    for (day, segment) in segments.enumerated() {
      var total = Sums()
      segment.forEach(as: Sums.self, from: &places[day], below: limit) { account, sender, sums in
        total.add(sums)
        let key = UInt64(account) &<< 32 | UInt64(sender)
        let hash = ByteHash.mix(key, 0x2545_f491_4f6c_dd1d)
        if let known = index.find(hash, where: { rows[Int($0)].key == key }) {
          rows[Int(known)].sums.add(sums)
          rows[Int(known)].last = day
        } else {
          index.add(UInt32(rows.count), hash: hash)
          rows.append(Row(key: key, last: day, sums: sums))
        }
      }
      totals[day].add(total)
    }
    pack()
  }

  private mutating func pack() {
    var order = rows.indices.map { (key: rows[$0].key, row: UInt32($0)) }
    order.sort { $0.key < $1.key }
    for (key, row) in order {
      let (account, sender) = (UInt32(key >> 32), UInt32(truncatingIfNeeded: key))
      packed.append(UInt64(account - lastAccount))
      packed.append(signed: Int64(sender) - Int64(account))
      packed.append(UInt64(rows[Int(row)].last))
      rows[Int(row)].sums.write(to: &packed)
      lastAccount = account
    }
    count += rows.count
  }
}
