import MailLog
import Platform
import TestSupport

@testable import Alerts

/// A sink that does as it is told, and keeps what it got.
struct RecordingSink: AlertSink {
  let name: String
  var refreshInterval: Duration?
  let record = Record()

  /// What it got, and what it answers.
  final class Record: Sendable {
    private let state = Locked(State())

    private struct State: Sendable {
      var tried: [AlertNotice] = []
      var taken: [AlertNotice] = []
      var refreshed = 0
      /// What came, one after the other: ids, and `again` with those of a refresh.
      var order: [String] = []
      var isHeld = false
      var refreshError: AlertSinkError?
      var answers: [AlertSinkError] = []
      var error: AlertSinkError?
      var refused: [String] = []
      var skipped: String?
    }

    /// Refuses with these, one after the other, before it takes anything.
    func refuse(_ errors: [AlertSinkError]) { state.withLock { $0.answers += errors } }
    /// Refuses with this until told otherwise.
    func fail(_ error: AlertSinkError?) { state.withLock { $0.error = error } }
    /// The same of refreshes.
    func failRefresh(_ error: AlertSinkError?) { state.withLock { $0.refreshError = error } }
    /// Takes alerts, but not for these.
    func refuse(for recipients: [String]) { state.withLock { $0.refused = recipients } }
    /// Has nobody to tell of this alert.
    func skip(_ id: String) { state.withLock { $0.skipped = id } }
    /// Hangs with an alert until told otherwise.
    func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }
    var order: [String] { state.withLock { $0.order } }
    var tried: [String] { state.withLock { $0.tried.map(\.alert.id) } }
    var taken: [String] {
      state.withLock { $0.taken.map { "\($0.alert.id) \($0.alert.state.rawValue)" } }
    }
    /// What had been said of each alert that it took.
    var judgements: [AlertJudgement?] { state.withLock { $0.taken.map(\.event.judgement) } }
    var refreshed: Int { state.withLock { $0.refreshed } }

    fileprivate func refresh(_ notices: [AlertNotice]) throws(AlertSinkError) {
      let error = state.withLock { state in
        state.refreshed += 1
        state.order.append("again \(notices.map(\.alert.id).joined(separator: " "))")
        return state.refreshError
      }
      if let error { throw error }
    }

    fileprivate func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply? {
      let isSkipped = state.withLock { state in
        if state.skipped == notice.alert.id { state.tried.append(notice) }
        return state.skipped == notice.alert.id
      }
      if isSkipped { return nil }
      let error = state.withLock { state -> AlertSinkError? in
        state.tried.append(notice)
        state.order.append(notice.alert.id)
        let error = state.answers.isEmpty ? state.error : state.answers.removeFirst()
        if error == nil { state.taken.append(notice) }
        return error
      }
      _ = becomes { state.withLock { !$0.isHeld } }
      if let error { throw error }
      return state.withLock { DeliveryReply("taken", refused: $0.refused) }
    }
  }

  init(_ name: String = "recorder", refreshInterval: Duration? = nil) {
    self.name = name
    self.refreshInterval = refreshInterval
  }

  func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply? {
    try record.deliver(notice)
  }

  func refresh(_ notices: [AlertNotice]) throws(AlertSinkError) {
    try record.refresh(notices)
  }
}

/// Keeps what an outbox saves, as a database would; can be told to fail.
final class KeptChanges: AlertStorage {
  struct Full: Error {}

  private struct State: Sendable {
    var kept: [String: KeptAlert] = [:]
    var due: Set<DueDelivery> = []
    var isFull = false
  }

  private let state = Locked(State())

  func save(_ change: () -> OutboxChange) throws {
    let change = change()
    try state.withLock { state in
      if state.isFull { throw Full() }
      for id in change.removed { state.kept[id] = nil }
      for kept in change.kept { state.kept[kept.alert.id] = kept }
      for delivery in change.due { state.due.update(with: delivery) }
      state.due.subtract(change.done)
    }
  }

  var loaded: StoredOutbox {
    state.withLock { StoredOutbox(kept: Array($0.kept.values), deliveries: Array($0.due)) }
  }

  func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }
}
