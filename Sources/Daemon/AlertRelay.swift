import Alerts
import MailLog
import Platform

/// Hands what the detector says on to the outbox, and keeps it until there is one.
///
/// The pipeline is there before the outbox: it comes out of the same database.
final class AlertRelay: Sendable {
  private struct State {
    /// Nil once there was an outbox.
    var waiting: [AlertChange]? = []
    var outbox: AlertOutbox?
  }

  private let state = Locked(State())

  func take(_ changes: [AlertChange]) {
    let outbox = state.withLock { state in
      state.waiting?.append(contentsOf: changes)
      return state.outbox
    }
    outbox?.take(changes)
  }

  func connect(to outbox: AlertOutbox) {
    state.withLock { state in
      state.outbox = outbox
      outbox.take(state.waiting ?? [])
      state.waiting = nil
    }
  }

  /// Lets the outbox go, which holds whoever saves it: what comes from now on goes nowhere.
  func disconnect() { state.withLock { $0.outbox = nil } }

  /// What is to be saved together with a cut that was made before: all that the cut holds is in it.
  func takeUnsaved() -> OutboxChange {
    state.withLock { $0.outbox }?.takeUnsaved() ?? OutboxChange()
  }

  /// The save failed.
  func putBack(_ change: OutboxChange) {
    state.withLock { $0.outbox }?.putBack(change)
  }
}
