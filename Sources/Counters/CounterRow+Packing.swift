package import MailLog

extension CounterRow {
  /// Set in the first byte, beside a bit for each TLS version with messages: the row has messages
  /// without recipients or size.
  private static let hasUnknowns: UInt8 = 0x80

  package func write(to packed: inout PackedWriter) {
    var first: UInt8 = 0
    for index in tls.indices where tls[index] > 0 { first |= 1 << UInt8(index) }
    if withoutRecipients > 0 || withoutBytes > 0 { first |= Self.hasUnknowns }
    packed.append(byte: first)
    for index in tls.indices where tls[index] > 0 { packed.append(UInt64(tls[index])) }
    if first & Self.hasUnknowns != 0 {
      packed.append(UInt64(withoutRecipients))
      packed.append(UInt64(withoutBytes))
    }
    packed.append(recipients)
    packed.append(bytes)
  }

  /// Reads a row; nil where the bytes are none.
  @inline(__always) package init?(_ packed: inout PackedReader) {
    guard let first = packed.byte() else { return nil }
    var rest = first & 0x7f
    while rest != 0 {
      guard let count = packed.number() else { return nil }
      tls[rest.trailingZeroBitCount] = UInt32(truncatingIfNeeded: count)
      rest &= rest &- 1
    }
    if first & Self.hasUnknowns != 0 {
      guard let recipients = packed.number32(), let bytes = packed.number32() else { return nil }
      withoutRecipients = recipients
      withoutBytes = bytes
    }
    guard let recipients = packed.number(), let bytes = packed.number() else { return nil }
    self.recipients = recipients
    self.bytes = bytes
  }
}

extension CounterRow: PackedCounts {
  @inline(__always) init(_ packed: Span<UInt8>, _ position: inout Int) {
    let first = packed.packedByte(&position)
    var rest = first & 0x7f
    while rest != 0 {
      let count = packed.packedNumber(&position)
      tls[rest.trailingZeroBitCount] = UInt32(truncatingIfNeeded: count)
      rest &= rest &- 1
    }
    if first & Self.hasUnknowns != 0 {
      withoutRecipients = UInt32(truncatingIfNeeded: packed.packedNumber(&position))
      withoutBytes = UInt32(truncatingIfNeeded: packed.packedNumber(&position))
    }
    recipients = packed.packedNumber(&position)
    bytes = packed.packedNumber(&position)
  }
}
