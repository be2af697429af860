import MailLog
import Testing

@testable import Detection

/// What raises an alert, what it says, and when it is over.
struct DetectorTests {
  @Test(arguments: [(72, 540.0), (96, 3500), (192, 86_000)])
  func `a new account may send so much in ten minutes, an hour and a day`(
    count: Int,
    length: Double
  ) {
    var feed = Feed { $0.sustained = false }
    feed.send(count - 1, day: 0, at: 0, over: length)
    #expect(feed.fired.isEmpty)
    feed.send(at: Feed.time(length))
    #expect(feed.fired.map(\.rule) == [.volume])
    #expect(feed.fired.first?.count == UInt64(count))
    #expect(feed.fired.first?.severity == .warning)
  }

  /// Three weeks of a usual account: 10 messages a day, 5 of them in one hour.
  private static func usual() -> Feed {
    var feed = Feed()
    for day in 0..<21 {
      feed.send(5, day: day, at: 36_000, over: 3000)
      feed.send(5, day: day, at: 50_000, over: 12_000)
    }
    return feed
  }

  @Test func `twice the record from a new network is an alert, and says so`() throws {
    var feed = Self.usual()
    feed.send(20, from: 0xc633_6405, day: 21, at: 3600, over: 300)
    let alert = try #require(feed.fired.first)
    #expect(feed.fired.count == 1)
    #expect(alert.rule == .newNetworks)
    #expect(alert.count == 12)
    #expect(alert.windowSeconds == 600)
    #expect(alert.id.utf8.count == 16)
    #expect(alert.clients.map(\.network) == ["198.51.100.0/24"])
    #expect(alert.clients.map(\.isNew) == [true])
    #expect(alert.senders == ["alice@example.org"])
    #expect(
      alert.text == """
        alice@example.org sent 12 messages in 10 minutes from networks that are new for it \
        (198.51.100.0/24); before today this account had hardly sent from a new network. If its owner \
        did not do this: change the password, look at the queue.
        """
    )
  }

  @Test func `the same from a known network is none, and what is far more is critical`() throws {
    var feed = Self.usual()
    feed.send(20, day: 21, at: 3600, over: 300)
    #expect(feed.fired.isEmpty)
    feed.send(700, day: 21, at: 7200, over: 590)
    #expect(feed.fired.map(\.severity) == [.warning, .critical])
    #expect(feed.fired.allSatisfy { $0.rule == .volume })
    // The second takes the place of the first.
    let (first, second) = (feed.fired[0], feed.fired[1])
    #expect(first.id != second.id)
    let replaced = feed.changes.contains { $0.replaced == (first.id, second.id) }
    #expect(replaced)
    #expect(first.text.contains("times this account's own record of"))
  }

  @Test func `an alert is over when counts are back under the record, to the minute`() throws {
    var feed = Self.usual()
    feed.send(300, day: 21, at: 7200, over: 1200)
    #expect(feed.resolved.isEmpty)
    let before = feed.fired.count
    var jumped = feed
    jumped.advance(to: Feed.time(day: 22))
    for minute in 0..<1440 { feed.advance(to: Feed.time(day: 21, 8400 + Double(minute) * 60)) }
    #expect(feed.fired.count == before)
    let last = try #require(feed.resolved.last)
    #expect(last.state == .resolved)
    #expect(last.ended == jumped.resolved.last?.ended)
    let ended = try #require(last.ended)
    #expect(ended > Feed.time(day: 21, 8400) && ended <= Feed.time(day: 21, 8400 + 7200))
  }

  @Test func `within a day it is the same alert again, later a new one`() throws {
    var feed = Self.usual()
    feed.send(100, day: 21, at: 7200, over: 500)
    let first = try #require(feed.fired.first)
    feed.advance(to: Feed.time(day: 21, 30_000))
    #expect(feed.resolved.map(\.id) == [first.id])
    feed.send(100, day: 21, at: 40_000, over: 500)
    #expect(feed.fired.count == 1)
    guard case .refreshed(let again) = feed.changes.last else {
      Issue.record("not refreshed")
      return
    }
    #expect(again.id == first.id && again.state == .firing && again.ended == nil)
    feed.advance(to: Feed.time(day: 22))
    feed.send(1000, day: 23, at: 7200, over: 500)
    #expect(feed.fired.count > 1)
    #expect(Set(feed.fired.map(\.id)).count == feed.fired.count)
  }

  @Test func `an account that is busier for a night and a day is found`() {
    var feed = Feed {
      $0.volume = false
      $0.newNetworks = false
    }
    for day in 0..<28 { feed.send(240, day: day, at: 0, over: 86_400) }
    #expect(feed.fired.isEmpty)
    feed.send(1440, day: 28, at: 0, over: 2 * 86_400)
    #expect(Set(feed.fired.map(\.rule)) == [.sustained])
    #expect(feed.fired.first?.text.contains("has been busier than usual for ") == true)
    feed.send(120, day: 30, at: 0, over: 43_200)
    feed.advance(to: Feed.time(day: 31))
    #expect(feed.resolved.last?.id == feed.fired.last?.id)
  }

  @Test func `a cap is a cap`() {
    var feed = Feed {
      $0.cap.hour = 50
      $0.volume = false
    }
    feed.send(50, day: 0, at: 0, over: 3000)
    #expect(feed.fired.isEmpty)
    feed.send(1, day: 0, at: 3100, over: 1)
    #expect(feed.fired.map(\.rule) == [.cap])
    #expect(feed.fired.first?.text.contains("more than the 50 that are allowed") == true)
    feed.advance(to: Feed.time(10_000))
    #expect(feed.resolved.map(\.rule) == [.cap])
  }

  @Test(arguments: [(20, 3, true), (19, 3, false), (20, 2, false)])
  func `many failed logins from several networks, then mail from one of them`(
    count: Int,
    networks: Int,
    isAlert: Bool
  ) {
    for isKnown in [false, true] {
      var feed = Feed()
      if isKnown { feed.send(at: Feed.time(0)) }
      for index in 0..<count {
        let client = 0xcb00_7100 + UInt32(index % networks) << 8
        feed.fail("Alice@Example.org", from: client, at: Feed.time(100 + Double(index)))
      }
      feed.send(from: 0xcb00_7101, at: Feed.time(7200))
      #expect(feed.fired.map(\.rule) == (isAlert ? [.failuresThenSuccess] : []))
      if isAlert {
        #expect(feed.fired.first?.severity == .critical)
        #expect(feed.fired.first?.text.contains("20 failed logins from 3 networks") == true)
      }
    }
  }

  @Test func `the owner may log in from home while somebody guesses`() {
    var feed = Feed()
    feed.send(at: Feed.time(0))
    for index in 0..<100 {
      let client = 0xcb00_7100 + UInt32(index % 5) << 8
      feed.fail("alice@example.org", from: client, at: Feed.time(100 + Double(index)))
    }
    feed.send(at: Feed.time(7200))
    #expect(feed.fired.isEmpty)
    // After more than a day it is forgotten.
    feed.send(from: 0xcb00_7101, at: Feed.time(day: 2, 7200))
    #expect(feed.fired.isEmpty)
  }

  @Test func `refused messages have a record of their own`() throws {
    var feed = Feed()
    for index in 0..<71 { feed.reject("alice@example.org", at: Feed.time(Double(index))) }
    #expect(feed.fired.isEmpty)
    feed.reject("alice@example.org", at: Feed.time(72))
    let alert = try #require(feed.fired.first)
    #expect(alert.rule == .rejections)
    #expect(alert.text.hasPrefix("Mail of alice@example.org was refused or bounced 72 times in"))
    feed.advance(to: Feed.time(10_000))
    #expect(feed.resolved.map(\.id) == [alert.id])
  }

  @Test func `refusals that one line stands for are counted all`() throws {
    var feed = Feed()
    feed.reject("alice@example.org", at: Feed.time(0), count: 71)
    #expect(feed.fired.isEmpty)
    feed.reject("alice@example.org", at: Feed.time(72))
    let alert = try #require(feed.fired.first)
    #expect(alert.text.hasPrefix("Mail of alice@example.org was refused or bounced 72 times in"))
  }

  @Test func `every rule can be switched off`() {
    var feed = Feed {
      $0.volume = false
      $0.newNetworks = false
      $0.sustained = false
      $0.rejections = false
      $0.failuresThenSuccess = false
    }
    for day in 0..<10 { feed.send(20, day: day, at: 0, over: 86_000) }
    for index in 0..<100 {
      feed.fail(
        "alice@example.org",
        from: UInt32(index) << 8,
        at: Feed.time(day: 10, Double(index))
      )
      feed.reject("alice@example.org", at: Feed.time(day: 10, Double(index)))
    }
    feed.send(2000, from: 0x0100, day: 10, at: 200, over: 86_000)
    #expect(feed.fired.isEmpty)
  }

  @Test func `messages can be counted in place of recipients`() {
    for unit in DetectionSettings.Unit.allCases {
      var feed = Feed { $0.unit = unit }
      for index in 0..<10 { feed.send(recipients: 20, at: Feed.time(Double(index))) }
      #expect(feed.fired.count == (unit == .recipients ? 1 : 0))
    }
  }
}

extension AlertChange {
  /// Of an alert that another took the place of: both ids.
  fileprivate var replaced: (String, String)? {
    guard case .resolved(let alert, let id?) = self else { return nil }
    return (alert.id, id)
  }
}

private func == (left: (String, String)?, right: (String, String)) -> Bool {
  left.map { $0.0 == right.0 && $0.1 == right.1 } ?? false
}
