import MailLog
import Testing

@testable import Detection

/// What a person says of an alert, and what it changes.
struct VerdictTests {
  /// A mailing to 2,000 on the 14th day of a usual account, and its alert.
  private static func mailing() throws -> (Feed, Alert) {
    var feed = Feed { $0.sustained = false }
    for day in 0..<14 { feed.send(5, day: day, at: 36_000, over: 3000) }
    feed.send(2000, day: 14, at: 36_000, over: 3000)
    return (feed, try #require(feed.fired.last))
  }

  private static func firesAgain(_ feed: Feed, on day: Int) -> Bool {
    var feed = feed
    let before = feed.fired.count
    feed.send(2000, day: day, at: 36_000, over: 3000)
    return feed.fired.count > before
  }

  @Test func `without a verdict the next mailing is an alert, too`() throws {
    let (feed, _) = try Self.mailing()
    let again = Self.firesAgain(feed, on: 21)
    #expect(again)
  }

  @Test(arguments: [14, 15, 19])
  func `what is legitimate is no alert any more`(day: Int) throws {
    var (feed, alert) = try Self.mailing()
    if day > 14 { feed.send(5, day: day, at: 30_000, over: 3000) }
    feed.advance(to: Feed.time(day: day, 43_000))
    let verdict = feed.detector.judge(.legitimate, on: alert.id)
    let judged = try #require(verdict)
    #expect(judged.verdict == .legitimate && judged.state == .resolved)
    let again = Self.firesAgain(feed, on: 21)
    #expect(!again)
    // Four times as much is.
    feed.send(12_000, day: 22, at: 36_000, over: 3000)
    #expect(feed.fired.last?.started ?? alert.started > alert.started)
  }

  @Test(
    arguments: [14, 15, 19],
    [[.compromised], [.legitimate, .compromised]] as [[AlertVerdict]]
  )
  func `what was somebody else's leaves no trace in the records`(
    day: Int,
    verdicts: [AlertVerdict]
  ) throws {
    var (feed, alert) = try Self.mailing()
    var without = Feed { $0.sustained = false }
    for day in 0..<14 { without.send(5, day: day, at: 36_000, over: 3000) }
    func goOn(_ feed: inout Feed, from first: Int, through last: Int) {
      for day in first...last { feed.send(5, day: day, at: 36_000, over: 3000) }
    }
    if day > 14 { goOn(&feed, from: 15, through: day) }
    for verdict in verdicts { _ = feed.detector.judge(verdict, on: alert.id) }
    goOn(&feed, from: day + 1, through: 30)
    goOn(&without, from: 15, through: 30)
    let (state, clean) = (feed.detector.states[0], without.detector.states[0])
    for window in 0..<3 {
      // What was sent on the days of the alert is not learnt: that can be a little less.
      #expect(state.all.windows[window].record <= clean.all.windows[window].record + 0.01)
      #expect(state.all.windows[window].record > 1)
    }
  }

  @Test func `the networks of a compromised day are new again`() throws {
    var feed = Feed { $0.sustained = false }
    for day in 0..<14 { feed.send(5, day: day, at: 36_000, over: 3000) }
    feed.send(30, from: 0xc633_6405, day: 14, at: 36_000, over: 300)
    let alert = try #require(feed.fired.last)
    _ = feed.detector.judge(.compromised, on: alert.id)
    feed.send(5, day: 15, at: 36_000, over: 3000)
    feed.send(30, from: 0xc633_6405, day: 16, at: 36_000, over: 300)
    #expect(feed.fired.count { $0.rule == .newNetworks } == 2)
  }

  @Test func `a verdict on an alert that does not exist is none`() throws {
    var (feed, _) = try Self.mailing()
    let verdict = feed.detector.judge(.legitimate, on: "nonsense")
    #expect(verdict == nil)
  }
}
