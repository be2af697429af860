import MailLog
import Testing

@testable import Detection

/// What an alert says while it goes on, and that it does not come and go.
struct AlertFigureTests {
  private static let elsewhere: UInt32 = 0xc633_6405

  @Test func `the count of a day raises one alert, however the messages are spread`() {
    var feed = Feed { $0.sustained = false }
    for day in [0, 3, 6] { feed.send(90, day: day, at: 36_000, over: 3600) }
    feed.send(1440, day: 9, at: 0, over: 86_400)
    feed.advance(to: Feed.time(day: 12))
    #expect(feed.fired.map(\.windowSeconds) == [86_400])
    #expect(feed.resolved.count == 1)
    #expect(feed.resolved.last?.ended ?? Feed.time() > Feed.time(day: 10))
  }

  @Test func `all figures are of the alert's rule`() throws {
    var feed = Feed()
    for day in 0..<12 { feed.send(1, day: day, at: 36_000, over: 1) }
    feed.send(12, from: Self.elsewhere, day: 12, at: 36_000, over: 60)
    #expect(feed.fired.map(\.rule) == [.newNetworks])
    feed.send(recipients: 180, at: Feed.time(day: 12, 36_150))
    feed.send(8, from: Self.elsewhere, day: 12, at: 36_300, over: 60)
    feed.advance(to: Feed.time(day: 12, 36_420))
    #expect(feed.fired.count == 1)
    let alert = try #require(feed.changes.last).alert
    #expect(alert.rule == .newNetworks && alert.count == 20)
  }

  @Test func `a burst from a new network goes on over midnight`() {
    var feed = Feed { $0.sustained = false }
    for day in 0..<12 { feed.send(1, day: day, at: 36_000, over: 1) }
    feed.send(900, from: Self.elsewhere, day: 12, at: 84_600, over: 9000)
    #expect(feed.fired.first?.rule == .newNetworks)
    let isFiring = feed.detector.alerts.contains { $0.state == .firing }
    #expect(isFiring)
    let over = feed.changes.filter { change in
      if case .resolved(_, let replacedBy) = change { replacedBy == nil } else { false }
    }
    #expect(over == [])
  }

  @Test func `the owner's mail behind a burst from elsewhere is no alert`() {
    var feed = Feed { $0.sustained = false }
    for day in 0..<12 { feed.send(5, day: day, at: 36_000, over: 3000) }
    feed.send(300, from: Self.elsewhere, day: 12, at: 3600, over: 900)
    feed.advance(to: Feed.time(day: 12, 14_400))
    #expect(feed.detector.alerts.allSatisfy { $0.state == .resolved })
    let told = feed.changes.count
    feed.send(5, day: 12, at: 36_000, over: 3000)
    #expect(feed.changes.count == told)
  }

  @Test func `a second burst is told, the count of the day is not`() {
    var feed = Feed { $0.sustained = false }
    for day in 0..<12 { feed.send(5, day: day, at: 36_000, over: 3000) }
    feed.send(150, day: 12, at: 3600, over: 900)
    feed.advance(to: Feed.time(day: 12, 14_400))
    let told = feed.changes.count
    #expect(feed.resolved.count == 1)
    feed.send(20, day: 12, at: 14_400, over: 18_000)
    #expect(feed.changes.count == told)
    feed.send(150, day: 12, at: 36_000, over: 900)
    guard feed.changes.count > told, case .refreshed(let again) = feed.changes[told] else {
      Issue.record("not told")
      return
    }
    #expect(again.id == feed.fired[0].id && again.windowSeconds < 86_400)
  }

  @Test func `a burst has all of its messages a minute later`() throws {
    var feed = Feed()
    for second in 0..<30 { feed.send(recipients: 10, at: Feed.time(Double(second))) }
    #expect(try #require(feed.fired.first).count < 100)
    feed.advance(to: Feed.time(120))
    #expect(feed.changes.last?.alert.count == 300)
    #expect(feed.changes.last?.alert.text.contains("sent to 300 recipients") == true)
  }

