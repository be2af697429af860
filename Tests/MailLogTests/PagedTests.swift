import MailLog
import TestSupport
import Testing

/// A copy keeps what it had, whatever becomes of the other.
struct PagedTests {
  @Test func `an array in pages is an array`() {
    var numbers = SeededNumbers(6)
    var paged = PagedArray<Int>()
    var plain: [Int] = []
    var copies: [(paged: PagedArray<Int>, plain: [Int])] = []
    for step in 0..<20_000 {
      switch numbers.below(2000) {
      case 0: copies.append((paged, plain))
      case 1 where plain.count >= PagedArray<Int>.pageSize:
        paged.removeFirstPage()
        plain.removeFirst(PagedArray<Int>.pageSize)
      case 2..<700 where !plain.isEmpty:
        let index = numbers.below(plain.count)
        paged[index] = step
        plain[index] = step
      default:
        paged.append(step)
        plain.append(step)
      }
    }
    for (paged, plain) in copies + [(paged, plain)] {
      #expect(paged.indices.map { paged[$0] } == plain)
    }
  }

  @Test func `a dictionary in pages is a dictionary`() {
    var numbers = SeededNumbers(7)
    var paged = PagedDictionary<Int>()
    var plain: [UInt64: Int] = [:]
    var copies: [(paged: PagedDictionary<Int>, plain: [UInt64: Int])] = []
    for step in 0..<20_000 {
      // Many in one page.
      let hash = UInt64(numbers.below(3000)) << UInt64(numbers.below(2) * 11)
      switch numbers.below(2000) {
      case 0: copies.append((paged, plain))
      case 1:
        let change = { $0 < step / 2 ? nil : $0 + 1 } as (Int) -> Int?
        paged.compactMapValues(change)
        plain = plain.compactMapValues(change)
      case 2..<700:
        paged[hash] = nil
        plain[hash] = nil
      default:
        paged[hash] = step
        plain[hash] = step
      }
    }
    for (paged, plain) in copies + [(paged, plain)] {
      #expect(paged.count == plain.count)
      #expect(paged.isEmpty == plain.isEmpty)
      #expect(plain.allSatisfy { paged[$0.key] == $0.value })
      var visited: [UInt64: Int] = [:]
      paged.forEach { visited[$0] = $1 }
      #expect(visited == plain)
    }
  }
}
