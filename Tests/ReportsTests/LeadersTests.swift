import Counters
import MailLog
import TestSupport
import Testing

@testable import Reports

/// The first rows of a report are those of the whole report, however they are found.
@Suite struct LeadersTests {
  /// Names with and without domains, few different counts, some shared and some unknown domains.
  private func log(seed: UInt64) -> SampleLog {
    var numbers = SeededNumbers(seed)
    var log = SampleLog()
    for _ in 0..<900 {
      let number = numbers.below(200)
      let account = number % 9 == 0 ? "user\(number)" : "user\(number)@d\(number % 4).example"
      let senders = [account, "", "list\(number % 5)", "odd\\\u{7}\(number)@d1.example"]
      log.send(
        account,
        as: senders[numbers.below(8) % 4],
        on: "2026-11-\(15 + numbers.below(7))",
        tls: TLSVersion.allCases[numbers.below(7)],
        messages: UInt32(1 + numbers.below(3))
      )
    }
    return log
  }

  @Test(arguments: 0..<6) func `a page is what the whole report has there`(seed: Int) throws {
    var log = log(seed: UInt64(seed))
    if seed % 2 == 0, let day = CivilDate("2026-11-20") { log.counters.close(before: day) }
    for grouping in [Grouping.sender, .account, .domain] {
      for sort in [nil, "messages", "-messages", "tls1.2", "none", "sender"] {
        if sort == "sender", grouping != .sender { continue }
        let whole = try log.csv(.tls) {
          $0.grouping = grouping
          $0.sort = sort
        }
        for (offset, limit) in [(0, 1), (0, 7), (3, 10), (0, 40)] {
          let page = try log.csv(.tls) {
            $0.grouping = grouping
            $0.sort = sort
            $0.offset = offset
            $0.limit = limit
          }
          let rows = whole.split(separator: "\n")
          let expected = rows.prefix(1) + rows.dropFirst(1 + offset).prefix(limit)
          #expect(page.split(separator: "\n") == Array(expected), "\(grouping) \(sort ?? "")")
        }
      }
    }
  }

  @Test func `the greatest values are found, whatever their sizes`() {
    let values: [UInt64] = [5, 0, 70_000, 5, 255, 256, 1 << 50]
    let sorted = values.sorted(by: >)
    for place in 1...values.count {
      #expect(Leaders.greatest(place, of: values) == sorted[place - 1])
    }
    #expect(Leaders.greatest(8, of: values) == nil)
    #expect(Leaders.greatest(1, of: []) == nil)
  }
}
