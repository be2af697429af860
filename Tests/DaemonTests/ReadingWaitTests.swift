import LogSources
import MailLog
import Testing

@testable import Daemon

/// Which sources log time waits for.
struct ReadingWaitTests {
  private let start = ContinuousClock.now

  private static func state(at cursor: String?, isCaughtUp: Bool = false) -> SourceState {
    var state = SourceState()
    state.isCaughtUp = isCaughtUp
    if let cursor { state.positions["journal"] = .journal(cursor: cursor) }
    return state
  }

  @Test func `a source that cannot be read holds time up for a while only`() {
    var wait = ReadingWait()
    let sources = [
      ("mail.log", Self.state(at: nil, isCaughtUp: true)), ("journal", Self.state(at: nil)),
    ]
    for (seconds, isOver) in [(0, false), (899, false), (900, true), (5000, true)] {
      let found = wait.isOver(sources, at: start + .seconds(seconds))
      #expect(found == isOver, "\(seconds) s")
    }
  }

  @Test func `a source that gets on is waited for`() {
    var wait = ReadingWait()
    for minutes in stride(from: 0, to: 100, by: 10) {
      let sources = [("journal", Self.state(at: "line \(minutes)"))]
      let isOver = wait.isOver(sources, at: start + .seconds(minutes * 60))
      #expect(!isOver)
    }
    let isOver = wait.isOver([("journal", Self.state(at: nil, isCaughtUp: true))], at: start)
    #expect(isOver)
  }
}
