/// How a server writes bytes of a login that it does not print as they are.
public enum TextEscape: UInt8, BitwiseCopyable, Sendable {
  /// As they are.
  case none
  /// `+HH` (RFC 3461, section 4), as Sendmail writes `authid=`; its log doubles backslashes.
  case xtext
  /// vis(3), as OpenSMTPD writes `user=`: `\ooo`, `\^C`, `\M-C`, `\M^C` and C's letters.
  case vis
  /// `\ooo`, as Exim's string_printing(), for bytes that it does not print.
  ///
  /// Exim writes `\n` and the like for control characters, but a backslash as it is: such a login is
  /// rather `DOMAIN\nina`.
  case octal

  /// `text` as it was before the server wrote it; what is no escape stands for itself.
  public func undone(_ text: some Sequence<UInt8>) -> [UInt8] {
    let text = Array(text)
    guard text.contains(where: isMark) else { return text }
    var result: [UInt8] = []
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
  public func undo<Result>(in text: Span<UInt8>, _ body: (Span<UInt8>) -> Result) -> Result {
    guard text.indices.contains(where: { isMark(text[$0]) }) else { return body(text) }
    let plain = undone(text.indices.map { text[$0] })
    return body(plain.span)
  }

  private func isMark(_ byte: UInt8) -> Bool {
    switch self {
    case .none: false
    case .xtext: byte == UInt8(ascii: "+") || byte == UInt8(ascii: "\\")
    case .vis, .octal: byte == UInt8(ascii: "\\")
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
    case .octal: octal(text).flatMap { (0x20..<0x7f).contains($0.byte) ? nil : $0 }
    case .vis: octal(text) ?? control(text) ?? meta(text) ?? letter(text)
    }
  }

  private func number(_ text: ArraySlice<UInt8>, digits: Int, radix: Int) -> UInt8? {
    let characters = text.prefix(digits).map { Character(Unicode.Scalar($0)) }
    guard characters.count == digits, characters.allSatisfy(\.isHexDigit) else { return nil }
    return UInt8(String(characters), radix: radix)
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