  @Test func `where a log ends its alerts have the figures of its last line`() throws {
    var feed = Feed()
    for second in 0..<30 { feed.send(recipients: 3, at: Feed.time(Double(second))) }
    feed.detector.refreshFiring()
    let alert = try #require(feed.detector.alerts.first)
    #expect(alert.count == 90 && alert.clients.map(\.count) == [90])
  }

  @Test func `a network has what it sent before it was near an alert, if no other did`() throws {
    for other in [UInt32](arrayLiteral: 0xc000_0202, Self.elsewhere) {
      var feed = Feed()
      feed.send(recipients: 3, at: Feed.time())
      feed.send(from: other, recipients: 2, at: Feed.time(1))
      for second in 2..<30 { feed.send(recipients: 3, at: Feed.time(Double(second))) }
      feed.detector.refreshFiring()
      let alert = try #require(feed.detector.alerts.first)
      #expect((alert.clients.map(\.count) == [alert.count]) == (other != Self.elsewhere))
    }
  }

  @Test func `a network that was always known has no first day`() throws {
    var feed = Feed()
    for day in 0..<12 { feed.send(1, day: day, at: 36_000, over: 1) }
    feed.send(recipients: 500, at: Feed.time(day: 12, 36_000))
    let alert = try #require(feed.fired.first)
    #expect(alert.clients.map(\.first) == [nil])
    #expect(alert.clients.map(\.isNew) == [false])
  }

  @Test func `what is told of new networks is their own record`() throws {
    var feed = Feed()
    for day in 0..<12 { feed.send(200, day: day, at: 0, over: 86_000) }
    feed.send(400, from: Self.elsewhere, day: 12, at: 0, over: 86_000)
    let alert = try #require(feed.fired.first { $0.rule == .newNetworks })
    #expect(alert.expected == 0)
    #expect(alert.text.contains("had hardly sent from a new network"))
  }

  // MARK: Failed logins

  private func fail(_ count: Int, at seconds: Double, _ feed: inout Feed) {
    for index in 0..<count {
      let network = 0xcb00_7101 + UInt32(index % 3) << 8
      feed.fail("alice@example.org", from: network, at: Feed.time(day: 9, seconds + Double(index)))
    }
  }

  @Test(arguments: [(20, 85_800.0, 87_000.0), (30, 79_200, 108_000), (25, 36_000, 36_100)])
  func `failed logins count for a day, also over midnight`(
    count: Int,
    failed: Double,
    sent: Double
  ) {
    var feed = Feed()
    feed.send(1, day: 0, at: 0, over: 1)
    fail(count, at: failed, &feed)
    feed.send(from: 0xcb00_7105, at: Feed.time(day: 9, sent))
    #expect(feed.fired.map(\.rule) == [.failuresThenSuccess])
    #expect(feed.fired.first?.count == UInt64(count))
    #expect(
      feed.fired.first?.text.contains(", now from 203.0.113.0/24, which is new for it") == true
    )
  }

  @Test func `and no longer`() {
    var feed = Feed()
    feed.send(1, day: 0, at: 0, over: 1)
    fail(30, at: 0, &feed)
    feed.send(from: 0xcb00_7105, at: Feed.time(day: 9, 86_500))
    #expect(feed.fired.isEmpty)
  }

  @Test(arguments: [true, false])
  func `a new network is one, whether or not what it sends is counted`(isOn: Bool) {
    var feed = Feed { $0.newNetworks = isOn }
    for day in 0..<9 { feed.send(1, day: day, at: 0, over: 1) }
    fail(25, at: 36_000, &feed)
    feed.send(from: Self.elsewhere, at: Feed.time(day: 9, 36_100))
    #expect(feed.fired.map(\.rule) == [.failuresThenSuccess])
  }
}
