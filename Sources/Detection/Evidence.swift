import MailLog

/// Log lines as alerts show them.
enum Evidence {
  /// Bytes of a line.
  static let limit = 512
  private static let redacted = "[redacted]"

  /// The line around a position, without its newline; nil: there is none.
  static func line(in block: Span<UInt8>, at position: Int) -> String? {
    guard block.indices.contains(position) else { return nil }
    var start = position
    var end = position
    // A line of that length would not be shown whole.
    let reach = 4 * limit
    while start > 0, position - start < reach, block[start - 1] != newline { start -= 1 }
    while end < block.count, end - position < reach, block[end] != newline { end += 1 }
    let bytes = (start..<end).map { block[$0] }
    return bytes.isEmpty ? nil : shown(mayHoldSecret(bytes) ? redact(bytes[...]) : bytes)
  }

  /// Whether `auth` stands in it.
  private static func mayHoldSecret(_ line: [UInt8]) -> Bool {
    for index in line.indices.dropLast(3)
    where line[index] | 0x20 == UInt8(ascii: "a") && line[index + 1] | 0x20 == UInt8(ascii: "u")
      && line[index + 2] | 0x20 == UInt8(ascii: "t")
    {
      return true
    }
    return false
  }

  private static let newline = UInt8(ascii: "\n")

  /// Escaped, and cut to the limit.
  private static func shown(_ line: [UInt8]) -> String {
    let text = escapedText(line)
    guard text.utf8.count > limit else { return text }
    var cut = ""
    var count = 0
    for character in text {
      let size = String(character).utf8.count
      // The ellipsis takes three bytes.
      guard count + size <= limit - 3 else { break }
      cut.append(character)
      count += size
    }
    return cut + "…"
  }

  /// Replaces what may hold a password: what follows `AUTH MECHANISM`, and what a server writes
  /// behind `authentication failed:`.
  static func redact(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = line
    while let first = rest.first {
      if asciiLowercased(first) == UInt8(ascii: "a"), let length = secretPrefix(rest) {
        result += rest.prefix(length)
        rest = rest.dropFirst(length)
        let secret = rest.prefix { $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ">") }
        if !secret.isEmpty { result += Array(redacted.utf8) }
        rest = rest.dropFirst(secret.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// The length of what stands in front of a secret, if this is it.
  private static func secretPrefix(_ text: ArraySlice<UInt8>) -> Int? {
    let failed = Array("authentication failed: ".utf8)
    if starts(text, with: failed) { return failed.count }
    let command = Array("auth ".utf8)
    guard starts(text, with: command) else { return nil }
    let mechanism = text.dropFirst(command.count).prefix { byte in
      isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
    let length = command.count + mechanism.count
    guard (3...20).contains(mechanism.count),
      text.dropFirst(length).first == UInt8(ascii: " "), !isWord(mechanism)
    else { return nil }
    return length + 1
  }

  /// `AUTH from`, as in a reject line, has no argument.
  private static func isWord(_ mechanism: ArraySlice<UInt8>) -> Bool {
    starts(mechanism, with: Array("from".utf8)) && mechanism.count == 4
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(asciiLowercased(byte))
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func starts(_ text: ArraySlice<UInt8>, with lowercased: [UInt8]) -> Bool {
    guard text.count >= lowercased.count else { return false }
    return zip(text, lowercased).allSatisfy { asciiLowercased($0) == $1 }
  }
}
