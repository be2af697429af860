import MailLog

/// Finds names that hold a text, as reports show them; ASCII letters match in either case.
struct NameSearch: Sendable {
  private let wanted: [UInt8]

  init(_ text: String) {
    wanted = text.utf8.map(asciiLowercased)
  }

  /// Whether a name does; `empty` is what is shown for the empty one.
  func matches(_ name: ArraySlice<UInt8>, empty: String) -> Bool {
    if name.isEmpty { return isIn(empty.utf8) }
    let isPlain = name.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    return isPlain ? isIn(name) : isIn(escapedText(name).utf8)
  }

  private func isIn(_ text: some BidirectionalCollection<UInt8>) -> Bool {
    guard let first = wanted.first else { return true }
    var rest = text[...]
    while let start = rest.firstIndex(where: { asciiLowercased($0) == first }) {
      rest = rest[start...]
      if rest.lazy.map(asciiLowercased).starts(with: wanted) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
