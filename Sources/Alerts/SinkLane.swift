import Dispatch
import MailLog
import NIOConcurrencyHelpers

/// The way to one sink: what it is to be told, one after the other, on a queue of its own.
///
/// A sink that hangs or fails holds up no other.
final class SinkLane: Sendable {
  struct Options: Sendable {
    var backOff: BackOff
    var giveUpAfter: Duration
    /// The most events that wait.
    var limit: Int
  }

  /// What became of an event.
  enum Outcome: Sendable {
    case delivered
    /// It is tried again.
    case failed(AlertSinkError)
    /// It is not: the sink refused it, or did not take it for too long.
    case givenUp(AlertSinkError)
    /// Too many wait.
    case displaced
  }

  private struct Waiting {
    var notice: AlertNotice
    var attempts = 0
    var due = DispatchTime.now()
  }

  private struct State {
    var waiting: [Waiting] = []
    var problem: AlertSinkError?
    var isStopped = false
    /// When the queue looks next.
    var alarm: DispatchTime?
  }

  let sink: any AlertSink
  private let options: Options
  private let now: @Sendable () -> Timestamp
  private let report: @Sendable (AlertNotice, Outcome) -> Void
  private let queue: DispatchQueue
  private let state = NIOLockedValueBox(State())

  init(
    _ sink: any AlertSink,
    _ options: Options,
    now: @escaping @Sendable () -> Timestamp,
    report: @escaping @Sendable (AlertNotice, Outcome) -> Void
  ) {
    self.sink = sink
    self.options = options
    self.now = now
    self.report = report
    queue = DispatchQueue(label: "submitwatch.sink.\(sink.name)")
  }

  /// How many events wait, and what keeps the sink from taking them.
  var progress: (waiting: Int, problem: AlertSinkError?) {
    state.withLockedValue { ($0.waiting.count, $0.problem) }
  }

  func add(_ notice: AlertNotice) {
    let displaced = state.withLockedValue { state -> AlertNotice? in
      state.waiting.append(Waiting(notice: notice))
      guard state.waiting.count > options.limit else { return nil }
      return state.waiting.removeFirst().notice
    }
    if let displaced { report(displaced, .displaced) }
    queue.async { self.work() }
  }

  /// Runs `body` between two events.
  func run(_ body: @escaping @Sendable (any AlertSink) -> Void) {
    queue.async { body(self.sink) }
  }

  /// Ends; what is being sent is done then.
  func stop() {
    state.withLockedValue { $0.isStopped = true }
    queue.sync {}
  }

  /// Sends what is due.
  private func work() {
    while let waiting = next() {
      let number = waiting.notice.event.number
      do throws(AlertSinkError) {
        _ = try sink.deliver(waiting.notice)
        state.withLockedValue { state in
          state.problem = nil
          state.waiting.removeAll { $0.notice.event.number == number }
        }
        report(waiting.notice, .delivered)
      } catch {
        if state.withLockedValue({ $0.isStopped }) { return }
        report(waiting.notice, retry(waiting, error) ? .failed(error) : .givenUp(error))
      }
    }
    arm()
  }

  /// The next that is due: what was never tried comes before what failed.
  private func next() -> Waiting? {
    state.withLockedValue { state in
      guard !state.isStopped else { return nil }
      let now = DispatchTime.now()
      return state.waiting.filter { $0.due <= now }.min { left, right in
        (left.attempts, left.notice.event.number) < (right.attempts, right.notice.event.number)
      }
    }
  }

  /// Puts an event that failed back in its place; false: it is given up.
  private func retry(_ waiting: Waiting, _ error: AlertSinkError) -> Bool {
    let number = waiting.notice.event.number
    let age = now().nanoseconds / 1_000_000 - Int64(clamping: number)
    let isOver = !error.isRecoverable || Duration.milliseconds(age) >= options.giveUpAfter
    return state.withLockedValue { state in
      state.problem = error
      guard let index = state.waiting.firstIndex(where: { $0.notice.event.number == number })
      else { return true }
      guard !isOver else {
        state.waiting.remove(at: index)
        return false
      }
      let attempts = waiting.attempts + 1
      let pause = options.backOff.pause(after: attempts)
      state.waiting[index].attempts = attempts
      state.waiting[index].due = .now() + .nanoseconds(Int(pause / .nanoseconds(1)))
      return true
    }
  }

  /// Looks again when the first of those that wait is due.
  private func arm() {
    let time = state.withLockedValue { state -> DispatchTime? in
      guard !state.isStopped, let first = state.waiting.map(\.due).min() else { return nil }
      if let alarm = state.alarm, alarm <= first, alarm > .now() { return nil }
      state.alarm = first
      return first
    }
    if let time { queue.asyncAfter(deadline: time) { self.work() } }
  }
}
