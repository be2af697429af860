package import Dispatch
package import MailLog
import Platform

/// What is on its way to somewhere.
package protocol Deliverable: Sendable {
  /// Tells it from others on the same way, and how old it is: milliseconds since 1970, mostly.
  var number: UInt64 { get }
  /// What else must not be told before it: all with a smaller number of the same subject; nil: it
  /// waits for none.
  var subject: String? { get }
}

extension Deliverable {
  package var subject: String? { nil }
}

/// What the other side said as it took something.
package struct DeliveryReply: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// In few words.
  package var text: String
  /// Whom it refused it for; the others have it.
  package var refused: [String] = []

  package init(stringLiteral text: String) { self.text = text }

  package init(_ text: String, refused: [String] = []) {
    self.text = text
    self.refused = refused
  }
}

/// What became of an attempt.
package enum DeliveryOutcome: Sendable {
  case delivered(DeliveryReply)
  /// Nobody is to be told of it: it is done with, which says nothing of the other side.
  case notDue
  /// It is tried again.
  case failed(AlertSinkError)
  /// It is not: it was refused, or not taken for too long.
  case givenUp(AlertSinkError)
}

package struct DeliveryOptions: Sendable {
  package var backOff = BackOff()
  package var giveUpAfter: Duration = .seconds(72 * 3600)
  /// The longest that the other side can ask to be left alone.
  package var longestPause: Duration = .seconds(3600)
  /// The most that wait, beside what is being sent.
  package var limit: Int

  package init(limit: Int) {
    self.limit = limit
  }
}

