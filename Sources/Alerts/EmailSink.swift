import Foundation
import MailLog
package import Settings

/// Sends alerts by e-mail, through the mail server of this machine if no other is named.
package struct EmailSink: AlertSink {
  package struct Configuration: SinkSettings {
    package static let key: String? = "email"
    package var name = "email"
    var to: [String] = []
    /// nil: `submitwatch` at this machine.
    var from: String?
    var mailer = Mailer(MailServer())
    /// Whether the end of an alert is told, too.
    var tellsEnd = true

    package init(_ section: Section) {
      section.text("name", Check.nameExpected, Check.name).map { name = $0 }
      to = section.texts("to", Check.addressExpected, Check.address) ?? []
      if section.entry("to") == nil { section.reportMissing("to") }
      from = section.text("from", Check.addressExpected, Check.address)
      mailer.server = MailServer(section)
      section.flag("resolved").map { tellsEnd = $0 }
    }
  }

  package let name: String
  private let settings: Configuration
  private let surroundings: SinkSurroundings

  package init(_ settings: Configuration, _ surroundings: SinkSurroundings) {
    name = settings.name
    self.settings = settings
    self.surroundings = surroundings
  }

  package func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> String {
    guard notice.isForPeople(tellsEnd: settings.tellsEnd) else { return "not sent: it is over" }
    return try settings.mailer.send(mail(notice), surroundings)
  }

  func mail(_ notice: AlertNotice) -> MailMessage {
    let alert = notice.alert
    let host = surroundings.host
    let state = alert.state == .firing ? alert.severity.rawValue : "over"
    var mail = MailMessage(
      from: settings.from ?? "submitwatch@\(host)",
      to: settings.to,
      subject: "[submitwatch] \(state): \(alert.account) (\(alert.rule.rawValue))",
      id: "alert-\(notice.event.number)",
      date: Date(),
      parts: [.init(type: "text/plain; charset=utf-8", bytes: Array(text(notice).utf8))]
    )
    // The mails of one alert are one conversation.
    mail.fields = [
      ("References", "<alert-\(alert.id)@\(host)>"), ("X-Submitwatch-Alert", alert.id),
    ]
    return mail
  }

  private func text(_ notice: AlertNotice) -> String {
    let alert = notice.alert
    var lines = [alert.state == .firing ? alert.text : "This is over: \(alert.text)", ""]
    lines += [
      "Account:   \(alert.account)", "Rule:      \(alert.rule.rawValue)",
      "Severity:  \(alert.severity.rawValue)",
      "Count:     \(alert.count) in \(alert.windowSeconds / 60) minutes"
        + " (expected: \(alert.expected))",
    ]
    if !alert.senders.isEmpty { lines += ["Senders:   \(alert.senders.joined(separator: ", "))"] }
    for client in alert.clients {
      lines.append("Network:   \(client.network), \(client.count)\(client.isNew ? ", new" : "")")
    }
    if !alert.evidence.isEmpty {
      lines += ["", "Lines of the log:"] + alert.evidence.map { "  \($0)" }
    }
    lines += [
      "", "If it was the account's owner:",
      "  submitwatch alerts verdict \(alert.id) legitimate",
      "If it was not:", "  submitwatch alerts verdict \(alert.id) compromised", "",
    ]
    return lines.joined(separator: "\r\n")
  }
}
