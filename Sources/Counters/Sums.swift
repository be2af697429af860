package import MailLog

/// What the messages of a row, a day or a whole report add up to.
package struct Sums: Sendable {
  package private(set) var tls = InlineArray<7, UInt64>(repeating: 0)
  private var knownRecipients: UInt64 = 0
  private var knownBytes: UInt64 = 0
  private var withoutRecipients: UInt64 = 0
  private var withoutBytes: UInt64 = 0

  /// nil: the server did not log it for at least one message.
  package var recipients: UInt64? { withoutRecipients == 0 ? knownRecipients : nil }
  package var bytes: UInt64? { withoutBytes == 0 ? knownBytes : nil }

  package var messages: UInt64 {
    var sum: UInt64 = 0
    for index in tls.indices { sum &+= tls[index] }
    return sum
  }

  package func count(_ version: TLSVersion) -> UInt64 { tls[Int(version.rawValue)] }

  /// The messages that a server which requires `minimum` would not have taken.
  package func below(_ minimum: TLSVersion) -> UInt64 {
    var sum: UInt64 = 0
    for version in TLSVersion.allCases where version.isBelow(minimum) { sum &+= count(version) }
    return sum
  }

  /// The share of `version` in tenths of a percent, rounded half up.
  package func permille(_ version: TLSVersion) -> UInt64 {
    Self.permille(count(version), of: messages)
  }

  package static func permille(_ part: UInt64, of whole: UInt64) -> UInt64 {
    whole == 0 ? 0 : (part * 2000 + whole) / (whole * 2)
  }

  package init() {}

  package init(_ row: CounterRow) {
    for index in row.tls.indices { tls[index] = UInt64(row.tls[index]) }
    knownRecipients = row.recipients
    knownBytes = row.bytes
    withoutRecipients = UInt64(row.withoutRecipients)
    withoutBytes = UInt64(row.withoutBytes)
  }

  package mutating func add(_ row: CounterRow) {
    for index in row.tls.indices { tls[index] &+= UInt64(row.tls[index]) }
    knownRecipients &+= row.recipients
    knownBytes &+= row.bytes
    withoutRecipients &+= UInt64(row.withoutRecipients)
    withoutBytes &+= UInt64(row.withoutBytes)
  }

  package mutating func add(_ other: Sums) {
    for index in tls.indices { tls[index] &+= other.tls[index] }
    knownRecipients &+= other.knownRecipients
    knownBytes &+= other.knownBytes
    withoutRecipients &+= other.withoutRecipients
    withoutBytes &+= other.withoutBytes
  }
}

extension Sums: PackedCounts {
  /// Set in the first byte, beside a bit for each TLS version with messages, as in `CounterRow`.
  private static let hasUnknowns: UInt8 = 0x80

  func write(to packed: inout PackedWriter) {
    var first: UInt8 = 0
    for index in tls.indices where tls[index] > 0 { first |= 1 << UInt8(index) }
    if withoutRecipients > 0 || withoutBytes > 0 { first |= Self.hasUnknowns }
    packed.append(byte: first)
    for index in tls.indices where tls[index] > 0 { packed.append(tls[index]) }
    if first & Self.hasUnknowns != 0 {
      packed.append(withoutRecipients)
      packed.append(withoutBytes)
    }
    packed.append(knownRecipients)
    packed.append(knownBytes)
  }

  /// Reads what `write`, or that of a `CounterRow`, wrote.
  @inline(__always) init(_ packed: Span<UInt8>, _ position: inout Int) {
    let first = packed.packedByte(&position)
    var rest = first & 0x7f
    while rest != 0 {
      tls[rest.trailingZeroBitCount] = packed.packedNumber(&position)
      rest &= rest &- 1
    }
    if first & Self.hasUnknowns != 0 {
      withoutRecipients = packed.packedNumber(&position)
      withoutBytes = packed.packedNumber(&position)
    }
    knownRecipients = packed.packedNumber(&position)
    knownBytes = packed.packedNumber(&position)
  }
}
