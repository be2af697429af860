import TestSupport
import Testing

@testable import Dialects

struct SeparatorsTests {
  @Test(arguments: [0, 1, 8, 60, 400])
  func `each separator of a line is found once, in order, wherever line and block end`(
    meanGap: Int
  ) {
    var numbers = SeededNumbers(UInt64(meanGap))
    for size in Array(0...200) + [1000] {
      var block = numbers.bytes(size, in: 45...255)
      for index in block.indices where numbers.below(meanGap + 1) == 0 {
        block[index] = UInt8(ascii: ",")
      }
      let start = numbers.below(size + 1)
      let end = start + numbers.below(size - start + 1)
      let expected = (start..<end).filter { block[$0] == UInt8(ascii: ",") }
      #expect(found(in: block, from: start, to: end) == expected)
    }
  }

  private func found(in block: [UInt8], from start: Int, to end: Int) -> [Int] {
    let line = ByteScanner(block.span, from: start, to: end)
    var separators = Separators(of: UInt8(ascii: ","), in: line)
    var found: [Int] = []
    while case let place = separators.next(), place < end { found.append(place) }
    return found
  }
}
