import Detection
package import MailLog
import Platform

// What the detector finds.
extension IngestPipeline {
  /// The alerts that are kept, the latest first.
  package var alerts: [Alert] {
    state.withLock { $0.joiner.detector?.alerts ?? [] }
  }

  /// Takes what a person says of an alert; to be saved at once.
  ///
  /// - Returns: the alert as it is now; nil: there is none with that id.
  package func verdict(_ verdict: AlertVerdict, on id: String) -> Alert? {
    state.withLock { state in
      guard let alert = state.joiner.detector?.judge(verdict, on: id) else { return nil }
      state.generation += 1
      handOutAlerts(&state)
      return alert
    }
  }

  /// Log time goes on although no line comes: alerts end, messages that wait for a line count.
  ///
  /// To be called about once a minute, once every source is read to its end.
  ///
  /// - Parameter now: the wall clock. The last seconds before it are left out: their lines may
  ///   still be on their way.
  package func tick(now: Timestamp) {
    state.withLock { state in
      let time = Timestamp(nanoseconds: now.nanoseconds - 10_000_000_000)
      let hasCounted = state.joiner.settle(at: time)
      state.joiner.detector?.advance(to: time)
      if handOutAlerts(&state) || hasCounted { state.generation += 1 }
    }
  }

  @discardableResult func handOutAlerts(_ state: inout State) -> Bool {
    guard let changes = state.joiner.detector?.takeChanges(), !changes.isEmpty
    else { return false }
    onAlerts?(changes)
    return true
  }
}
