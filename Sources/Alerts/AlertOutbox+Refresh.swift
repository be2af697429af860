import Dispatch
import MailLog
import Platform

// Sinks that forget.
extension AlertOutbox {
  /// Tells a sink that forgets again and again of what fires.
  func refresh(_ lane: SinkLane) {
    guard let interval = lane.sink.refreshInterval else { return }
    queue.asyncAfter(deadline: .now() + .nanoseconds(interval.nanoseconds)) { [weak self] in
      self?.orderRefresh(lane)
    }
  }

  /// An event with its alert as it is by now.
  func present(_ notice: AlertNotice) -> AlertNotice {
    guard let kept = state.withLock({ $0.book.alerts[notice.alert.id] }) else { return notice }
    let (number, replacedBy) = (notice.number, kept.replacedBy)
    var event = AlertEvent(number: number, alert: kept.alert, replacedBy: replacedBy)
    event.judgement = kept.judgement
    return self.notice(event)
  }

  /// Tells what fires when its turn comes: it waits for an alert that hangs, the next one for it.
  private func orderRefresh(_ lane: SinkLane) {
    lane.run { [weak self] _ in
      guard let self, let firing = state.withLock({ $0.isStopped ? nil : $0.book.firing })
      else { return }
      let notices = firing.compactMap { $0.events.first }.map { self.notice($0) }
      if !notices.isEmpty, lane.refresh(notices) { recover(lane.sink.name) }
      refresh(lane)
    }
  }
}
