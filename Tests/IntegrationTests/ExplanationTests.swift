import Foundation
import TestSupport
import Testing

/// What `parse --explain` says of a line.
struct ExplanationTests {
  private struct Explanation: Decodable {
    var verdict: String
    var dialect: String?
  }

  @Test(arguments: [
    ("postfix", "3.10.13-dovecot-sasl/mail.log.xz"), ("exim", "4.98-debian13/mainlog.xz"),
    ("exim", "4.98-debian13/mail.log.xz"), ("sendmail", "8.18.1-debian13/mail.log.xz"),
    ("opensmtpd", "7.6.0-debian13/mail.log.xz"), ("dovecot", "2.4.1-default/mail.log.xz"),
    ("courier", "1.0.16-default/mail.log.xz"), ("qpsmtpd", "0.94-default/qpsmtpd.log.gz"),
  ])
  func `each line that is used names the server's dialect`(server: String, log: String) throws {
    let path = Fixtures.path("\(server)/\(log)")
    let run = try CommandRun(["parse", "--explain", "--log-timezone", "UTC", path])
    #expect(run.status == 0)
    let explanations = try run.text.split(separator: "\n").filter { $0.hasPrefix("{") }
      .map { try JSONDecoder().decode(Explanation.self, from: Data($0.utf8)) }
    let used = explanations.filter { $0.verdict == "used" }
    #expect(used.count > 100)
    // A Postfix that asks Dovecot has lines of both in its log.
    #expect(
      Set(used.map(\.dialect)).subtracting(["dovecot"]) == (server == "dovecot" ? [] : [server])
    )
    #expect(explanations.allSatisfy { ($0.dialect == nil) == ($0.verdict != "used") })
  }
}
