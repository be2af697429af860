/// A fast 64-bit hash of bytes.
///
/// With a random seed it keeps names that clients choose from piling up in one slot of a table.
public struct ByteHash: Sendable {
  public let seed: UInt64

  @inlinable public init(seed: UInt64) {
    self.seed = seed
  }

  /// The same in every run: for keys that are stored.
  @inlinable public static var stable: ByteHash { ByteHash(seed: 0x9e37_79b9_7f4a_7c15) }

  /// The hash of `bytes`; `foldingCase`: of these with ASCII letters in lower case.
  @inlinable public func callAsFunction(_ bytes: Span<UInt8>, foldingCase: Bool = false) -> UInt64 {
    var state = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* 0xa076_1d64_78bd_642f
    var position = 0
    while position < bytes.count {
      let word = bytes.word(at: position)
      state = Self.mix(state, foldingCase ? word.asciiLowercased : word)
      position &+= 8
    }
    return Self.mix(state, 0xe703_7ed1_a0b4_28db)
  }

  /// A hash of a short text, another one than that of `bytes`: it takes 16 bytes at a time, the last
  /// eight where they stand, be they counted twice.
  ///
  /// `foldingCase`: of the text with ASCII letters in lower case.
  @inlinable @inline(__always)
  public func brief(_ text: Span<UInt8>, foldingCase: Bool = false) -> UInt64 {
    let start = seed ^ UInt64(truncatingIfNeeded: text.count) &* 0xa076_1d64_78bd_642f
    let last = text.count &- 8
    guard last >= 0 else {
      let word = text.lastWord(at: 0)
      return Self.mix(start, foldingCase ? word.asciiLowercased : word)
    }
    var state = start
    var position = 0
    repeat {
      let first = text.wordInside(min(position, last))
      let second = text.wordInside(min(position &+ 8, last))
      // With the seed in both: no text makes one factor 0, and with it forgets what stood before.
      state = Self.mix(
        state ^ (foldingCase ? first.asciiLowercased : first),
        seed ^ (foldingCase ? second.asciiLowercased : second)
      )
      position &+= 16
    } while position < text.count
    return state
  }

  @inlinable @inline(__always)
  public static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x8ebc_6af0_9c88_c6e3)
      .multipliedFullWidth(by: right ^ 0x5899_65cc_7537_4cc3)
    return product.high ^ product.low
  }
}
