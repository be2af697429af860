/// Writes numbers in seven bits a byte, the lowest first, the last byte below 128.
///
/// What is stored of a type is written by its `write(to:)`, and read by its `init?(_:)` or, into what
/// there is already, by a `restore(_:)` that is false where it cannot be. All of a table or a detector
/// is `packed`; who takes it back throws `StoredDamage`, or leaves out what is damaged and says so.
public struct PackedWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func append(_ number: UInt64) {
    var rest = number
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A number near zero, of either sign.
  public mutating func append(signed number: Int64) {
    append(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  public mutating func append(_ text: some Collection<UInt8>) {
    append(UInt64(text.count))
    bytes.append(contentsOf: text)
  }

  public mutating func append(byte: UInt8) {
    bytes.append(byte)
  }
}

/// Reads what `PackedWriter` wrote; nil where the bytes cannot be from it.
public struct PackedReader: Sendable {
  private let bytes: [UInt8]
  private var position = 0
  /// The numbers of names are smaller.
  public let nameLimit: UInt32
  /// The numbers of terms are smaller, once it is known how many there are.
  public var termLimit: UInt32 = 0

  /// - Parameters:
  ///   - bytes: what was written.
  ///   - nameCount: how many names there are: whoever reads their numbers may look them up.
  public init(_ bytes: [UInt8], nameCount: Int = 0) {
    self.bytes = bytes
    nameLimit = UInt32(clamping: nameCount)
  }

  public var isAtEnd: Bool { position == bytes.count }

  public mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    position &+= 1
    return bytes[position &- 1]
  }

  public mutating func number() -> UInt64? {
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

  public mutating func signed() -> Int64? {
    number().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }

  public mutating func text() -> ArraySlice<UInt8>? {
    guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
    position += Int(count)
    return bytes[position - Int(count)..<position]
  }
}
