/// All that can be made of a line by moving one part of it elsewhere, or by cutting it.
///
/// What a client writes may hold the words that a reader looks for, in any order and any place, and a
/// syslog server may cut a line anywhere: chance finds few of these orders.
struct LineParts {
  /// The most places of a line that a part begins at.
  private static let limit = 24

  private let line: [UInt8]
  private let borders: [Int]

  init(_ line: [UInt8]) {
    self.line = line
    let words = line.indices.dropFirst().filter { " ,;<>[".utf8.contains(line[$0]) }
    // The last ones: in front is what syslog writes.
    borders = words.suffix(Self.limit) + [line.count]
  }

  /// Hands each variant to `take`.
  func forEachVariant(_ take: ([UInt8]) -> Void) {
    for end in line.indices { take(Array(line[..<end])) }
    for first in borders.indices {
      for last in borders[first...].indices.dropFirst() {
        let part = borders[first]..<borders[last]
        let rest = line[..<part.lowerBound] + line[part.upperBound...]
        take(Array(rest))
        for place in borders[last...].dropFirst() {
          let between = part.upperBound..<place
          let parts = [line[..<part.lowerBound], line[between], line[part], line[place...]]
          take(Array(parts.joined()))
        }
      }
    }
  }

  /// What tells the line from others of its kind: without numbers, addresses and names.
  var shape: [UInt8] {
    var shape: [UInt8] = []
    for word in line.split(whereSeparator: { " <>[](),;=".utf8.contains($0) }) {
      let isNamed = word.contains { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "@") }
      shape += isNamed ? [UInt8(ascii: "0")] : Array(word)
      shape.append(word.endIndex < line.endIndex ? line[word.endIndex] : 0)
    }
    return shape
  }
}
