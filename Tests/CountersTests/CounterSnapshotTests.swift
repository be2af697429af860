import MailLog
import TestSupport
import Testing

@testable import Counters

@Suite struct CounterSnapshotTests {
  private func submission(
    _ account: Int,
    _ sender: Int,
    day: Int = 0,
    tls: TLSVersion = .tls13
  ) -> Submission {
    .made(
      at: Timestamp(seconds: Int64(day) * 86_400 + 7),
      account: UInt32(account),
      sender: UInt32(sender),
      tls: tls,
      bytes: UInt64(sender)
    )
  }

  private func day(_ number: Int) -> CivilDate { CivilDate(daysSince1970: Int32(number)) }

  /// The messages by day, account and sender.
  private func rows(_ snapshot: CounterSnapshot) -> [[Int]: UInt64] {
    var rows: [[Int]: UInt64] = [:]
    snapshot.forEachRow(from: day(-9), through: day(99)) { day, account, sender, row in
      guard row.messages > 0 else { return }
      let key = [Int(day.daysSince1970), Int(account), Int(sender)]
      rows[key, default: 0] += row.messages
    }
    return rows
  }

  private func makeCounters(names: Int, limits: CounterLimits? = nil) -> Counters {
    var counters = Counters(zone: .utc, limits: limits, parts: .all)
    while counters.names.count < names {
      _ = counters.names.intern("name\(counters.names.count)")
    }
    return counters
  }

  @Test func `a cut stays as it is while counting goes on`() {
    var counters = makeCounters(names: 4000)
    for number in 1..<3000 { counters.record(submission(number, number, day: number % 3)) }
    let cut = counters.cut()
    let before = rows(cut)
    for number in 1..<3500 { counters.record(submission(number, number, day: number % 4)) }
    counters.close(before: day(2))
    counters.drop(before: day(1))
    _ = counters.names.intern("later")
    #expect(rows(cut) == before)
    #expect(cut.names.count == 4000)
    #expect(cut.version + 1 == counters.snapshot.version)
    #expect(rows(counters.snapshot).keys.allSatisfy { $0[0] > 0 })
  }

  @Test func `a day that is over is packed, and unpacked to be counted again`() {
    var counters = makeCounters(names: 3000)
    for number in 1..<3000 {
      let tls = TLSVersion.allCases[number % 7]
      counters.record(submission(number, 3000 - number, day: 5, tls: tls))
    }
    let before = rows(counters.snapshot)
    counters.close(before: day(6))
    let set = counters.snapshot.decided
    #expect(set.open.isEmpty)
    #expect(set.closed[day(5)]?.count == 2999)
    #expect((set.closed[day(5)]?.bytes.count ?? .max) < 2999 * 24)
    #expect(rows(counters.snapshot) == before)
    counters.record(submission(1, 2999, day: 5))
    #expect(rows(counters.snapshot)[[5, 1, 2999]] == 2)
    #expect(rows(counters.snapshot).count == before.count)
    #expect(counters.snapshot.decided.closed.isEmpty)
  }

  @Test func `a row is packed with all it has`() throws {
    var numbers = SeededNumbers(3)
    for _ in 0..<1000 {
      var row = CounterRow()
      for index in row.tls.indices where numbers.below(2) == 0 {
        row.tls[index] = UInt32(truncatingIfNeeded: numbers.next() >> UInt64(numbers.below(64)))
      }
      row.withoutBytes = UInt32(numbers.below(3))
      row.recipients = numbers.next() >> UInt64(numbers.below(64))
      row.bytes = numbers.next() >> UInt64(numbers.below(64))
      var writer = PackedWriter()
      row.write(to: &writer)
      var reader = PackedReader(writer.bytes)
      let read = try #require(CounterRow(&reader))
      #expect(read == row)
      #expect(reader.isAtEnd)
      for cut in 0..<writer.bytes.count {
        var part = PackedReader(Array(writer.bytes[..<cut]))
        #expect(CounterRow(&part) == nil)
      }
    }
  }

  @Test func `what is beyond a limit counts under (other)`() {
    var limits = CounterLimits()
    limits.sendersPerAccount = 3
    limits.accounts = 2
    var counters = makeCounters(names: 20, limits: limits)
    let other = 1
    #expect(counters.names.shown(1) == "(other)")
    for _ in 0..<2 {
      for sender in 2..<10 { counters.record(submission(2, sender)) }
      counters.record(submission(3, 3))
      counters.record(submission(4, 4))
    }
    let expected: [[Int]: UInt64] = [
      [0, 2, 2]: 2, [0, 2, 3]: 2, [0, 2, 4]: 2, [0, 2, other]: 10, [0, 3, 3]: 2,
      [0, other, other]: 2,
    ]
    #expect(rows(counters.snapshot) == expected)
    #expect(counters.drops.senders == 10)
    #expect(counters.drops.accounts == 2)
    counters.close(before: day(1))
    counters.record(submission(2, 9))
    #expect(rows(counters.snapshot)[[0, 2, other]] == 11)
    #expect(counters.drops.senders == 11)
    #expect(rows(counters.snapshot)[[0, 2, 4]] == 2)
  }

  @Test func `what an import counted is added, and names find their numbers`() {
    var counters = makeCounters(names: 0)
    var imported = makeCounters(names: 0)
    _ = imported.names.intern("other order")
    for name in ["bob", "alice", "carol"] { _ = imported.names.intern(name) }
    for name in ["alice", "bob"] { _ = counters.names.intern(name) }
    counters.record(submission(1, 2, day: 1))
    counters.record(submission(1, 2, day: 2))
    counters.close(before: day(2))
    imported.record(submission(3, 2, day: 1))
    var waiting = submission(4, 4, day: 3, tls: .unknown)
    waiting.isUndecided = true
    imported.record(waiting)
    waiting.host = HostKey(hash: 2)
    imported.record(waiting)
    counters.merge(imported, hostsLoggingTLS: [HostKey(hash: 2)])
    let carol = Int(counters.names.intern("carol"))
    #expect(
      rows(counters.snapshot) == [[1, 1, 2]: 2, [2, 1, 2]: 1, [3, carol, carol]: 2]
    )
    counters.close(before: day(2))
    #expect(counters.snapshot.decided.closed.keys.map(\.daysSince1970) == [1])
    counters.decide(HostKey(hash: 1))
    var withoutTLS: UInt32 = 0
    counters.forEachRow(from: day(3), through: day(3)) { withoutTLS += $3.count(.none) }
    #expect(withoutTLS == 2)
  }
}
