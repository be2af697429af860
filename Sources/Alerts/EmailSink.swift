import Foundation
import Languages
import MailLog
import Platform
package import Settings

/// Sends alerts by e-mail, through the mail server of this machine if no other is named.
package struct EmailSink: AlertSink {
  package struct Configuration: AlertSinkSettings {
    package static let key = "email"
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

    package func sink(_ surroundings: SinkSurroundings) -> any AlertSink {
      EmailSink(self, surroundings)
    }
  }

  package let name: String
  private let settings: Configuration
  private let surroundings: SinkSurroundings
  /// What is left to do of an event.
  private struct Rest {
    var putOff: [String]
    var refused: [String] = []
  }

  /// Of events that some have got and others not yet, by the event's number.
  private let rests = Locked<[UInt64: Rest]>([:])
  /// An event that is given up leaves its recipients behind.
  private static let restLimit = 1000

  private init(_ settings: Configuration, _ surroundings: SinkSurroundings) {
    name = settings.name
    self.settings = settings
    self.surroundings = surroundings
  }

  package func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply? {
    guard notice.isForPeople(tellsEnd: settings.tellsEnd) else { return nil }
    var mail = mail(notice)
    var rest = rests.withLock { $0[notice.number] } ?? Rest(putOff: recipients(notice))
    // Those who were still to get it are no longer in the configuration.
    guard !rest.putOff.isEmpty else { return nil }
    mail.to = rest.putOff
    let receipt = try settings.mailer.send(mail, surroundings)
    rest.putOff = receipt.putOff
    rest.refused += receipt.refused
    rests.withLock { rests in
      rests[notice.number] = rest.putOff.isEmpty ? nil : rest
      if rests.count > Self.restLimit, let oldest = rests.keys.min() { rests[oldest] = nil }
    }
    guard rest.putOff.isEmpty else {
      throw AlertSinkError(receipt.text, isRecoverable: true, rest: rest.putOff)
    }
    return DeliveryReply(receipt.text, refused: rest.refused)
  }

  /// Those that the configuration names, but for those who had it before the program was started.
  private func recipients(_ notice: AlertNotice) -> [String] {
    notice.rest.map { rest in settings.to.filter(rest.contains) } ?? settings.to
  }

  func mail(_ notice: AlertNotice) -> MailMessage {
    let alert = notice.alert
    let host = surroundings.host
    let verdict = notice.event.judgement?.verdict
    let words = AlertMail(alert: alert, language: settings.language, verdict: verdict)
    // What another sink sends is another mail, RFC 5322, section 3.6.4; a name may begin with a dot.
    let own = name.replacing(".", with: "_")
    var mail = MailMessage(
      from: settings.from ?? "submitwatch@\(host)",
      to: settings.to,
      subject: words.subject,
      id: "alert-\(notice.event.number)-\(own)",
      date: Date(),
      parts: [.init(type: "text/plain; charset=utf-8", bytes: Array(words.text.utf8))]
    )
    // The mails of one alert are one conversation.
    mail.fields = [
      ("References", "<alert-\(alert.id)-\(own)@\(host)>"), ("X-Submitwatch-Alert", alert.id),
    ]
    return mail
  }
}
