import Counters
import MailLog
import TestSupport
import Testing

@testable import Daemon

@Suite struct SummedPeriodsTests {
  /// A snapshot of counters with one message a day, all days packed.
  private func days(_ count: Int) -> CounterSnapshot {
    var counters = Counters(zone: .utc)
    let name = counters.names.intern("a@example.org")
    for day in 0..<count {
      let time = Timestamp(seconds: Int64(day) * 86_400)
      counters.record(.made(at: time, account: name))
    }
    counters.close(before: CivilDate(daysSince1970: Int32(count)))
    return counters.snapshot
  }

  private func messages(
    _ periods: SummedPeriods,
    _ snapshot: CounterSnapshot,
    _ days: Int
  ) -> UInt64 {
    var snapshot = snapshot
    snapshot.summing = { periods.rows(of: $0) }
    let (first, last) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: Int32(days - 1)))
    return snapshot.totals(from: first, through: last).reduce(0) { $0 + $1.messages }
  }

  @Test(arguments: [0, 1 << 20])
  func `each period is what its days add up to, whatever was asked before`(limit: Int) {
    let periods = SummedPeriods(limit: limit)
    let snapshot = days(5)
    for count in [5, 2, 5, 3, 2, 5] {
      #expect(messages(periods, snapshot, count) == UInt64(count))
    }
    // The same days of other counters are other days.
    #expect(messages(periods, days(4), 5) == 4)
  }
}
