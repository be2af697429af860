import MailLog
import Settings
import TestSupport
import Testing

@testable import Alerts

/// What is said of servers that there is no safe way to.
struct TransferFailureTests {
  private let notice = AlertNotice(AlertEvent(number: 17, alert: .made("a")), json: [])

  /// Mails through a server of this machine whose name is not that of this machine.
  private func sink(_ scheme: String) throws -> any AlertSink {
    let port = try MailReceiver().port
    let settings = try Settings.parse(
      Array("alerts: {email: [{to: [a@x], server: '\(scheme)://127.1:\(port)'}]}\n".utf8),
      file: "test.yaml",
      sinks: allAlertSinks
    )
    let surroundings = SinkSurroundings(host: "mx1", agent: "submitwatch/0", isUnderJournal: false)
    return try #require(alertSinks(settings.alerts, surroundings).last)
  }

  @Test func `a server without STARTTLS is told from others, with what to do`() throws {
    let text =
      "the server offers no STARTTLS, and without it no mail goes to another machine; switch it on"
      + " there, or use smtps:// on the port where TLS comes first"
    let sink = try sink("smtp")
    #expect(throws: AlertSinkError(text, isRecoverable: true)) { _ = try sink.deliver(notice) }
  }

  @Test func `a server without TLS is told from others, with what to do`() throws {
    let sink = try sink("smtps")
    let error = try #require(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
    #expect(error.description.hasPrefix("no TLS with the server ("))
    #expect(error.description.hasSuffix("); let it speak TLS 1.2 or newer on this port"))
    #expect(error.isRecoverable)
  }

  @Test(arguments: [
    (
      "SSL certificate problem: self-signed certificate",
      "let a known authority issue it, or name its own under ca-file"
    ),
    (
      "SSL certificate problem: certificate has expired",
      "renew it, or set the clock of this machine right"
    ),
    (
      "SSL: no alternative certificate subject name matches target host name 'mx1'",
      "use the name that it is for in the address"
    ),
    (
      "server certificate expiration date has passed.",
      "renew it, or set the clock of this machine right"
    ),
  ])
  func `a certificate that is not trusted says why`(details: String, advice: String) {
    let text = "the server's certificate cannot be verified (\(details)); \(advice)"
    #expect(CertificateProblem.text(details) == text)
  }
}
