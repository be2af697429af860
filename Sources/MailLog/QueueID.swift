/// A mail server's name for a message: up to 24 ASCII characters, of longer ones the last 24.
///
/// Postfix has 6 to 20 characters (short: hexadecimal, re-used; long: unique), Exim 16 or 23,
/// Dovecot 22 and a number behind them.
public struct QueueID: BitwiseCopyable, Hashable, Sendable {
  /// The characters in the order of the text, the first in the lowest byte, zeros behind.
  public var words: (UInt64, UInt64, UInt64)

  @inlinable public init(words: (UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// The ID that `text` is; of more than 24 characters the last 24, which tell it apart.
  @inlinable public init(_ text: Span<UInt8>) {
    let kept = text.extracting(last: 24)
    words = (kept.word(at: 0), kept.word(at: 8), kept.word(at: 16))
  }

  @inlinable public static var none: QueueID { QueueID(words: (0, 0, 0)) }

  @inlinable public var isNone: Bool { words.0 == 0 }

  @inlinable public static func == (left: QueueID, right: QueueID) -> Bool {
    left.words.0 == right.words.0 && left.words.1 == right.words.1
      && left.words.2 == right.words.2
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
  }

  public var text: String {
    var characters: [UInt8] = []
    for word in [words.0, words.1, words.2] {
      for shift in stride(from: 0, to: 64, by: 8) {
        let byte = UInt8(truncatingIfNeeded: word >> UInt64(shift))
        if byte != 0 { characters.append(byte) }
      }
    }
    return String(decoding: characters, as: UTF8.self)
  }
}
