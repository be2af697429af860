import Alerts
import Foundation
import HTTPAPI
import Languages
import MailLog
import Reports
import Settings

/// Makes reports into mails, of the figures that there are at that moment, and hands them on.
struct ReportMailer: Sendable {
  private let settings: Settings.Reports
  private let surroundings: SinkSurroundings

  init(
    _ settings: Settings.Reports,
    isStopping: @escaping @Sendable () -> Bool
  ) {
    self.settings = settings
    var surroundings = SinkSurroundings(
      host: ProcessInfo.processInfo.hostName,
      agent: programAgent,
      isUnderJournal: ServiceManager.takesErrors,
      isStopping: isStopping
    )
    // A hundred thousand senders are some megabytes, for a scanner to look through.
    surroundings.mailLimit = .seconds(120)
    self.surroundings = surroundings
  }

  /// Sends a report; blocks.
  func send(_ due: DueReport, of published: Published) throws(AlertSinkError) -> String {
    let report: MailReport
    do {
      report = try self.report(due, published)
    } catch {
      throw AlertSinkError(error.description, isRecoverable: false)
    }
    return try Mailer(settings.server).send(mail(report, due), surroundings).text
  }

  private func report(
    _ due: DueReport,
    _ published: Published
  ) throws(ReportError) -> MailReport {
    var query = ReportQuery(start: due.start, end: due.end, zone: published.zone)
    query.domain = due.domain
    return try MailReport(
      published.counters,
      query,
      language: Language(rawValue: due.language) ?? .english,
      firstDay: published.firstDay,
      host: surroundings.host,
      alerts: published.alerts.map(\.alert)
    )
  }

  private func mail(_ report: MailReport, _ due: DueReport) -> MailMessage {
    let shown = MailMessage.Part(alternatives: [
      .init(type: "text/plain; charset=utf-8", text: report.text()),
      .init(type: "text/html; charset=utf-8", text: report.html()),
    ])
    let files = report.attachments.map { file in
      MailMessage.Part(type: "text/csv; charset=utf-8", bytes: file.bytes, fileName: file.name)
    }
    var mail = MailMessage(
      from: settings.from ?? "submitwatch@\(surroundings.host)",
      to: [due.recipient],
      subject: report.subject,
      id: "report-\(due.number)",
      date: Date(),
      parts: [shown] + files
    )
    mail.fields = [("Content-Language", report.language.rawValue)]
    return mail
  }
}
