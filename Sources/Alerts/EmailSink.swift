import Foundation
import Languages
import MailLog
import NIOConcurrencyHelpers
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
    var language = Language.english
    /// Whether the end of an alert is told, too.
    var tellsEnd = true

    package init(_ section: Section) {
      section.text("name", Check.nameExpected, Check.name).map { name = $0 }
      to = section.addresses("to")
      from = section.text("from", Check.addressExpected, Check.address)
      mailer.server = MailServer(section)
      section.text("language", Language.expected, Language.init(rawValue:)).map { language = $0 }
      section.flag("resolved").map { tellsEnd = $0 }
    }
  }

  package let name: String
  private let settings: Configuration
  private let surroundings: SinkSurroundings
  /// Who is still to get what others have got, by the event's number.
  private let putOff = NIOLockedValueBox<[UInt64: [String]]>([:])
  /// An event that is given up leaves its recipients behind.
  private static let putOffLimit = 1000

  package init(_ settings: Configuration, _ surroundings: SinkSurroundings) {
    name = settings.name
    self.settings = settings
    self.surroundings = surroundings
  }

  package func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> String {
    guard notice.isForPeople(tellsEnd: settings.tellsEnd) else { return "not sent: it is over" }
    var mail = mail(notice)
    mail.to = putOff.withLockedValue { $0[notice.number] } ?? mail.to
    let receipt = try settings.mailer.send(mail, surroundings)
    putOff.withLockedValue { putOff in
      putOff[notice.number] = receipt.putOff.isEmpty ? nil : receipt.putOff
      if putOff.count > Self.putOffLimit, let oldest = putOff.keys.min() { putOff[oldest] = nil }
    }
    guard receipt.putOff.isEmpty else { throw AlertSinkError(receipt.text, isRecoverable: true) }
    return receipt.text
  }

  func mail(_ notice: AlertNotice) -> MailMessage {
    let alert = notice.alert
    let host = surroundings.host
    let words = AlertMail(alert: alert, language: settings.language)
    var mail = MailMessage(
      from: settings.from ?? "submitwatch@\(host)",
      to: settings.to,
      subject: words.subject,
      id: "alert-\(notice.event.number)",
      date: Date(),
      parts: [.init(type: "text/plain; charset=utf-8", bytes: Array(words.text.utf8))]
    )
    // The mails of one alert are one conversation.
    mail.fields = [
      ("References", "<alert-\(alert.id)@\(host)>"), ("X-Submitwatch-Alert", alert.id),
    ]
    return mail
  }
}
