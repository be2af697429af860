/// How a server writes bytes of a login that it does not print as they are.
public enum TextEscape: UInt8, BitwiseCopyable, Sendable {
  /// As they are.
  case none
  /// `+HH` (RFC 3461, section 4), as Sendmail writes `authid=`; its log doubles backslashes.
  case xtext
  /// vis(3), as OpenSMTPD writes `user=`: `\ooo`, `\^C`, `\M-C`, `\M^C` and C's letters.
  case vis
  /// `\ooo` and `\b \f \n \r \t \v`, as Exim's string_printing() writes bytes that do not print.
  ///
  /// Exim writes a backslash as it is, so that `DOMAIN\nina` stays what it looks like.
  case octal
  /// `\ooo`, `\\` and C's letters, as Sendmail's str2prt() writes whole lines: never a backslash as
  /// it is.
  case printable

  /// `text` as it was before the server wrote it; what is no escape stands for itself.
  public func undone(_ text: some Sequence<UInt8>) -> [UInt8] {
    let text = Array(text)
    guard text.contains(where: isMark), self != .octal || !Self.namesDomain(text) else {
      return text
    }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = text[...]
    while let first = rest.popFirst() {
      if isMark(first), let (byte, count) = byte(escapedAs: rest, behind: first) {
        result.append(byte)
        rest = rest.dropFirst(count)
      } else {
        result.append(first)
      }
    }
    return result
  }

  /// Hands `body` the text as it was; a copy is made only of text with escapes.
  @inlinable @inline(__always)
  public func undo<Result>(in text: Span<UInt8>, _ body: (Span<UInt8>) -> Result) -> Result {
    guard hasMark(text) else { return body(text) }
    let plain = undone(text.indices.map { text[$0] })
    return body(plain.span)
  }

  /// Whether a mark stands anywhere in the text, looked for eight bytes at a time.
  @inlinable func hasMark(_ text: Span<UInt8>) -> Bool {
    if self == .none { return false }
    let ones: UInt64 = 0x0101_0101_0101_0101
    let last = text.count &- 8
    var position = 0
    while position < text.count {
      let word = last < 0 ? text.lastWord(at: 0) : text.wordInside(min(position, last))
      // The high bit of a byte that is zero: of a mark.
      let slash = word ^ ones &* 0x5c
      var marks = (slash &- ones) & ~slash
      if self == .xtext {
        let plus = word ^ ones &* 0x2b
        marks |= (plus &- ones) & ~plus
      }
      if marks & (ones &* 0x80) != 0 { return true }
      position &+= 8
    }
    return false
  }

  private func isMark(_ byte: UInt8) -> Bool {
    switch self {
    case .none: false
    case .xtext: byte == UInt8(ascii: "+") || byte == UInt8(ascii: "\\")
    case .vis, .octal, .printable: byte == UInt8(ascii: "\\")
    }
  }

  /// The byte that `text`, what follows the mark, stands for, and how many bytes tell it.
  private func byte(
    escapedAs text: ArraySlice<UInt8>,
    behind mark: UInt8
  ) -> (byte: UInt8, count: Int)? {
    switch self {
    case .none: nil
    case .xtext where mark == UInt8(ascii: "\\"): text.first == mark ? (mark, 1) : nil
    case .xtext: number(text, digits: 2, radix: 16).map { ($0, 2) }
    case .octal:
      octal(text).flatMap { (0x20..<0x7f).contains($0.byte) ? nil : $0 }
        ?? letter(text).flatMap { (8...13).contains($0.byte) ? $0 : nil }
    case .printable: octal(text) ?? letter(text)
    case .vis: octal(text) ?? control(text) ?? meta(text) ?? letter(text)
    }
  }

  /// Whether a login reads `DOMAIN\user`.
  private static func namesDomain(_ login: [UInt8]) -> Bool {
    let parts = login.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        let start = part.first.map { Unicode.Scalar($0).properties.isAlphabetic } ?? false
        return start && part.allSatisfy { Self.nameBytes.contains($0) }
      }
  }

  private static let nameBytes = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@".utf8
  )

  private func number(_ text: ArraySlice<UInt8>, digits: Int, radix: Int) -> UInt8? {
    guard text.count >= digits else { return nil }
    var value = 0
    for byte in text.prefix(digits) {
      guard let digit = Self.digit(byte), digit < radix else { return nil }
      value = value * radix + digit
    }
    return UInt8(exactly: value)
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 55
    default: nil
    }
  }

  private func octal(_ text: ArraySlice<UInt8>) -> (byte: UInt8, count: Int)? {
    number(text, digits: 3, radix: 8).map { ($0, 3) }
  }

  private func letter(_ text: ArraySlice<UInt8>) -> (byte: UInt8, count: Int)? {
    let letters: [(UInt8, UInt8)] = [
      (UInt8(ascii: "\\"), UInt8(ascii: "\\")), (UInt8(ascii: "n"), 10), (UInt8(ascii: "t"), 9),
      (UInt8(ascii: "r"), 13), (UInt8(ascii: "b"), 8), (UInt8(ascii: "v"), 11),
      (UInt8(ascii: "f"), 12), (UInt8(ascii: "a"), 7), (UInt8(ascii: "s"), 32),
    ]
    return letters.first { $0.0 == text.first }.map { ($0.1, 1) }
  }

  /// `^C`.
  private func control(_ text: ArraySlice<UInt8>) -> (byte: UInt8, count: Int)? {
    guard text.first == UInt8(ascii: "^"), let character = text.dropFirst().first,
      (0x3f...0x5f).contains(character)
    else { return nil }
    return (character ^ 0x40, 2)
  }

  /// `M-C` and `M^C`: the same with the high bit set.
  private func meta(_ text: ArraySlice<UInt8>) -> (byte: UInt8, count: Int)? {
    guard text.first == UInt8(ascii: "M") else { return nil }
    let rest = text.dropFirst()
    if let found = control(rest) { return (found.byte | 0x80, 3) }
    guard rest.first == UInt8(ascii: "-"), let character = rest.dropFirst().first else {
      return nil
    }
    return (character | 0x80, 3)
  }
}
