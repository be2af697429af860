import Dispatch
import MailLog

/// The way to one sink.
struct SinkLane: Sendable {
  let sink: any AlertSink
  private let lane: DeliveryLane<AlertNotice>

  /// - Parameters:
  ///   - sink: where it leads to.
  ///   - options: how long to try.
  ///   - now: the wall clock.
  ///   - present: an event with its alert as it is now: for a sink that keeps states.
  ///   - report: as of `DeliveryLane`.
  init(
    _ sink: any AlertSink,
    _ options: DeliveryOptions,
    now: @escaping @Sendable () -> Timestamp,
    present: @escaping @Sendable (AlertNotice) -> AlertNotice,
    report: @escaping @Sendable (AlertNotice, DeliveryOutcome) -> Void
  ) {
    self.sink = sink
    lane = DeliveryLane(
      "sink.\(sink.name)",
      options,
      now: now,
      deliver: { notice throws(AlertSinkError) in
        // What has waited there may be over: nobody is to be woken for that.
        try sink.deliver(sink.refreshInterval == nil ? notice : present(notice))
      },
      report: report
    )
  }

  var progress: (waiting: Int, problem: AlertSinkError?) { lane.progress }

  /// As `DeliveryLane.add`.
  func add(_ notice: AlertNotice) -> AlertNotice? { lane.add(notice) }

  /// Runs `body` between two events.
  func run(_ body: @escaping @Sendable (any AlertSink) -> Void) {
    lane.run { [sink] in body(sink) }
  }

  /// Tells the sink again of all that fires, and returns whether it took that; from within `run`.
  func refresh(_ notices: [AlertNotice]) -> Bool {
    guard !lane.isPaused else { return false }
    do throws(AlertSinkError) {
      try sink.refresh(notices)
      lane.note(nil)
      return true
    } catch {
      lane.note(error)
      return false
    }
  }

  /// As `DeliveryLane.noteTaken`.
  func noteTaken() { lane.noteTaken() }

  func stop(by deadline: DispatchTime) { lane.stop(by: deadline) }
}
