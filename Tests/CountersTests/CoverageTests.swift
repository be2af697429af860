import MailLog
import TestSupport
import Testing

@testable import Counters

@Suite struct CoverageTests {
  private func span(_ first: Int, _ last: Int) -> ClosedRange<Timestamp> {
    Timestamp(nanoseconds: Int64(first))...Timestamp(nanoseconds: Int64(last))
  }

  @Test func `spans that touch become one`() {
    #expect(Coverage([span(5, 7), span(1, 2), span(2, 3)]).spans == [span(1, 3), span(5, 7)])
    #expect(Coverage([span(1, 2), span(5, 7), span(2, 5)]).spans == [span(1, 7)])
    #expect(Coverage([span(1, 9), span(3, 4)]).spans == [span(1, 9)])
  }

  @Test(arguments: UInt64(1)...20)
  func `it holds what was put in and nothing else`(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var coverage = Coverage()
    var model: Set<Int> = []
    for _ in 0..<30 {
      let first = numbers.below(90)
      let last = first + numbers.below(10)
      // Nanoseconds two apart: between them there is room for a gap.
      coverage.insert(span(first * 2, last * 2))
      for time in first * 2...last * 2 { model.insert(time) }
      if numbers.below(8) == 0 {
        let start = numbers.below(60)
        coverage.drop(before: Timestamp(nanoseconds: Int64(start)))
        model = model.filter { $0 >= start }
      }
      for time in -1..<200 {
        let time = Timestamp(nanoseconds: Int64(time))
        #expect(coverage.contains(time) == model.contains(Int(time.nanoseconds)))
      }
      for (left, right) in zip(coverage.spans, coverage.spans.dropFirst()) {
        #expect(left.upperBound < right.lowerBound)
      }
    }
  }

  @Test func `edges are found within a distance`() {
    let coverage = Coverage([span(100, 200), span(300, 300)])
    let near = (0..<400).filter {
      coverage.hasEdge(within: 5, of: Timestamp(nanoseconds: Int64($0)))
    }
    #expect(near == Array(95...105) + Array(195...205) + Array(295...305))
    #expect(!Coverage().hasEdge(within: .max, of: Timestamp(nanoseconds: .min)))
  }
}
