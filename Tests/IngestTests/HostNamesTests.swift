import Ingest
import MailLog
import TestSupport
import Testing

/// Several hosts in one log, as a central syslog server has it.
struct HostNamesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func count(_ log: String) throws -> [String] {
    let path = try folder.write(Array(log.utf8), to: "mail.log")
    let tally = try Tally([path], LogAnalysis.Options(now: ImportRun.now))
    return tally.messages.map { "\($0.key.account) \($0.key.tls.label) \($0.value)" }.sorted()
  }

  /// A message over TLS on a host that logs it, one without on another; process IDs are the same.
  private func log(_ first: String, _ second: String) -> String {
    """
    2026-11-21T10:00:00Z \(first) postfix/smtpd[7]: connect from x[192.0.2.1]
    2026-11-21T10:00:01Z \(first) postfix/smtpd[7]: Anonymous TLS connection established from \
    x[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
    2026-11-21T10:00:02Z \(second) postfix/smtpd[7]: connect from y[192.0.2.2]
    2026-11-21T10:00:03Z \(first) postfix/smtpd[7]: ABCDE12: client=x[192.0.2.1], \
    sasl_method=PLAIN, sasl_username=alice
    2026-11-21T10:00:03Z \(second) postfix/smtpd[7]: 12ABCDE: client=y[192.0.2.2], \
    sasl_method=PLAIN, sasl_username=bob
    2026-11-21T10:00:04Z \(first) postfix/qmgr[9]: ABCDE12: from=<a@a.example>, size=10, nrcpt=1 \
    (queue active)
    2026-11-21T10:00:04Z \(second) postfix/qmgr[9]: 12ABCDE: from=<b@b.example>, size=10, nrcpt=1 \
    (queue active)
    2026-11-21T10:00:05Z \(second) postfix/smtpd[7]: disconnect from y[192.0.2.2] ehlo=1 auth=1 \
    mail=1 rcpt=1 data=1 quit=1 commands=6

    """
  }

  @Test(arguments: [
    ("mail.a.example", "mail.b.example"), ("mail.a.example", "mail"), ("mx1", "mx2"),
    ("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2"),
  ])
  func `hosts of different names have their own processes, and their own word on TLS`(
    first: String,
    second: String
  ) throws {
    // Whether the second host logs TLS at all does not show.
    #expect(try count(log(first, second)) == ["alice 1.3 1", "bob unknown 1"])
  }

  @Test func `a name is the same in any case of its letters`() throws {
    // One process, whose lines are of two clients by turns: neither has what the other's tell of TLS.
    let counts = ["alice unknown 1", "bob unknown 1"]
    #expect(try count(log("mail.a.example", "MAIL.A.example")) == counts)
  }

  @Test func `the key of a name tells its label and its domain`() {
    func key(_ name: String) -> HostKey { HostKey(name: Array(name.utf8)) }
    #expect(key("mx1.example.net") == key("MX1.Example.NET"))
    #expect(key("mx1.example.net") != key("mx1.example.org"))
    #expect(key("mx1.example.net").label == key("mx1"))
    #expect(key("mx1.").label == key("mx1."))
    #expect(key("mx1").label == key("mx1"))
    #expect(key("192.0.2.1").label != key("192.0.2.2").label)
    for server in MailServer.allCases {
      #expect(key("mx1.example.net").logger(server).label == key("mx1").logger(server))
    }
    let loggers = MailServer.allCases.map { key("mx1").logger($0) }
    #expect(Set(loggers).count == loggers.count)
  }
}
