import Dialects
import MailLog
import Testing

/// What stands in front of a message, line by line.
struct FramingTests {
  private static let message = "connect from unknown[192.0.2.1]"

  /// The front of a line, and the time it means.
  static let fronts: [(front: String, time: String)] = [
    ("Nov  9 10:00:01 mx1 postfix/smtpd[7]: ", "2024-11-09T10:00:01"),
    ("Nov 09 10:00:01 mx1 postfix/smtpd[7]: ", "2024-11-09T10:00:01"),
    ("Nov 19 10:00:01 mx1 postfix/smtpd[7]: ", "2024-11-19T10:00:01"),
    ("Feb 29 23:59:60 mx1 postfix/smtpd[7]: ", "2024-03-01T00:00:00"),
    ("<22>Nov  9 10:00:01 mx1 postfix/smtpd[7]: ", "2024-11-09T10:00:01"),
    ("Nov  9 10:00:01 mx1 postfix/smtpd[7]: [ID 197553 mail.info] ", "2024-11-09T10:00:01"),
    ("2026-11-09T10:00:01Z mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01Z"),
    ("2026-11-09T10:00:01+01:00 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01+01:00"),
    ("2026-11-09T10:00:01+0100 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01+01:00"),
    ("2026-11-09T10:00:01+01 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01+01:00"),
    ("2026-11-09T10:00:01-09:30 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01-09:30"),
    ("2026-11-09T10:00:01-00:30 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01-00:30"),
    ("2026-11-09T10:00:01.5Z mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01.5Z"),
    ("2026-11-09T10:00:01,123+0100 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01.123+01:00"),
    (
      "2026-11-09T10:00:01.123456+01:00 mx1 postfix/smtpd[7]: ",
      "2026-11-09T10:00:01.123456+01:00"
    ),
    (
      "2026-11-09T10:00:01.123456789Z mx1 postfix/smtpd[7]: ",
      "2026-11-09T10:00:01.123456789Z"
    ),
    (
      "2026-11-09T10:00:01.1234567891Z mx1 postfix/smtpd[7]: ",
      "2026-11-09T10:00:01.123456789Z"
    ),
    ("2026-11-09T10:00:01 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01"),
    ("2026-11-09T10:00:01.250 mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01.250"),
    ("2026-12-31T23:59:60Z mx1 postfix/smtpd[7]: ", "2027-01-01T00:00:00Z"),
    ("<22>2026-11-09T10:00:01Z mx1 postfix/smtpd[7]: ", "2026-11-09T10:00:01Z"),
    ("<22>1 2026-11-09T10:00:01.1Z mx1 postfix/smtpd 7 - - ", "2026-11-09T10:00:01.1Z"),
    ("<22>1 2026-11-09T10:00:01.1Z mx1 postfix/smtpd 7 - -  ", "2026-11-09T10:00:01.1Z"),
    ("<22>1 2026-11-09T10:00:01Z mx1 postfix 7 - - ", "2026-11-09T10:00:01Z"),
    (
      "<22>1 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 ID47 [a@1 k=\"v\\]\"] ",
      "2026-11-09T10:00:01Z"
    ),
    (
      "<22>1 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 - [a@1 k=\"x \\\"] y\"][b@2][c d=\"\\\\\"] ",
      "2026-11-09T10:00:01Z"
    ),
    ("<22>1 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 - - \u{feff}", "2026-11-09T10:00:01Z"),
    (
      "<22>1 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 - [a@1 k=\"v\"] \u{feff}",
      "2026-11-09T10:00:01Z"
    ),
    ("@400000006af199ab0000007b postfix/smtpd[7]: ", "2026-11-09T10:00:01.000000123Z"),
    (
      "@400000006af199ab0000007b 2026-11-09T10:00:01Z mx1 postfix/smtpd[7]: ",
      "2026-11-09T10:00:01Z"
    ),
  ]

  @Test(arguments: fronts)
  func `a message is found behind any front`(front: String, time: String) throws {
    let line = front + Self.message
    for ending in ["\n", "\r\n", "", "\n\n"] {
      let parsed = Parsed(block: (line + ending).utf8)
      let event = try #require(parsed.events.first, "\(parsed.passedOver)")
      #expect(event.kind == .connected)
      #expect(event.client == "unknown[192.0.2.1]")
      #expect(event.time == time)
      #expect(event.pid == 7)
      #expect(parsed.events.count == 1)
      #expect(Parsed(stream: (line + ending).utf8).events == parsed.events)
    }
  }

