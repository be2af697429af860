import Counters
import MailLog
import TestSupport
import Testing

@testable import Detection

/// A detector that is saved and made again, wherever, goes on as if nothing had been.
struct RestartTests {
  private enum Step {
    case send(account: Int, client: UInt32, recipients: UInt32)
    case fail(account: Int, client: UInt32)
    case reject(account: Int)
    case tick
    case judge(Int)
  }

  /// Some accounts over three weeks, with bursts.
  private static func steps(_ seed: UInt64) -> [(time: Double, step: Step)] {
    var numbers = SeededNumbers(seed)
    var steps: [(time: Double, step: Step)] = []
    var now = 0.0
    while now < 14 * 86_400 {
      now += Double(numbers.below(4000))
      let account = numbers.below(6)
      let client = UInt32(numbers.below(numbers.below(4) == 0 ? 40 : 3)) << 8
      switch numbers.below(20) {
      case 0:
        for _ in 0..<numbers.below(150) {
          now += Double(numbers.below(20))
          steps.append((now, .send(account: account, client: client, recipients: 1)))
        }
      case 1:
        for _ in 0..<numbers.below(40) {
          now += 1
          let client = UInt32(numbers.below(5)) << 8
          steps.append((now, .fail(account: account, client: client)))
        }
      case 2:
        for _ in 0..<numbers.below(120) {
          now += 2
          steps.append((now, .reject(account: account)))
        }
      case 3: steps.append((now, .tick))
      case 4: steps.append((now, .judge(numbers.below(100))))
      default:
        let recipients = UInt32(1 + numbers.below(5))
        steps.append((now, .send(account: account, client: client, recipients: recipients)))
      }
    }
    return steps
  }

  private static func run(_ seed: UInt64, restarts: ClosedRange<Int>?) throws -> Feed {
    var feed = Feed { $0.cap.hour = 120 }
    var numbers = SeededNumbers(seed &+ 77)
    var left = restarts.map { .random(in: $0, using: &numbers) } ?? Int.max
    for (seconds, step) in steps(seed) {
      let time = Feed.time(seconds)
      switch step {
      case .send(let account, let client, let recipients):
        let line = "line \(seconds) of account \(account)\n"
        feed.send("a\(account)@x", from: client, recipients: recipients, at: time, line: line)
      case .fail(let account, let client): feed.fail("a\(account)@x", from: client, at: time)
      case .reject(let account): feed.reject("a\(account)@x", at: time)
      case .tick: feed.advance(to: time)
      case .judge(let number):
        let alerts = feed.detector.alerts
        guard !alerts.isEmpty else { break }
        let verdict = AlertVerdict.allCases[number % 2]
        _ = feed.detector.judge(verdict, on: alerts[number % alerts.count].id)
        feed.changes += feed.detector.takeChanges()
      }
      left -= 1
      if left == 0, let restarts {
        try feed.restart(isNew: numbers.below(3) == 0)
        left = .random(in: restarts, using: &numbers)
      }
    }
    return feed
  }

  @Test(arguments: 0..<4)
  func `the same alerts come, wherever it is begun anew`(seed: UInt64) throws {
    let whole = try Self.run(seed, restarts: nil)
    #expect(whole.fired.count >= 3)
    for restarts in [5...80, 200...900] {
      let cut = try Self.run(seed, restarts: restarts)
      #expect(cut.changes == whole.changes)
      #expect(cut.detector.alerts == whole.detector.alerts)
      #expect(cut.detector.packedState == whole.detector.packedState)
    }
  }

  @Test func `bytes that are from no detector are refused`() throws {
    let feed = try Self.run(1, restarts: nil)
    var detector = feed.detector
    let state = detector.cut(version: 1).state
    var numbers = SeededNumbers(5)
    for _ in 0..<2000 {
      let blocks: [StoredTable.Kind: [[UInt8]]] = [
        .detection: [numbers.bytes(numbers.below(200))],
        .detectedRejections: [numbers.bytes(numbers.below(40))],
      ]
      let alerts = [numbers.bytes(numbers.below(100))]
      var other = SpikeDetector(DetectionSettings(), zone: .utc)
      #expect(throws: StoredDamage.self) {
        try other.restore(state, blocks, alerts: alerts, nameCount: 7)
      }
    }
    for cut in [state.dropLast(), state.dropLast(state.count / 2)] {
      var other = SpikeDetector(DetectionSettings(), zone: .utc)
      #expect(throws: StoredDamage.self) {
        try other.restore(Array(cut), [:], alerts: [], nameCount: 7)
      }
    }
  }

  @Test func `what was learnt elsewhere counts as if it had been here`() {
    var earlier = Feed()
    for day in 0..<10 { earlier.send(300, day: day, at: 36_000, over: 3000) }
    var feed = Feed()
    feed.names = earlier.names
    feed.send(day: 20)
    feed.detector.learn(from: earlier.detector) { $0 }
    feed.send(300, day: 21, at: 36_000, over: 3000)
    #expect(feed.fired.isEmpty)
    #expect(feed.detector.alerts.isEmpty)
  }
}

extension Feed {
  fileprivate mutating func send(day: Int) { send(1, day: day, at: 0, over: 1) }
}
