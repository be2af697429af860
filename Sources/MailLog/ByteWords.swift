extension Span<UInt8> {
  /// The eight bytes from `index` on, the first one lowest; zeros behind the end.
  @inlinable @inline(__always)
  public func word(at index: Int) -> UInt64 {
    guard index &+ 8 <= count else { return lastWord(at: index) }
    // Inside the span: `index` is not negative where a caller steps forward from 0.
    return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
  }

  /// As `word(at:)`, where the caller has seen to it that eight bytes of the span begin at `index`.
  @inlinable @inline(__always)
  public func wordInside(_ index: Int) -> UInt64 {
    assert(index >= 0 && index + 8 <= count)
    return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
  }

  /// As `word(at:)`, where fewer than eight bytes are left.
  @inline(never)
  public func lastWord(at index: Int) -> UInt64 {
    let left = count &- index
    guard left > 0 else { return 0 }
    if count >= 8 {
      // The last eight bytes, those in front of `index` shifted out.
      let word = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: count &- 8,
        as: UInt64.self
      )
      return word &>> UInt64(64 &- left &* 8)
    }
    var word: UInt64 = 0
    for offset in 0..<left { word |= UInt64(self[index &+ offset]) &<< UInt64(offset &* 8) }
    return word
  }
}

extension [UInt8] {
  public mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension UInt64 {
  /// The word with each of its eight bytes that is an upper case ASCII letter in lower case.
  @inlinable @inline(__always)
  public var asciiLowercased: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let sevens = self & (ones &* 0x7f)
    // The high bit of each byte tells: at least `A`, more than `Z`, not ASCII.
    let fromA = sevens &+ ones &* (0x80 - 0x41)
    let beyondZ = sevens &+ ones &* (0x7f - 0x5a)
    let isUpper = (fromA ^ beyondZ) & ~self & (ones &* 0x80)
    return self | isUpper &>> 2
  }
}

/// `byte`, a lower case ASCII letter made upper case.
@inlinable public func asciiUppercased(_ byte: UInt8) -> UInt8 {
  byte >= 97 && byte <= 122 ? byte & 0xdf : byte
}

/// `byte`, an upper case ASCII letter made lower case.
@inlinable public func asciiLowercased(_ byte: UInt8) -> UInt8 {
  byte >= 65 && byte <= 90 ? byte | 0x20 : byte
}
