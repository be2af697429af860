import Detection
import MailLog
import Testing

/// A cap is held against what was sent, not against an estimate.
struct CapTests {
  private static func feed(_ cap: (inout DetectionSettings.Cap) -> Void) -> Feed {
    var limits = DetectionSettings.Cap()
    cap(&limits)
    return Feed {
      ($0.cap, $0.volume, $0.newNetworks, $0.sustained) = (limits, false, false, false)
    }
  }

  @Test(arguments: [false, true])
  func `what is older than a day is under no cap of a day`(restarts: Bool) throws {
    var feed = Self.feed { $0.day = 2000 }
    feed.send(recipients: 1900, at: Feed.time(1800))
    if restarts { try feed.restart() }
    feed.send(recipients: 200, at: Feed.time(day: 1, 3600))
    #expect(feed.fired.isEmpty)
    feed.send(recipients: 1800, at: Feed.time(day: 1, 3700))
    #expect(feed.fired.isEmpty)
    feed.send(at: Feed.time(day: 1, 3800))
    #expect(feed.fired.map(\.count) == [2001])
  }

  @Test(arguments: [false, true])
  func `all of a day is, wherever its hours fall`(restarts: Bool) throws {
    var feed = Self.feed { $0.day = 2000 }
    feed.send(recipients: 1800, at: Feed.time(84_600))
    if restarts { try feed.restart() }
    feed.send(recipients: 1800, at: Feed.time(day: 1, 81_000))
    #expect(feed.fired.map(\.count) == [3600])
    feed.advance(to: Feed.time(day: 1, 84_700))
    #expect(feed.resolved.map(\.rule) == [.cap])
  }

  @Test func `ten minutes have borders of their own`() {
    var feed = Self.feed { $0.tenMinutes = 200 }
    feed.send("often@x", recipients: 190, at: Feed.time(1800))
    feed.send("often@x", recipients: 20, at: Feed.time(2420))
    #expect(feed.fired.isEmpty)
    feed.send("much@x", recipients: 150, at: Feed.time(3590))
    feed.send("much@x", recipients: 150, at: Feed.time(4180))
    #expect(feed.fired.map(\.account) == ["much@x"])
    #expect(feed.fired.map(\.count) == [300])
  }

  @Test func `what somebody else sent is forgotten when its day is over`() throws {
    var feed = Self.feed { $0.day = 100 }
    feed.send(recipients: 150, at: Feed.time(82_800))
    let alert = try #require(feed.fired.first)
    _ = feed.detector.judge(.compromised, on: alert.id)
    feed.send(recipients: 40, at: Feed.time(day: 1, 3600))
    feed.advance(to: Feed.time(day: 1, 3700))
    #expect(feed.resolved.map(\.id) == [alert.id])
  }

  @Test func `a clock that is put back begins anew`() {
    var feed = Self.feed { $0.hour = 100 }
    feed.send(recipients: 90, at: Feed.time(day: 9))
    feed.send(recipients: 90, at: Feed.time(day: 2))
    #expect(feed.fired.isEmpty)
    feed.send(recipients: 11, at: Feed.time(day: 2, 60))
    #expect(feed.fired.map(\.count) == [101])
  }
}
