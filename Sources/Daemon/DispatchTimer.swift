import Dispatch
import MailLog

/// Does something every so often, on a queue.
///
/// Invariant that makes it safe: a dispatch source may be used from any thread, dispatch(3).
final class DispatchTimer: @unchecked Sendable {
  private let source: any DispatchSourceTimer
  private let queue: DispatchQueue

  init(_ queue: DispatchQueue) {
    self.queue = queue
    source = DispatchSource.makeTimerSource(queue: queue)
    // One that was never activated cannot be released, dispatch_source_create(3).
    source.activate()
  }

  func start(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
    let time = DispatchTimeInterval.nanoseconds(interval.nanoseconds)
    source.setEventHandler(handler: body)
    // Waking up a little later, together with others, saves power.
    source.schedule(deadline: .now() + time, repeating: time, leeway: .milliseconds(500))
  }

  /// Ends, and waits for what is being done; not to be called on the queue.
  func stop() {
    source.cancel()
    queue.sync {}
  }
}