  @Test func `hosts are told apart by their names, and their labels are kept`() {
    let hosts = ["mx1", "MX1", "mx1.example.net", "mx2", "192.0.2.1", "192.0.2.2", "2001:db8::1"]
    let lines = hosts.map { "Nov  9 10:00:01 \($0) postfix/smtpd[7]: \(Self.message)\n" }
    let found = Parsed(block: lines.joined().utf8).events.map(\.host)
    #expect(found.count == hosts.count)
    #expect(found[0] == found[1] && found[0] == found[2].label)
    #expect(Set(found).count == 6)
  }

  @Test func `a line of Dovecot's standard error has the stamp of who wrote it down`() throws {
    let login = """
      submission-login: Info: Login: user=<a@example.org>, method=PLAIN, rip=192.0.2.1, \
      lip=192.0.2.9, mpid=591, TLS, session=<QtVdpc9greF/q1js>
      """
    let docker = "{\"log\":\"\(login)\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-09T10:00:01Z\"}"
    for line in ["@400000006af199ab00000000 \(login)", docker] {
      let event = try #require(Parsed(stream: (line + "\n").utf8).events.first)
      #expect(event.kind == .authenticated)
      #expect(event.time.hasPrefix("2026-11-09T10:00:01"))
    }
  }

  @Test func `a line of OpenSMTPD's standard error has the stamp of who wrote it down`() throws {
    for message in [
      "2ebd59af1c25d7cb smtp connected address=192.0.2.1 host=c.example",
      "smtp-in: New session 2ebd59af1c25d7cb from host c.example [192.0.2.1]",
    ] {
      let docker =
        "{\"log\":\"\(message)\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-09T10:00:01Z\"}"
      let lines = [
        "@400000006af199ab00000000 \(message)", docker,
        "2026-11-09T10:00:01.000000001Z stderr F \(message)",
      ]
      for line in lines {
        let event = try #require(Parsed(stream: (line + "\n").utf8).events.first)
        #expect(event.kind == .connected)
        #expect(event.time.hasPrefix("2026-11-09T10:00:01"))
      }
      // Without one it has no time.
      #expect(Parsed(block: (message + "\n").utf8).events.isEmpty)
    }
  }

  /// Fronts with a time that does not exist.
  static let impossible = [
    "Nov 31 10:00:01", "Feb 30 10:00:01", "Nov  0 10:00:01", "Nov 00 10:00:01",
    "Nov  9 24:00:00", "Nov  9 10:60:00", "Nov  9 10:00:61", "Nov 9  10:00:01",
    "Nuv  9 10:00:01", "nov  9 10:00:01", "Nov x9 10:00:01", "Nov 9x 10:00:01",
    "2026-02-29T10:00:01Z", "2100-02-29T10:00:01Z", "2026-13-09T10:00:01Z",
    "2026-00-09T10:00:01Z", "2026-11-00T10:00:01Z", "2026-11-31T10:00:01Z",
    "2026-11-09T24:00:00Z", "2026-11-09T10:60:00Z", "2026-11-09T10:00:61Z",
    "2026-11-09T10:00:01.Z", "2026-11-09T10:00:01+24:00", "2026-11-09T10:00:01+01:60",
    "2026-11-09T10:00:01+1:00", "2026-11-09T10:00:01z", "2026-11-09T10:00:01.123456+0x:00",
    "2026-11-09T10:00:01.12345x+01:00", "2026-11-09T10:00:0x.123456+01:00",
    "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "2026x11-09T10:00:01.123456+01:00",
  ]

  @Test(arguments: impossible)
  func `a time that does not exist is no event`(stamp: String) {
    let line = "\(stamp) mx1 postfix/smtpd[7]: \(Self.message)"
    let possible = "2026-11-09T10:00:01.123456+01:00 mx1 postfix/smtpd[7]: \(Self.message)"
    // Behind a line of the same minute, and alone.
    #expect(Parsed(block: "\(possible)\n\(line)\n\(possible)\n".utf8).events.count == 2)
    let parsed = Parsed(block: (line + "\n").utf8)
    #expect(parsed.events.isEmpty)
    let reasons: [PassedOver: Int] = [.impossibleDate: 1]
    #expect(parsed.passedOver == reasons || parsed.passedOver == [.unknownFraming: 1])
  }

