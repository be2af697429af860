import Alerts
import Foundation
import HTTPAPI
import Ingest
import Logging
import MailLog
import Platform
import Reports
import Settings

/// The outbox of alerts, as the daemon runs it.
final class Alerting: Sendable {
  private let outbox: AlertOutbox
  private let isStopping: Locked<Bool>
  /// Whoever follows the alerts on the socket, once it answers.
  private let follower = Locked<(@Sendable () -> Void)?>(nil)
  private let pipeline: IngestPipeline
  private let keeper: Keeper

  /// Begins to tell what was due, and what the detector has found since.
  init(
    _ settings: Settings,
    _ pipeline: IngestPipeline,
    _ keeper: Keeper,
    _ relay: AlertRelay,
    log: Logger
  ) throws {
    let zone = settings.timezone ?? .system
    let isStopping = Locked(false)
    let follower = follower
    var options = AlertOutbox.Options { .now }
    options.giveUpAfter = settings.alerts.giveUpAfter
    options.retentionDays = settings.retention
    let surroundings = SinkSurroundings(
      host: ProcessInfo.processInfo.hostName,
      agent: programAgent,
      isUnderJournal: ServiceManager.takesErrors,
      isStopping: { isStopping.withLock { $0 } }
    )
    outbox = AlertOutbox(
      alertSinks(settings.alerts, surroundings),
      try keeper.loadAlerts(),
      keeper,
      options,
      render: { event in
        var json = JSONWriter()
        event.writeJSON(to: &json, zone)
        return json.output.bytes
      },
      changed: { follower.withLock { $0 }?() },
      note: { Self.note($0, log) }
    )
    self.isStopping = isStopping
    self.keeper = keeper
    self.pipeline = pipeline
    relay.connect(to: outbox)
  }

  /// Calls `body` whenever there is something new to be told.
  func announce(to body: @escaping @Sendable () -> Void) { follower.withLock { $0 = body } }

  var handlers: AlertHandlers {
    AlertHandlers(
      events: { [outbox] in outbox.events(after: $0) },
      judge: { [self] id, judgement in try await judge(id, judgement) },
      sendTrial: { [self] in await sendTrial(to: $0) }
    )
  }

  /// All alerts, the newest first: those that the detector keeps, and those that were told since.
  func alerts(_ detected: [Alert]) -> [KeptAlert] {
    var all = outbox.alerts
    for alert in detected {
      guard let told = all[alert.id] else {
        all[alert.id] = KeptAlert(alert, fired: 0)
        continue
      }
      if told.alert.updated <= alert.updated { all[alert.id]?.alert = alert }
    }
    return all.values.sorted { $0.place > $1.place }
  }

  /// Rises with every change of what was told.
  var generation: UInt64 { outbox.generation }

  var sinks: [AlertTotals.Sink] {
    outbox.progress.map { sink in
      AlertTotals.Sink(
        name: sink.name,
        waiting: UInt64(sink.waiting),
        delivered: sink.delivered,
        givenUp: sink.givenUp,
        problem: sink.problem?.description
      )
    }
  }

  /// Ends: what is due stays so for the next start, and trials that wait fail.
  func stop() {
    isStopping.withLock { $0 = true }
    outbox.stop()
    // It holds the socket's answers, which hold this.
    follower.withLock { $0 = nil }
  }

  private func judge(_ id: String, _ judgement: AlertJudgement) async throws -> KeptAlert? {
    try await blocking { [outbox, pipeline, keeper] in
      let judged = outbox.judge(judgement) { pipeline.verdict(judgement.verdict, on: id) }
      guard let kept = judged else { return nil }
      // With all that follows from it, and how far the logs were read when it was said.
      guard keeper.saveNow(pipeline) else { throw DaemonError.verdictNotSaved }
      return kept
    }
  }

  private func sendTrial(to name: String) async -> TrialOutcome {
    await withCheckedContinuation { continuation in
      let isThere = outbox.sendTrial(to: name) { result in
        switch result {
        case .success(let reply): continuation.resume(returning: .delivered(reply.text))
        case .failure(let error): continuation.resume(returning: .failed(error.description))
        }
      }
      guard !isThere else { return }
      continuation.resume(returning: .unknown(sinks: outbox.sinkNames))
    }
  }

  private static func note(_ note: AlertOutbox.Note, _ log: Logger) {
    switch note {
    case .failed(let sink, let error):
      log.warning(
        "a sink takes no alerts, they wait",
        metadata: ["sink": "\(sink)", "error": "\(error)"]
      )
    case .recovered(let sink):
      log.notice("a sink takes alerts again", metadata: ["sink": "\(sink)"])
    case .takenForSome(let sink, let alert, let reply):
      log.error(
        "the mail server refuses an alert for some recipients: correct them in the configuration",
        metadata: [
          "sink": "\(sink)", "alert": "\(alert)",
          "refused": "\(reply.refused.joined(separator: " "))", "answer": "\(reply.text)",
        ]
      )
    case .givenUp(let sink, let alert, let reason):
      log.error(
        "a sink was not told of an alert, and will not be",
        metadata: ["sink": "\(sink)", "alert": "\(alert)", "error": "\(reason)"]
      )
    case .notSaved(let problem):
      log.error("alerts are told, but not saved", metadata: ["error": "\(problem)"])
    case .savedAgain: log.notice("alerts are saved again")
    }
  }
}

extension Keeper: AlertStorage {}
