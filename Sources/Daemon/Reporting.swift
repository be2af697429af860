import Alerts
import HTTPAPI
import Languages
import Logging
import MailLog
import Platform
import Reports
import Settings

/// The reports by e-mail, as the daemon runs them.
final class Reporting: Sendable {
  private let settings: Settings.Reports
  private let outbox: ReportOutbox
  private let isStopping: Locked<Bool>
  /// Gives the figures, once there are any.
  private let figures: Locked<(@Sendable () -> Published)?>
  private let log: Logger

  /// - Parameters:
  ///   - settings: the configuration.
  ///   - keeper: keeps what is due.
  ///   - log: takes what people should know.
  /// - Throws: if what was due cannot be loaded.
  init(
    _ settings: Settings,
    _ keeper: Keeper,
    log: Logger
  ) throws {
    let isStopping = Locked(false)
    let figures = Locked<(@Sendable () -> Published)?>(nil)
    let mailer = ReportMailer(settings.reports) { isStopping.withLock { $0 } }
    self.settings = settings.reports
    self.isStopping = isStopping
    self.figures = figures
    self.log = log
    outbox = ReportOutbox(
      settings.reports.scheduled,
      in: settings.timezone ?? .system,
      try keeper.loadReports(),
      keeper,
      send: { report throws(AlertSinkError) in
        guard let figures = figures.withLock({ $0 }) else {
          throw AlertSinkError("there are no figures yet", isRecoverable: true)
        }
        return DeliveryReply(try mailer.send(report, of: figures()))
      },
      note: { Self.note($0, log) }
    )
  }

  /// Takes the figures from `body`, as they are when a mail is made.
  func take(figures body: @escaping @Sendable () -> Published) { figures.withLock { $0 = body } }

  /// How many mails wait, and what keeps them from being taken.
  var progress: (waiting: Int, problem: String?) { outbox.progress }

  /// Sends what is due; to be called every minute, once the logs are read.
  func look() { outbox.look(at: .now) }

  func stop() {
    isStopping.withLock { $0 = true }
    outbox.stop()
    // They come from all parts of the service, this one among them.
    figures.withLock { $0 = nil }
  }

  /// Takes a report that somebody asks for.
  func take(_ request: MailReportRequest) async throws {
    var recipients: [String] = []
    for text in request.recipients {
      guard let address = Check.address(text) else {
        throw MailReportRefusal(.badAddress(text))
      }
      guard settings.allows(address) else {
        log.notice(
          "a report is not sent, its recipient is not allowed",
          metadata: ["recipient": "\(address)", "user": "\(request.user.id)"]
        )
        throw MailReportRefusal(.notAllowed(address))
      }
      if !recipients.contains(address) { recipients.append(address) }
    }
    let checked = recipients
    try await blocking { [self] in try add(request, to: checked) }
  }

  private func add(_ request: MailReportRequest, to recipients: [String]) throws {
    do {
      try outbox.add(
        to: recipients,
        request.days,
        domain: request.domain,
        language: request.language.rawValue
      )
    } catch is ReportOutbox.Full {
      throw MailReportRefusal(.full)
    } catch {
      throw MailReportRefusal(.notSaved("\(error)"))
    }
  }

  private static func note(_ note: ReportOutbox.Note, _ log: Logger) {
    switch note {
    case .sent(let report, let reply):
      log.notice("a report is sent", metadata: metadata(report, ["reply": "\(reply)"]))
    case .failed(let report, let error):
      log.warning("reports cannot be sent, they wait", metadata: metadata(report, error))
    case .refused(let report, let error):
      log.error("a report is refused, and not sent again", metadata: metadata(report, error))
    case .givenUp(let report, let error):
      log.error("a report could not be sent, and is given up", metadata: metadata(report, error))
    case .missed(let missed):
      log.warning(
        "reports were due while the daemon did not run: only the last one is sent",
        metadata: ["schedule": "\(missed.schedule)", "missed": "\(missed.count)"]
      )
    case .notSaved(let problem):
      log.error("what becomes of reports is not saved", metadata: ["error": "\(problem)"])
    }
  }

  private static func metadata(_ report: DueReport, _ error: String) -> Logger.Metadata {
    metadata(report, ["error": "\(error)"])
  }

  private static func metadata(_ report: DueReport, _ more: Logger.Metadata) -> Logger.Metadata {
    let own: Logger.Metadata = [
      "recipient": "\(report.recipient)", "start": "\(report.start.text)",
      "end": "\(report.end.text)", "domain": "\(report.domain ?? "")",
      "report": "\(report.number)",
    ]
    return own.merging(more) { $1 }
  }
}

extension Keeper: ReportStorage {}
