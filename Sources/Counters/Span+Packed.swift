// Reads what `PackedWriter` wrote, without a call for each number; what is not there reads as 0.
extension Span<UInt8> {
  /// The byte at `position`, which moves on.
  @inline(__always) func packedByte(_ position: inout Int) -> UInt8 {
    guard position < count else { return 0 }
    position &+= 1
    return self[position &- 1]
  }

  /// The number that `PackedWriter` wrote at `position`, which moves on.
  @inline(__always) func packedNumber(_ position: inout Int) -> UInt64 {
    let first = packedByte(&position)
    guard first > 0x7f else { return UInt64(first) }
    var number = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while shift < 64 {
      let byte = packedByte(&position)
      number |= UInt64(byte & 0x7f) &<< shift
      guard byte > 0x7f else { break }
      shift &+= 7
    }
    return number
  }

  /// As `packedNumber`, of either sign.
  @inline(__always) func packedSigned(_ position: inout Int) -> Int64 {
    let number = packedNumber(&position)
    return Int64(bitPattern: number &>> 1) ^ -Int64(bitPattern: number & 1)
  }
}
