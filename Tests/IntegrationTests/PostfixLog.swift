import Foundation

/// A log of Postfix, made by hand.
struct PostfixLog {
  private(set) var bytes: [UInt8] = []
  private var count = 0

  mutating func line(_ program: String, _ text: [UInt8], day: String = "2026-11-21") {
    let clock = String(format: "10:%02d:%02d", count / 60 % 60, count % 60)
    let head = "\(day)T\(clock).123456+00:00 mx1 postfix/\(program): "
    bytes += Array(head.utf8) + text + [10]
    count += 1
  }

  /// One session with one accepted message.
  mutating func message(
    login: [UInt8],
    sender: [UInt8],
    day: String = "2026-11-21",
    tls: String? = "TLSv1.3"
  ) {
    let client = "client.example[192.0.2.10]"
    let id = String(format: "%08XF", count)
    line("submission/smtpd[7]", Array("connect from \(client)".utf8), day: day)
    if let tls {
      let text =
        "Anonymous TLS connection established from \(client): \(tls) with cipher X (1/1 bits)"
      line("submission/smtpd[7]", Array(text.utf8), day: day)
    }
    let start = "\(id): client=\(client), sasl_method=PLAIN, sasl_username="
    line("submission/smtpd[7]", Array(start.utf8) + login, day: day)
    let end = ">, size=1000, nrcpt=2 (queue active)"
    line("qmgr[5]", Array("\(id): from=<".utf8) + sender + Array(end.utf8), day: day)
    line("submission/smtpd[7]", Array("disconnect from \(client) commands=9".utf8), day: day)
  }

  mutating func message(_ login: String, day: String = "2026-11-21", tls: String? = "TLSv1.3") {
    message(login: Array(login.utf8), sender: Array(login.utf8), day: day, tls: tls)
  }
}
