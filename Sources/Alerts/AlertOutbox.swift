import Dispatch
package import MailLog
import Platform

/// Takes alerts, keeps them, and sees to it that each sink is told, at least once.
///
/// What is to be told is sent at once, and saved beside that: neither a slow disk nor a full one
/// holds an alert up. What a crash finds unsaved, the log that is read again brings again.
package final class AlertOutbox: Sendable {
  package struct Options: Sendable {
    package var giveUpAfter: Duration = .seconds(72 * 3600)
    package var backOff = BackOff()
    /// Alerts that are over are kept for so many days.
    package var retentionDays = 90
    /// The most alerts that are kept, and the most events that wait for one sink.
    package var alertLimit = 5000
    package var waitingLimit = 1000
    /// How long until another attempt to save.
    package var saveInterval: Duration = .seconds(10)
    /// How long the end waits for what is being sent.
    package var stopLimit: Duration = .seconds(5)
    /// The wall clock.
    package var now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp) {
      self.now = now
    }
  }

  /// What people should know; each once, until it changes.
  package enum Note: Sendable, Equatable {
    case failed(sink: String, AlertSinkError)
    case recovered(sink: String)
    /// With whom the other side refused it for, the others have it; not only once.
    case takenForSome(sink: String, alert: String, DeliveryReply)
    case givenUp(sink: String, alert: String, reason: String)
    case notSaved(String)
    case savedAgain
  }

  struct State {
    var book: AlertBook
    var unsaved = UnsavedAlerts()
    var isSaveOrdered = false
    var problem: String?
    var isStopped = false
    var failing: Set<String> = []
    var delivered: [String: UInt64] = [:]
    var givenUp: [String: UInt64] = [:]
    /// What was given up of alerts that fire and that nobody has judged, by their ids.
    var lost: [String: Set<DueDelivery>] = [:]
  }

  let options: Options
  let storage: any AlertStorage
  private let render: @Sendable (AlertEvent) -> [UInt8]
  private let changed: @Sendable () -> Void
  let note: @Sendable (Note) -> Void
  let queue = DispatchQueue(label: "submitwatch.alerts")
  let saving = DispatchQueue(label: "submitwatch.alerts.save")
  private let inbox = Locked<[AlertChange]>([])
  let state: Locked<State>
  private let lanes: Locked<[SinkLane]>

  /// Begins to tell what was due when the program ended.
  ///
  /// - Parameters:
  ///   - sinks: whom to tell; what is due for others is given up.
  ///   - loaded: what was saved.
  ///   - storage: where changes are saved.
  ///   - options: limits and clock.
  ///   - render: the alert of an event as JSON, as programs get it.
  ///   - changed: called when there is a new event, from any thread.
  ///   - note: called when people should know something, from any thread.
  package init(
    _ sinks: [any AlertSink],
    _ loaded: StoredOutbox,
    _ storage: any AlertStorage,
    _ options: Options,
    render: @escaping @Sendable (AlertEvent) -> [UInt8],
    changed: @escaping @Sendable () -> Void,
    note: @escaping @Sendable (Note) -> Void
  ) {
    self.options = options
    self.storage = storage
    self.render = render
    self.changed = changed
    self.note = note
    state = Locked(State(book: AlertBook(loaded.kept, limit: options.alertLimit)))
    lanes = Locked([])
    state.withLock { $0.take(loaded.givenUp, of: sinks.map(\.name)) }
    start(sinks, loaded.due)
  }

  private func start(_ sinks: [any AlertSink], _ due: [DueDelivery]) {
    var options = DeliveryOptions(limit: options.waitingLimit)
    (options.backOff, options.giveUpAfter) = (self.options.backOff, self.options.giveUpAfter)
    let lanes = sinks.map { sink in
      SinkLane(sink, options, now: self.options.now) { [weak self] notice in
        self?.present(notice) ?? notice
      } report: { [weak self] notice, outcome in
        self?.settle(sink.name, notice, outcome)
      }
    }
    self.lanes.withLock { $0 = lanes }
    // In the order in which it came: what a lane has, it tells at once.
    for delivery in due.sorted(by: { $0.event < $1.event }) {
      let event = state.withLock { state in
        state.book.alerts[delivery.alert]?.events.first { $0.number == delivery.event }
      }
      guard let lane = lanes.first(where: { $0.sink.name == delivery.sink }) else {
        giveUpForGone(delivery)
        continue
      }
      if let event {
        var notice = notice(event)
        notice.rest = delivery.rest
        add(notice, to: lane)
      } else {
        state.withLock { $0.unsaved.finish(delivery) }
      }
    }
    for lane in lanes { refresh(lane) }
    save()
  }

  /// Takes alerts from the loop that reads the log; never blocks.
  package func take(_ changes: [AlertChange]) {
    guard !changes.isEmpty else { return }
    let isFirst = inbox.withLock { inbox in
      defer { inbox += changes }
      return inbox.isEmpty
    }
    if isFirst { queue.async { self.drain() } }
  }

  /// Takes up what came, in the order in which it came.
  func drain() {
    dispatchPrecondition(condition: .onQueue(queue))
    let changes = inbox.withLock { inbox in
      defer { inbox = [] }
      return inbox
    }
    let lanes = lanes.withLock { $0 }
    let time = options.now()
    let keptSince = Timestamp(seconds: time.seconds - Int64(options.retentionDays) * 86_400)
    let events = state.withLock { state in
      let events = changes.flatMap { state.book.accept($0, now: time) }
      for change in changes {
        state.unsaved.change(change.alert.id)
        if change.alert.state == .resolved { state.close(change.alert.id) }
      }
      for event in events {
        for lane in lanes {
          state.unsaved.add(
            DueDelivery(sink: lane.sink.name, alert: event.alert.id, event: event.number)
          )
        }
      }
      let forgotten = state.book.trim(before: keptSince)
      for id in forgotten { state.close(id) }
      state.unsaved.remove(forgotten)
      return events
    }
    for event in events {
      let notice = notice(event)
      for lane in lanes { add(notice, to: lane) }
    }
    if !events.isEmpty { changed() }
    save()
  }

  func notice(_ event: AlertEvent) -> AlertNotice {
    AlertNotice(event, json: render(event))
  }

  /// Ends: what is due stays so for the next start.
  package func stop() {
    queue.sync { self.drain() }
    let deadline = DispatchTime.now() + .nanoseconds(options.stopLimit.nanoseconds)
    for lane in lanes.withLock({ $0 }) { lane.stop(by: deadline) }
    saving.sync { self.saveNow() }
    state.withLock { $0.isStopped = true }
  }
}

