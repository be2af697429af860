import TestSupport
import Testing

@testable import Dialects

struct LineEndsTests {
  /// Where each line ends, looked for byte by byte.
  private func ends(_ block: [UInt8]) -> [UInt32] {
    var ends = block.indices.filter { block[$0] == UInt8(ascii: "\n") }
    if let last = block.last, last != UInt8(ascii: "\n") { ends.append(block.count) }
    return ends.map(UInt32.init)
  }

  private func found(_ block: [UInt8], by lines: consuming LineEnds) -> [UInt32] {
    var found: [UInt32] = []
    var lines = lines
    while lines.findMore(in: block.span) {
      for index in lines.found.indices { found.append(lines.found[index]) }
    }
    return found
  }

  @Test(arguments: [0, 1, 2, 30, 64, 180, 5000])
  func `every line's end is found once, in order, with and without wide instructions`(
    meanLength: Int
  ) {
    var numbers = SeededNumbers(UInt64(meanLength))
    for size in Array(0...260) + [8191, 8192, 8193, 40_000] {
      var block = numbers.bytes(size, in: 11...255)
      for index in block.indices where numbers.below(meanLength + 1) == 0 {
        block[index] = UInt8(ascii: "\n")
      }
      let expected = ends(block)
      #expect(found(block, by: LineEnds(isWide: false)) == expected)
      // As this processor does it.
      #expect(found(block, by: LineEnds()) == expected)
    }
  }
}
