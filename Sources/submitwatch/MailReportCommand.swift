import ArgumentParser
import Languages
import MailLog
import Reports

/// `submitwatch mail-report`: the report by e-mail.
struct MailReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mail-report",
    abstract: "Request report: the detailed report of a period, by e-mail.",
    discussion: """
      The daemon makes the report and sends it: text and HTML, with all senders as CSV. Recipients \
      must be listed under reports.allowed-recipients. What becomes of it is in the daemon's log, \
      'journalctl -u submitwatchd'. Needs root, or the group submitwatch-admin.
      """
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Whom to send it to: one address or more.", valueName: "address")
  )
  var to: [String]

  @OptionGroup var period: PeriodOptions

  @Option(help: "Only this domain.")
  var domain: String?

  @Option(help: ArgumentHelp("The language of the mail (default: en).", valueName: "en|de|nl"))
  var language: Language?

  @OptionGroup var options: DaemonOptions

  func run() throws {
    var json = JSONWriter()
    json.object { json in
      json.array("recipients", of: to)
      json.member("start", period.start?.text)
      json.member("end", period.end?.text)
      if let days = period.days { json.member("days", days) }
      json.member("domain", domain)
      json.member("language", language?.rawValue)
    }
    let request = DaemonClient.Request(path: "/v1/mail-report", json: json.output.bytes)
    let report = try options.daemon.answer(to: request, as: RequestedReport.self)
    let recipients = report.recipients.map { plainText($0) }.joined(separator: ", ")
    let text = "the report of \(report.start) to \(report.end) is on its way to \(recipients)\n"
    _ = try StandardOutput.write(Array(text.utf8))
  }
}

/// What the daemon tells of a report that it sends.
private struct RequestedReport: Decodable {
  var recipients: [String]
  var start: String
  var end: String
}

extension Language: ExpressibleByArgument {}
