import Dispatch
package import MailLog
import Platform

// What became of events, and what is saved.
extension AlertOutbox {
  func settle(_ sink: String, _ notice: AlertNotice, _ outcome: DeliveryOutcome) {
    let delivery = DueDelivery(sink: sink, notice)
    let notes = state.withLock { state -> [Note] in
      switch outcome {
      case .delivered(let reply):
        state.unsaved.finish(delivery)
        state.delivered[sink, default: 0] += 1
        let hasRecovered = state.recover(sink)
        let isForSome = !reply.refused.isEmpty
        return (hasRecovered ? [.recovered(sink: sink)] : [])
          + (isForSome ? [.takenForSome(sink: sink, alert: notice.alert.id, reply)] : [])
      case .notDue:
        state.unsaved.finish(delivery)
        return []
      case .failed(let error):
        if let rest = error.rest {
          var left = delivery
          left.rest = rest
          state.unsaved.add(left)
        }
        return state.failing.insert(sink).inserted ? [.failed(sink: sink, error)] : []
      case .givenUp(let error):
        state.giveUp(delivery, error.description)
        return [.givenUp(sink: sink, alert: notice.alert.id, reason: error.description)]
      }
    }
    for note in notes { self.note(note) }
    save()
  }

  /// Sends an event through a lane, which has no place for too many.
  func add(_ notice: AlertNotice, to lane: SinkLane) {
    guard let displaced = lane.add(notice) else { return }
    let sink = lane.sink.name
    let (delivery, reason) = (DueDelivery(sink: sink, displaced), "too many alerts wait")
    state.withLock { $0.giveUp(delivery, reason) }
    note(.givenUp(sink: sink, alert: delivery.alert, reason: reason))
  }

  /// Nobody can be told any more.
  func giveUpForGone(_ delivery: DueDelivery) {
    state.withLock { state in
      state.unsaved.finish(delivery)
      state.givenUp[delivery.sink, default: 0] += 1
    }
    let reason = "no sink has this name any more"
    note(.givenUp(sink: delivery.sink, alert: delivery.alert, reason: reason))
  }

  /// A sink takes alerts, also such as do not wait for it.
  func recover(_ sink: String) {
    if state.withLock({ $0.recover(sink) }) { note(.recovered(sink: sink)) }
    save()
  }

  func save(after pause: DispatchTimeInterval = .seconds(0)) {
    let isOrdered = state.withLock { state in
      defer { state.isSaveOrdered = true }
      return state.isSaveOrdered || state.isStopped
    }
    guard !isOrdered else { return }
    saving.asyncAfter(deadline: .now() + pause) { self.saveNow() }
  }

  /// All that came up to now and is not saved: for a save of everything.
  package func takeUnsaved() -> OutboxChange {
    queue.sync { drain() }
    return state.withLock { $0.unsaved.take($0.book) }
  }

  /// That save failed.
  package func putBack(_ change: OutboxChange) {
    state.withLock { $0.unsaved.putBack(change) }
    save()
  }

  func saveNow() {
    let isDue = state.withLock { state in
      state.isSaveOrdered = false
      return !state.unsaved.isEmpty
    }
    guard isDue else { return }
    var change = OutboxChange()
    do {
      try storage.save {
        change = state.withLock { $0.unsaved.take($0.book) }
        return change
      }
      let wasFailing = state.withLock { state in
        defer { state.problem = nil }
        return state.problem != nil
      }
      if wasFailing { note(.savedAgain) }
    } catch {
      let isNew = state.withLock { state in
        state.unsaved.putBack(change)
        defer { state.problem = "\(error)" }
        return state.problem != "\(error)"
      }
      if isNew { note(.notSaved("\(error)")) }
      save(after: .nanoseconds(options.saveInterval.nanoseconds))
    }
  }
}

extension DueDelivery {
  fileprivate init(sink: String, _ notice: AlertNotice) {
    self.init(sink: sink, alert: notice.alert.id, event: notice.event.number)
  }
}
