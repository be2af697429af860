import MailLog
import TestSupport
import Testing

@testable import Detection

/// What others control can neither fill the memory nor cry wolf.
struct FloodTests {
  @Test func `random login names raise no alert, and take no more room than there is`() {
    var feed = Feed()
    var numbers = SeededNumbers(1)
    for index in 0..<200_000 {
      let name = "user\(numbers.next())@example.org"
      feed.fail(name, from: UInt32(numbers.below(1 << 20)) << 8, at: Feed.time(Double(index) / 10))
    }
    #expect(feed.changes.isEmpty && feed.detector.alerts.isEmpty)
    #expect(feed.detector.failures.entries.count <= 16_384)
    #expect(feed.detector.totals.forgottenFailures > 100_000)
    #expect(feed.detector.accountCount == 0)
    #expect(feed.detector.packedState.count < 2_000_000)
  }

  @Test func `whoever is really guessed at is remembered in a flood`() {
    var feed = Feed()
    var numbers = SeededNumbers(2)
    for index in 0..<100_000 {
      let time = Feed.time(Double(index) / 10)
      let client = UInt32(numbers.below(1 << 20)) << 8
      feed.fail("user\(numbers.next())", from: client, at: time)
      if index % 50 == 0 {
        feed.fail("victim@example.org", from: 0xcb00_7100 + UInt32(index / 50 % 8) << 8, at: time)
      }
    }
    feed.send("victim@example.org", from: 0xcb00_7101, at: Feed.time(10_001))
    #expect(feed.fired.map(\.rule) == [.failuresThenSuccess])
  }

  @Test func `over a hundred alerts in an hour the rest is listed, not sent`() throws {
    var feed = Feed { $0.sustained = false }
    for account in 0..<300 {
      feed.send(72, of: "a\(account)@x", day: 0, at: Double(account * 10), over: 9)
    }
    #expect(feed.fired.count == 100)
    #expect(feed.detector.alerts.count == 300)
    #expect(feed.detector.totals.withheld == 200)
    let last = try #require(feed.fired.last)
    #expect(last.text.hasSuffix("are listed, not sent: there are more than 100."))
    // The next hour has room again.
    feed.send(72, of: "late@x", day: 0, at: 4000, over: 9)
    #expect(feed.fired.last?.account == "late@x")
  }

  @Test func `accounts and alerts have their limits`() {
    var feed = Feed {
      $0.accountLimit = 50
      $0.alertLimit = 10
    }
    for account in 0..<80 {
      feed.send(100, of: "a\(account)@x", day: 0, at: Double(account * 100), over: 90)
    }
    #expect(feed.detector.accountCount == 50)
    #expect(feed.detector.totals.unwatched == 3000)
    #expect(feed.detector.alerts.count == 10)
    #expect(feed.detector.watchlist.entries.count <= Watchlist.limit)
  }

  @Test func `counts do not overflow`() {
    var feed = Feed()
    for second in 0..<10 { feed.send(recipients: .max, at: Feed.time(Double(second))) }
    #expect(feed.fired.count >= 1)
  }

  @Test func `clocks may go back, and far ahead`() {
    var feed = Feed()
    let times = [Int64.max, .min, 0, 1_767_571_200_000_000_000, .max / 2, -5, 86_400_000_000_000]
    for time in times + times.reversed() { feed.send(at: Timestamp(nanoseconds: time)) }
    for second in 0..<80 { feed.send(at: Feed.time(Double(second))) }
    #expect(feed.fired.count == 1)
    // An hour later it is over: no stamp far ahead has stopped the clock.
    feed.advance(to: Feed.time(7200))
    #expect(feed.resolved.count == 1)
  }

  @Test func `a stamp far ahead does not use up the alerts of later hours`() {
    var feed = Feed { $0.sustained = false }
    for account in 0..<300 {
      feed.send("far\(account)@example.org", recipients: 1000, at: Feed.time(1e8))
    }
    let before = feed.fired.count
    feed.send("near@example.org", recipients: 1000, at: Feed.time(0))
    #expect(feed.fired.count == before + 1)
  }

  @Test(arguments: [
    ("reject: AUTH PLAIN AGFsaWNlAHNlY3JldA==", "reject: AUTH PLAIN [redacted]"),
    (
      "auth: passwd-file(a,::1): Password mismatch (given password: a b)",
      "auth: passwd-file(a,::1): Password mismatch (given password: [redacted]"
    ),
    (
      "reject: RCPT from unknown[192.0.2.1]: 554 5.7.1",
      "reject: RCPT from unknown[192.0.2.1]: 554 5.7.1"
    ),
  ])
  func `evidence has no passwords`(line: String, shown: String) {
    let bytes = Array("before\n\(line)\nbehind".utf8)
    let line = Evidence.line(in: bytes.span, at: 10)
    #expect(line == shown)
  }

  @Test func `evidence is short and safe to show`() throws {
    for text in [String(repeating: "é", count: 4000), String(repeating: "\u{1b}", count: 4000)] {
      let bytes = Array(text.utf8)
      let found = Evidence.line(in: bytes.span, at: 2000)
      let line = try #require(found)
      #expect(line.utf8.count <= 512)
      #expect(!line.contains("\u{1b}"))
    }
    let nothing: [UInt8] = []
    let none = Evidence.line(in: nothing.span, at: -1)
    #expect(none == nil)
  }
}
