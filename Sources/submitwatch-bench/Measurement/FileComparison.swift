/// The first place where two text files differ.
struct Difference {
  /// The line's number, from 1.
  let line: Int
  /// The line in each file, without its newline; nil where the file has ended.
  let expected: String?
  let found: String?

  /// Compares block by block, so that measured programs started later do not inherit the memory.
  static func first(expected: String, found: String) throws(BenchError) -> Difference? {
    var expectedLines = try LineSequence(expected)
    var foundLines = try LineSequence(found)
    var line = 1
    while true {
      let expectedLine = try expectedLines.next()
      let foundLine = try foundLines.next()
      guard expectedLine == foundLine else {
        return Difference(
          line: line,
          expected: expectedLine.map { String(decoding: $0, as: UTF8.self) },
          found: foundLine.map { String(decoding: $0, as: UTF8.self) }
        )
      }
      if expectedLine == nil { return nil }
      line += 1
    }
  }
}

/// The lines of a file.
struct LineSequence: ~Copyable {
  private let file: SystemFile
  private var block = [UInt8](repeating: 0, count: 64 << 10)
  private var unread = 0..<0

  init(_ path: String) throws(BenchError) {
    file = try SystemFile(reading: path)
  }

  /// The next line with its newline, which the last one may lack; nil at the end.
  mutating func next() throws(BenchError) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if unread.isEmpty {
        unread = 0..<(try file.read(into: &block))
        guard !unread.isEmpty else { return line.isEmpty ? nil : line }
      }
      guard let newline = block[unread].firstIndex(of: UInt8(ascii: "\n")) else {
        line.append(contentsOf: block[unread])
        unread = unread.upperBound..<unread.upperBound
        continue
      }
      line.append(contentsOf: block[unread.lowerBound...newline])
      unread = (newline + 1)..<unread.upperBound
      return line
    }
  }
}
