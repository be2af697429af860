import MailLog
import TestSupport
import Testing

@testable import Counters

@Suite struct FailureCountersTests {
  private func failure(_ hour: Int, _ client: UInt32, attempts: UInt32 = 1) -> AuthFailure {
    .made(
      at: Timestamp(seconds: Int64(hour) * 3600),
      client: ClientAddress(ipv4: client),
      attempts: attempts
    )
  }

  private let day = CivilDate(daysSince1970: 0)

  @Test func `attempts add up by day, name and network`() throws {
    var failures = FailureCounters()
    failures.record(failure(3, 0xc000_0201), name: Array("Alice".utf8).span, on: day)
    failures.record(failure(1, 0xc000_0207, attempts: 4), name: Array("alice".utf8).span, on: day)
    failures.record(failure(2, 0xc633_6401), name: Array("alice".utf8).span, on: day)
    #expect(failures.counts.count == 2)
    let network = ClientAddress(ipv4: 0xc000_0200)
    let (key, count) = try #require(failures.counts.first { $0.key.network == network })
    #expect(failures.shown(key.name) == "alice")
    #expect(count.failures == 5)
    #expect(count.first == Timestamp(seconds: 3600))
    #expect(count.last == Timestamp(seconds: 3 * 3600))
  }

  @Test func `a failure without a name is unknown`() throws {
    var failures = FailureCounters()
    let none: [UInt8] = []
    failures.record(failure(1, 1), name: none.span, on: day)
    let key = try #require(failures.counts.keys.first)
    #expect(failures.shown(key.name) == "(unknown)")
  }

  @Test func `a flood of names and networks loses no attempt and takes no memory`() {
    var failures = FailureCounters(limit: 100)
    for number in 0..<5000 {
      let name = Array("guess\(number)".utf8)
      failures.record(failure(1, UInt32(number) << 8, attempts: 2), name: name.span, on: day)
    }
    #expect(failures.counts.values.reduce(0) { $0 + $1.failures } == 10_000)
    #expect(failures.counts.count <= 201)
    #expect(failures.names.count <= 102)
    #expect(failures.overflow == 9800)
    let others = failures.counts.filter { failures.shown($0.key.name) == "(other)" }
    #expect(others.values.reduce(0) { $0 + $1.failures } == 9800)
  }

  @Test func `the last failure can be counted again`() {
    var failures = FailureCounters()
    failures.repeatLast(3, at: Timestamp(seconds: 0))
    #expect(failures.counts.isEmpty)
    failures.record(failure(1, 1), name: Array("a".utf8).span, on: day)
    failures.repeatLast(3, at: Timestamp(seconds: 7200))
    #expect(failures.counts.values.map(\.failures) == [4])
    #expect(failures.counts.values.map(\.last) == [Timestamp(seconds: 7200)])
  }
}