  /// Lines that are no log lines, and why.
  static let passedOver: [(line: String, reason: PassedOver)] = [
    ("", .blank), ("\r", .blank), ("no stamp at all", .unknownFraming), ("<22>", .unknownFraming),
    ("<22", .unknownFraming), ("Nov  9 10:00:01", .unknownFraming),
    ("@400000006af199ab0000007b", .unknownFraming), ("@400000006af199ab0000007b ", .blank),
    ("@400000006af199ab3b9aca00 postfix/smtpd[7]: connect from u[192.0.2.1]", .unknownFraming),
    ("@c00000006af199ab0000007b postfix/smtpd[7]: connect from u[192.0.2.1]", .unknownFraming),
    ("@80000000000000000000007b postfix/smtpd[7]: connect from u[192.0.2.1]", .unknownFraming),
    ("@ffffffffffffffff0000007b postfix/smtpd[7]: connect from u[192.0.2.1]", .unknownFraming),
    ("@00000000000000000000007b postfix/smtpd[7]: connect from u[192.0.2.1]", .unknownFraming),
    ("@400000006Af199ab0000007b postfix/smtpd[7]: connect from u[192.0.2.1]", .unknownFraming),
    (String(repeating: "@400000006af199ab0000007b ", count: 2000), .noProgram),
    ("Nov  9 10:00:01 mx1", .noProgram), ("Nov  9 10:00:01 mx1 ", .noProgram),
    ("Nov  9 10:00:01 imap-login: Info: Login", .otherProgram),
    ("Nov  9 10:00:01 mx1 --MARK--", .noProgram),
    ("Nov  9 10:00:01 mx1 sshd[7]: connect from unknown[192.0.2.1]", .otherProgram),
    ("Nov  9 10:00:01 mx1 postfix/smtp[7]: connect from unknown[192.0.2.1]", .delivery),
    ("Nov  9 10:00:01 mx1 postfix/anvil[7]: statistics: x", .otherMailProgram),
    ("Nov  9 10:00:01 mx1 postfix/smtpd[7]: idle", .notAboutSubmission),
    ("<22>1 - mx1 postfix/smtpd 7 - - connect from unknown[192.0.2.1]", .impossibleDate),
    (
      "<22>1 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 - [a connect from x[192.0.2.1]",
      .unknownFraming
    ),
    ("<22>1 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 -", .unknownFraming),
    ("<22>1 2026-11-09T10:00:01Z", .unknownFraming),
    (
      "<22>2 2026-11-09T10:00:01Z mx1 postfix/smtpd 7 - - connect from u[192.0.2.1]",
      .unknownFraming
    ),
  ]

  @Test(arguments: passedOver)
  func `every line that is of no use has its reason`(line: String, reason: PassedOver) {
    let parsed = Parsed(block: (line + "\n").utf8)
    #expect(parsed.events.isEmpty)
    #expect(parsed.passedOver == [reason: 1])
  }

  @Test func `a stamp means the same whatever lines stand before it`() {
    // The parser remembers the last minute and zone: every order of every two stamps.
    let stamps = [
      "2026-11-09T10:00:01.123456+01:00", "2026-11-09T10:00:59.000000+01:00",
      "2026-11-09T10:00:01.123456+02:00", "2026-11-09T10:00:01.123456-01:00",
      "2026-11-09T10:01:01.123456+01:00", "2026-11-09T10:00:01.12345600000Z",
      "2026-11-09T10:00:01.123456789+01", "2026-11-09T10:00:01Z", "2026-11-09T10:00:01",
      "2026-11-10T10:00:60.999999+01:00", "2025-11-09T10:00:01.1+01:00", "Nov  9 10:00:01",
    ]
    let lines = stamps.map { "\($0) mx1 postfix/smtpd[7]: \(Self.message)\n" }
    let alone = lines.map { Parsed(block: $0.utf8).events }
    for (first, line) in lines.enumerated() {
      for (second, other) in lines.enumerated() {
        let text = line + other + line
        let expected = alone[first] + alone[second] + alone[first]
        #expect(Parsed(block: text.utf8).events == expected, "\(stamps[first]), \(stamps[second])")
      }
    }
    #expect(Set(alone.flatMap { $0 }.map(\.time)).count == stamps.count)
  }
}