/// The way to one place: what is to go there, one after the other, on a queue of its own.
///
/// A place that hangs or fails holds up no other.
package final class DeliveryLane<Item: Deliverable>: Sendable {
  private struct Waiting {
    var item: Item
    var attempts = 0
    var due = DispatchTime.now()
    /// By a clock that nobody sets.
    let start = ContinuousClock.now

    /// Whether it is tried for too long by the time.
    ///
    /// The wall clock, which has given its number, may have been wrong then, or be now: so it counts
    /// only for what was tried for an hour or so, and without it nothing is tried for ever.
    func isOver(_ limit: Duration, at time: Timestamp) -> Bool {
      let age = time.nanoseconds / 1_000_000 - Int64(clamping: item.number)
      let isOld = Duration.milliseconds(age) >= limit && attempts >= 20
      return isOld || ContinuousClock.now - start >= limit
    }
  }

  private struct State {
    /// What is being sent is among them.
    var waiting: [Waiting] = []
    /// The number of what is being sent.
    var current: UInt64?
    var problem: AlertSinkError?
    /// Nothing is sent before; the other side asked for it.
    var pauseEnd: DispatchTime?
    var isStopped = false
    /// Nobody waits any more for what is being sent.
    var isLeft = false
    /// The queue looks for what is due, or will.
    var isWorking = false
    /// When the queue looks next.
    var alarm: DispatchTime?
  }

  private let options: DeliveryOptions
  private let now: @Sendable () -> Timestamp
  private let deliver: @Sendable (Item) throws(AlertSinkError) -> DeliveryReply?
  private let report: @Sendable (Item, DeliveryOutcome) -> Void
  private let queue: DispatchQueue
  private let state = Locked(State())

  /// - Parameters:
  ///   - name: of the queue, for those who look at threads.
  ///   - options: how long to try.
  ///   - now: the wall clock.
  ///   - deliver: makes one attempt, and may block; nil: nobody is to be told of it.
  ///   - report: called behind each attempt, from the lane's queue.
  package init(
    _ name: String,
    _ options: DeliveryOptions,
    now: @escaping @Sendable () -> Timestamp,
    deliver: @escaping @Sendable (Item) throws(AlertSinkError) -> DeliveryReply?,
    report: @escaping @Sendable (Item, DeliveryOutcome) -> Void
  ) {
    self.options = options
    self.now = now
    self.deliver = deliver
    self.report = report
    queue = DispatchQueue(label: "submitwatch.\(name)")
  }

  /// How many wait, and what keeps them from being taken.
  package var progress: (waiting: Int, problem: AlertSinkError?) {
    state.withLock { ($0.waiting.count, $0.problem) }
  }

  /// Takes what is to go there.
  ///
  /// - Returns: what is given up for it, as too many wait.
  @discardableResult package func add(_ item: Item) -> Item? {
    defer { wake() }
    return state.withLock { state -> Item? in
      state.waiting.append(Waiting(item: item))
      guard state.waiting.count - (state.current == nil ? 0 : 1) > options.limit,
        let oldest = state.waiting.firstIndex(where: { $0.item.number != state.current })
      else { return nil }
      return state.waiting.remove(at: oldest).item
    }
  }

  /// Runs `body` between two attempts.
  func run(_ body: @escaping @Sendable () -> Void) {
    queue.async(execute: body)
  }

  /// The other side asked to be left alone.
  var isPaused: Bool { state.withLock { $0.pauseEnd.map { $0 > .now() } ?? false } }

  /// Notes how something went that does not wait here; what waits keeps its own problem.
  func note(_ problem: AlertSinkError?) {
    state.withLock { state in
      hold(&state, problem)
      if problem != nil || state.waiting.isEmpty { state.problem = problem }
    }
  }

  /// The other side took what does not wait here; what waits keeps its problem.
  func noteTaken() {
    state.withLock { if $0.waiting.isEmpty { $0.problem = nil } }
  }

  /// Ends, and waits for what is being sent, but not for long: what hangs is told of no more, and
  /// stays due.
  package func stop(by deadline: DispatchTime = .now() + .seconds(5)) {
    state.withLock { $0.isStopped = true }
    let ended = DispatchSemaphore(value: 0)
    queue.async { ended.signal() }
    if ended.wait(timeout: deadline) == .timedOut { state.withLock { $0.isLeft = true } }
  }

  private func wake() {
    let wasWorking = state.withLock { state in
      defer { state.isWorking = true }
      return state.isWorking
    }
    if !wasWorking { queue.async { self.work() } }
  }

  /// Makes one attempt, if one is due, and goes on behind what was to run meanwhile.
  private func work() {
    guard let waiting = next() else { return arm() }
    attempt(waiting)
    queue.async { self.work() }
  }

  private func attempt(_ waiting: Waiting) {
    let number = waiting.item.number
    do throws(AlertSinkError) {
      let reply = try deliver(waiting.item)
      let isLeft = state.withLock { state in
        if reply != nil { (state.problem, state.pauseEnd) = (nil, nil) }
        state.current = nil
        state.waiting.removeAll { $0.item.number == number }
        return state.isLeft
      }
      if isLeft { return }
      report(waiting.item, reply.map { .delivered($0) } ?? .notDue)
    } catch {
      // Who has it already is to be known after the end, too.
      let isNews = error.rest != nil
      if state.withLock({ $0.isLeft || $0.isStopped && !isNews }) { return }
      let dropped = putBack(waiting, error)
      let isOver = dropped?.number == number
      report(waiting.item, isOver ? .givenUp(error) : .failed(error))
      guard let dropped, !isOver else { return }
      report(dropped, .givenUp(AlertSinkError("too many wait", isRecoverable: true)))
    }
  }

  /// The next that is due: what was never tried comes before what failed, but never the end of
  /// something before its beginning.
  private func next() -> Waiting? {
    state.withLock { state in
      let now = DispatchTime.now()
      let isClosed = state.isStopped || state.pauseEnd.map { $0 > now } ?? false
      let due = isClosed ? [] : Self.first(of: state.waiting).filter { $0.due <= now }
      state.isWorking = !due.isEmpty
      let next = due.min { left, right in
        (left.attempts, left.item.number) < (right.attempts, right.item.number)
      }
      state.current = next?.item.number
      return next
    }
  }

  private func hold(_ state: inout State, _ error: AlertSinkError?) {
    let pause = error?.pause.map { min($0, options.longestPause) }
    state.pauseEnd = pause.map { .now() + .nanoseconds($0.nanoseconds) }
  }

  /// The oldest of each subject, and all that have none.
  private static func first(of waiting: [Waiting]) -> [Waiting] {
    let numbers = waiting.compactMap { one in one.item.subject.map { ($0, one.item.number) } }
    let oldest = Dictionary(numbers, uniquingKeysWith: min)
    return waiting.filter { one in
      one.item.subject.map { oldest[$0] == one.item.number } ?? true
    }
  }

  /// Puts what failed back in its place, and returns what is given up: it, as it was tried for too
  /// long, or the oldest, as too many wait.
  private func putBack(_ waiting: Waiting, _ error: AlertSinkError) -> Item? {
    let number = waiting.item.number
    let isOver = !error.isRecoverable || waiting.isOver(options.giveUpAfter, at: now())
    return state.withLock { state in
      (state.problem, state.current) = (error, nil)
      hold(&state, error)
      guard let index = state.waiting.firstIndex(where: { $0.item.number == number })
      else { return nil }
      if isOver { return state.waiting.remove(at: index).item }
      let attempts = waiting.attempts + 1
      let pause = options.backOff.pause(after: attempts)
      state.waiting[index].attempts = attempts
      state.waiting[index].due = .now() + .nanoseconds(pause.nanoseconds)
      return state.waiting.count > options.limit ? state.waiting.removeFirst().item : nil
    }
  }

  /// Looks again when the first of those that wait is due.
  private func arm() {
    let time = state.withLock { state -> DispatchTime? in
      guard !state.isStopped, var first = Self.first(of: state.waiting).map(\.due).min() else {
        return nil
      }
      if let end = state.pauseEnd { first = max(first, end) }
      if let alarm = state.alarm, alarm <= first, alarm > .now() { return nil }
      state.alarm = first
      return first
    }
    if let time { queue.asyncAfter(deadline: time) { self.wake() } }
  }
}
