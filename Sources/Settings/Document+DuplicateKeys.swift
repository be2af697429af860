import Yams

extension Document {
  /// The lines of a mapping on which a key stands, from 1.
  ///
  /// Finds keys that are on lines of their own, as they are or in quotes; what it does not find is
  /// not in the list.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - mark: where one of the mapping's keys stands.
  ///   - text: the whole file.
  /// - Returns: the lines, in their order.
  static func lines(of key: String, besideKeyAt mark: Mark, in text: String) -> [Int] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let indent = mark.column - 1
    guard lines.indices.contains(mark.line - 1), indent >= 0 else { return [] }
    // The first key may stand behind the - of a list.
    var first = mark.line - 1
    while first > 0, isWithin(lines[first], indent) { first -= 1 }
    var last = mark.line - 1
    while last + 1 < lines.count, isWithin(lines[last + 1], indent) { last += 1 }
    return (first...last).filter { has(key, lines[$0], indent) }.map { $0 + 1 }
  }

  /// Whether a line belongs to a block that is indented so far; empty lines and comments do.
  private static func isWithin(_ line: Substring, _ indent: Int) -> Bool {
    let rest = line.drop { $0 == " " }
    return rest.isEmpty || rest.hasPrefix("#") || line.count - rest.count >= indent
  }

  private static func has(_ key: String, _ line: Substring, _ indent: Int) -> Bool {
    guard line.prefix(indent).allSatisfy({ $0 == " " || $0 == "-" }) else { return false }
    let rest = line.dropFirst(indent)
    return [key, "'\(key)'", "\"\(key)\""].contains { name in
      rest.hasPrefix(name) && rest.dropFirst(name.count).drop { $0 == " " }.hasPrefix(":")
    }
  }
}
