import MailLog
import TestSupport
import Testing

@testable import Counters

@Suite struct PeriodSegmentTests {
  private static let days = (
    first: CivilDate(daysSince1970: 10), last: CivilDate(daysSince1970: 19)
  )

  /// Counters with rows on ten days, of which all but the last three are packed.
  private func counters(seed: UInt64) -> Counters {
    var numbers = SeededNumbers(seed)
    var counters = Counters(zone: .utc)
    while counters.names.count < 5000 {
      _ = counters.names.intern("name\(counters.names.count)@example.org")
    }
    for _ in 0..<4000 {
      let day = numbers.below(10)
      let account = UInt32(numbers.below(2) == 0 ? numbers.below(20) : numbers.below(5000))
      let isUndecided = numbers.below(10) == 0
      var submission = Submission(
        time: Timestamp(seconds: Int64(10 + day) * 86_400),
        stamp: .zero,
        host: HostKey(hash: UInt64(1 + numbers.below(2))),
        account: account,
        sender: numbers.below(3) == 0 ? UInt32(numbers.below(5000)) : account,
        tls: TLSVersion.allCases[numbers.below(7)],
        recipients: numbers.below(20) == 0 ? nil : UInt32(numbers.below(300)),
        bytes: numbers.below(20) == 0 ? nil : UInt64(numbers.below(1 << 40)),
        messages: UInt32(1 + numbers.below(1000))
      )
      if isUndecided {
        submission.tls = .unknown
        submission.isUndecided = true
      }
      counters.record(submission)
    }
    counters.close(before: CivilDate(daysSince1970: 17))
    return counters
  }

  private struct Sum: Equatable {
    var messages: [UInt64] = []
    var recipients: UInt64?
    var bytes: UInt64?
    var last: CivilDate?
  }

  private func sums(_ snapshot: CounterSnapshot) -> [[UInt32]: Sum] {
    var sums: [[UInt32]: (Sums, CivilDate)] = [:]
    snapshot.forEachSum(from: Self.days.first, through: Self.days.last) {
      account,
      sender,
      day,
      row in
      var (sum, last) = sums[[account, sender]] ?? (Sums(), day)
      sum.add(row)
      last = max(last, day)
      sums[[account, sender]] = (sum, last)
    }
    return sums.mapValues { sum, last in
      Sum(
        messages: TLSVersion.allCases.map { sum.count($0) },
        recipients: sum.recipients,
        bytes: sum.bytes,
        last: last
      )
    }
  }

  @Test(arguments: 0..<4) func `days added up before are what their rows add up to`(
    seed: Int
  ) throws {
    let plain = counters(seed: UInt64(seed)).snapshot
    var summed = plain
    summed.summing = { PeriodSegment($0) }
    #expect(plain.decided.closed.count == 7)
    let expected = sums(plain)
    #expect(expected.count > 1000)
    #expect(sums(summed) == expected)
    let (first, last) = Self.days
    #expect(
      summed.totals(from: first, through: last).map(\.messages)
        == plain.totals(from: first, through: last).map(\.messages)
    )
    #expect(
      plain.totals(from: first, through: last).reduce(0) { $0 + $1.messages }
        == expected.values.reduce(0) { $0 + $1.messages.reduce(0, +) }
    )
    for version in [nil, TLSVersion.tls12] {
      for role in [CounterSnapshot.NameRole.account, .sender] {
        #expect(
          summed.messages(from: first, through: last, of: role, at: version)
            == plain.messages(from: first, through: last, of: role, at: version)
        )
      }
    }
  }

  @Test func `only the rows that are asked for are visited`() {
    var snapshot = counters(seed: 9).snapshot
    snapshot.summing = { PeriodSegment($0) }
    let wanted = (0..<5000).map { $0 % 3 == 0 }
    var senders: Set<UInt32> = []
    snapshot.forEachSum(
      from: Self.days.first,
      through: Self.days.last,
      of: .sender,
      in: wanted
    ) { _, sender, _, _ in senders.insert(sender) }
    #expect(!senders.isEmpty)
    #expect(senders.allSatisfy { $0 % 3 == 0 })
  }

  @Test func `accounts of many blocks come back, the last among them`() {
    var counters = Counters(zone: .utc)
    while counters.names.count < 70_000 { _ = counters.names.intern("n\(counters.names.count)") }
    let accounts: [UInt32] = [1, 2047, 2048, 2049, 40_000, 69_999]
    for day in 0..<3 {
      for account in accounts {
        counters.record(
          .made(
            at: Timestamp(seconds: Int64(day) * 86_400),
            account: account,
            sender: 69_999 - account,
            bytes: 1
          )
        )
      }
    }
    counters.close(before: CivilDate(daysSince1970: 3))
    var snapshot = counters.snapshot
    snapshot.summing = { PeriodSegment($0) }
    var found: [UInt32] = []
    let (first, last) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 2))
    snapshot.forEachSum(from: first, through: last) { account, sender, day, sums in
      found.append(account)
      #expect(sender == 69_999 - account)
      #expect(day == last)
      #expect(sums.messages == 3)
    }
    #expect(found == accounts)
  }
}
