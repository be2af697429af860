extension ClientAddress {
  /// Reads an IPv4 or IPv6 address, with or without a zone index (`%eth0`); nil for other text.
  public init?(_ text: Span<UInt8>) {
    if let address = Self.ipv4(text, from: 0) {
      self.init(ipv4: address)
    } else if let address = Self.ipv6(text) {
      self = address
    } else {
      return nil
    }
  }

  public init?(_ text: String) {
    self.init(Array(text.utf8).span)
  }

  fileprivate static func ipv4(_ text: Span<UInt8>, from start: Int) -> UInt32? {
    var address: UInt32 = 0
    var position = start
    for octet in 0..<4 {
      var value: UInt32 = 0
      let first = position
      while position < text.count, position - first < 3, let digit = decimal(text[position]) {
        value = value * 10 + digit
        position += 1
      }
      guard position > first, value <= 255 else { return nil }
      address = address << 8 | value
      guard octet < 3 else { break }
      guard position < text.count, text[position] == UInt8(ascii: ".") else { return nil }
      position += 1
    }
    return position == text.count ? address : nil
  }

  private static func ipv6(_ text: Span<UInt8>) -> ClientAddress? {
    var head = Groups()
    var tail: Groups?
    var position = 0
    if text.count >= 2, text[0] == UInt8(ascii: ":") {
      guard text[1] == UInt8(ascii: ":") else { return nil }
      tail = Groups()
      position = 2
    }
    while position < text.count, text[position] != UInt8(ascii: "%") {
      if let address = ipv4(text, from: position) {
        var groups = tail ?? head
        guard groups.append(UInt16(address >> 16)), groups.append(UInt16(address & 0xffff))
        else { return nil }
        if tail == nil { head = groups } else { tail = groups }
        break
      }
      guard let group = hexadecimal(text, at: &position) else { return nil }
      guard tail == nil ? head.append(group) : tail?.append(group) == true else { return nil }
      guard position < text.count, text[position] == UInt8(ascii: ":") else { continue }
      position += 1
      if position < text.count, text[position] == UInt8(ascii: ":") {
        guard tail == nil else { return nil }
        tail = Groups()
        position += 1
      } else if position == text.count {
        return nil
      }
    }
    guard let tail else { return head.count == 8 ? head.address(tail: Groups()) : nil }
    return head.count + tail.count <= 7 ? head.address(tail: tail) : nil
  }

  private static func hexadecimal(_ text: Span<UInt8>, at position: inout Int) -> UInt16? {
    var value: UInt16 = 0
    let first = position
    while position < text.count, position - first < 4 {
      let byte = text[position]
      switch byte {
      case 48...57: value = value << 4 | UInt16(byte - 48)
      case 65...70: value = value << 4 | UInt16(byte - 55)
      case 97...102: value = value << 4 | UInt16(byte - 87)
      default: return position > first ? value : nil
      }
      position += 1
    }
    guard position > first else { return nil }
    guard position < text.count else { return value }
    let next = text[position]
    return next == UInt8(ascii: ":") || next == UInt8(ascii: "%") ? value : nil
  }

  fileprivate static func decimal(_ byte: UInt8) -> UInt32? {
    byte >= 48 && byte <= 57 ? UInt32(byte - 48) : nil
  }
}

/// Up to eight 16-bit groups of an IPv6 address.
private struct Groups {
  var bits: (high: UInt64, low: UInt64) = (0, 0)
  var count = 0

  mutating func append(_ group: UInt16) -> Bool {
    guard count < 8 else { return false }
    bits = (bits.high << 16 | bits.low >> 48, bits.low << 16 | UInt64(group))
    count += 1
    return true
  }

  /// These groups at the front, `tail` at the end, zeros between.
  func address(tail: Groups) -> ClientAddress {
    var padded = self
    for _ in count..<8 { _ = padded.append(0) }
    return ClientAddress(
      high: padded.bits.high | tail.bits.high,
      low: padded.bits.low | tail.bits.low
    )
  }
}

extension Span<UInt8> {
  /// The address in `host[address]:port`, or the text itself; unknown where it is none.
  public func clientAddress(_ range: ByteRange) -> ClientAddress {
    let range = range.range
    // Most addresses that stand alone begin with a digit, and few hosts' names do.
    if !range.isEmpty, ClientAddress.decimal(self[range.lowerBound]) != nil,
      let address = ClientAddress.ipv4(extracting(range), from: 0)
    {
      return ClientAddress(ipv4: address)
    }
    guard let bracket = firstIndex(of: UInt8(ascii: "["), in: range),
      let close = firstIndex(of: UInt8(ascii: "]"), in: bracket..<range.upperBound)
    else { return ClientAddress(extracting(range)) ?? .unknown }
    return ClientAddress(extracting(bracket + 1..<close)) ?? .unknown
  }

  private func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = range.lowerBound
    while index < range.upperBound {
      let difference = word(at: index) ^ ones &* UInt64(byte)
      // The lowest high bit that is set belongs to the first byte without a difference.
      let matches = (difference &- ones) & ~difference & (ones &* 0x80)
      if matches != 0 {
        index &+= matches.trailingZeroBitCount / 8
        return index < range.upperBound ? index : nil
      }
      index &+= 8
    }
    return nil
  }
}