// What is known of alerts, and what people say of them.
extension AlertOutbox {
  /// All alerts that were told or judged, by id.
  package var alerts: [String: KeptAlert] { state.withLock { $0.book.alerts } }

  /// Rises with every change of `alerts`.
  package var generation: UInt64 { state.withLock { $0.book.generation } }

  /// What was told after an event, oldest first.
  package func events(after number: UInt64) -> [AlertEvent] {
    state.withLock { $0.book }.events(after: number)
  }

  /// Notes what a person says of an alert, also of one that was never told; saved with the rest.
  ///
  /// - Parameters:
  ///   - judgement: what is said; what the detector makes of it is told together with it.
  ///   - apply: tells the detector, and gives the alert as it is then; nil: there is none.
  /// - Returns: the alert with all that; nil: there is none.
  package func judge(_ judgement: AlertJudgement, _ apply: () -> Alert?) -> KeptAlert? {
    queue.sync {
      drain()
      guard let alert = apply() else { return nil }
      let kept = state.withLock { state in
        state.unsaved.change(alert.id)
        state.close(alert.id)
        return state.book.judge(alert, judgement)
      }
      if inbox.withLock({ !$0.isEmpty }) { drain() }
      return alerts[alert.id] ?? kept
    }
  }

  /// How a sink does.
  package struct SinkProgress: Sendable {
    package var name: String
    package var waiting: Int
    package var problem: AlertSinkError?
    package var delivered: UInt64
    package var givenUp: UInt64
  }

  /// All sinks, and behind them those that are gone, for which something was given up.
  package var progress: [SinkProgress] {
    let (delivered, givenUp, refusals) = state.withLock {
      ($0.delivered, $0.givenUp, $0.refusals)
    }
    let sinks = lanes.withLock { $0 }.map { lane in
      let (waiting, problem) = lane.progress
      let name = lane.sink.name
      return SinkProgress(
        name: name,
        waiting: waiting,
        problem: problem ?? refusals[name],
        delivered: delivered[name] ?? 0,
        givenUp: givenUp[name] ?? 0
      )
    }
    let names = Set(sinks.map(\.name))
    let gone = givenUp.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
    return sinks
      + gone.map { SinkProgress(name: $0, waiting: 0, problem: nil, delivered: 0, givenUp: $1) }
  }

  package var sinkNames: [String] { lanes.withLock { $0 }.map(\.sink.name) }

  /// Sends a trial alert through one sink, and tells what came of it; nil: there is none.
  package func sendTrial(
    to name: String,
    _ done: @escaping @Sendable (Result<DeliveryReply, AlertSinkError>) -> Void
  ) -> Bool {
    guard let lane = lanes.withLock({ $0.first { $0.sink.name == name } }) else {
      return false
    }
    let time = options.now()
    let notice = notice(AlertEvent.trial(to: name, time))
    lane.run { [self] sink in
      do throws(AlertSinkError) {
        let reply = try sink.deliver(notice)
        if reply != nil {
          lane.noteTaken()
          recover(name)
        }
        done(.success(reply ?? "not sent: nobody is to get it"))
      } catch {
        done(.failure(error))
      }
    }
    return true
  }
}
