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
      #expect(found(in: block, from: start, to: end, step: 1) == expected)
      var next = start
      let apart = expected.filter { place in
        defer { if place >= next { next = place + 2 } }
        return place >= next
      }
      #expect(found(in: block, from: start, to: end, step: 2) == apart)
    }
  }

  /// Those that are at least `step` apart.
  private func found(in block: [UInt8], from start: Int, to end: Int, step: Int) -> [Int] {
    let line = ByteScanner(block.span, from: start, to: end)
    var separators = Separators(of: UInt8(ascii: ","), in: line)
    var found: [Int] = []
    var position = start
    while position <= end, case let place = separators.next(from: position), place < end {
      found.append(place)
      position = place + step
    }
    return found
  }
}
