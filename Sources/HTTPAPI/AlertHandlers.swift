package import MailLog

/// What the server asks of those who keep alerts.
package struct AlertHandlers: Sendable {
  /// What was told after the event of a number, oldest first; cheap.
  package var events: @Sendable (_ after: UInt64) -> [AlertEvent]
  /// Notes what a user says of an alert, and saves it; nil: there is no such alert.
  package var judge: @Sendable (_ id: String, AlertJudgement) async throws -> KeptAlert?
  /// Sends a trial alert through the sink of a name.
  package var sendTrial: @Sendable (_ sink: String) async -> TrialOutcome

  package init(
    events: @escaping @Sendable (UInt64) -> [AlertEvent],
    judge: @escaping @Sendable (String, AlertJudgement) async throws -> KeptAlert?,
    sendTrial: @escaping @Sendable (String) async -> TrialOutcome
  ) {
    self.events = events
    self.judge = judge
    self.sendTrial = sendTrial
  }

  /// Of a daemon without alerts.
  package static let none = AlertHandlers(
    events: { _ in [] },
    judge: { _, _ in nil },
    sendTrial: { _ in .unknown(sinks: []) }
  )
}

/// What came of a trial alert.
package enum TrialOutcome: Sendable, Equatable {
  /// What the other side said.
  case delivered(String)
  /// What went wrong, and what to do.
  case failed(String)
  /// There is no such sink; these there are.
  case unknown(sinks: [String])
}
