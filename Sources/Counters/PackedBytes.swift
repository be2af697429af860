/// Writes numbers in seven bits a byte, the lowest first, the last byte below 128.
package struct PackedWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ number: UInt64) {
    var rest = number
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A number near zero, of either sign.
  package mutating func append(signed number: Int64) {
    append(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  package mutating func append(_ text: some Collection<UInt8>) {
    append(UInt64(text.count))
    bytes.append(contentsOf: text)
  }

  mutating func append(byte: UInt8) {
    bytes.append(byte)
  }
}

/// Reads what `PackedWriter` wrote; nil where the bytes cannot be from it.
package struct PackedReader: Sendable {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var isAtEnd: Bool { position == bytes.count }

  @inline(__always) mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    position &+= 1
    return bytes[position &- 1]
  }

  @inline(__always) package mutating func number() -> UInt64? {
    guard position < bytes.count else { return nil }
    let first = bytes[position]
    guard first > 0x7f else {
      position &+= 1
      return UInt64(first)
    }
    return longNumber()
  }

  private mutating func longNumber() -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = byte() else { return nil }
      guard shift < 63 || byte < 2 else { return nil }
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    return nil
  }

  package mutating func signed() -> Int64? {
    number().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }

  package mutating func number32() -> UInt32? { number().flatMap(UInt32.init(exactly:)) }

  package mutating func text() -> ArraySlice<UInt8>? {
    guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
    position += Int(count)
    return bytes[position - Int(count)..<position]
  }
}
