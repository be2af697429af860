import MailLog

/// Log lines as alerts show them.
enum Evidence {
  /// Bytes of a line.
  static let limit = 512

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
    return bytes.isEmpty ? nil : shown(withoutCredentials(bytes[...]))
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
}
