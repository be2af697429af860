extension CommandRun {
  /// The rows of CSV, read strictly as RFC 4180 has it; nil if the output is not well formed.
  var rows: [[String]]? {
    var rows: [[String]] = [[]]
    var rest = output[...]
    while !rest.isEmpty {
      guard let cell = Self.cell(&rest) else { return nil }
      rows[rows.count - 1].append(cell)
      switch rest.popFirst() {
      case UInt8(ascii: ","): if rest.isEmpty { return nil }
      case UInt8(ascii: "\n"): if !rest.isEmpty { rows.append([]) }
      default: return nil
      }
    }
    return rows
  }

  /// Takes a cell off the front, up to the comma or newline behind it.
  private static func cell(_ rest: inout ArraySlice<UInt8>) -> String? {
    let quote = UInt8(ascii: "\"")
    var bytes: [UInt8] = []
    guard rest.first == quote else {
      bytes += rest.prefix { !",\n".utf8.contains($0) }
      rest = rest.dropFirst(bytes.count)
      return bytes.contains(quote) ? nil : String(decoding: bytes, as: UTF8.self)
    }
    rest.removeFirst()
    while true {
      let part = rest.prefix { $0 != quote }
      bytes += part
      rest = rest.dropFirst(part.count)
      guard rest.popFirst() == quote else { return nil }
      // Two quotes stand for one.
      guard rest.first == quote else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(quote)
      rest.removeFirst()
    }
  }
}
