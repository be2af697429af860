import Counters
import MailLog
import TestSupport
import Testing

@testable import Reports

@Suite struct CutoffReportTests {
  static let sample = {
    var log = SampleLog()
    log.send("alice@example.org", on: "2026-11-15", hour: 9, tls: .tls10, client: "192.0.2.1")
    log.send("alice@example.org", on: "2026-11-16", tls: .tls13, messages: 8)
    log.send("alice@example.org", on: "2026-11-17", hour: 8, tls: .none, client: "2001:db8::1")
    log.send("bob@example.org", on: "2026-11-18", tls: .tls12, messages: 3)
    log.send("carol@example.net", on: "2026-11-19", tls: .tls11, messages: 2)
    log.send("dave@example.org", on: "2026-11-20", tls: .unknown)
    return log
  }()

  @Test func `accounts below TLS 1.2 are listed with their last message`() throws {
    #expect(
      try Self.sample.csv(.cutoff) == """
        account,messages,below,last,version,client
        alice@example.org,10,2,2026-11-17T08:00:00Z,none,2001:db8::1
        carol@example.net,2,2,2026-11-19T12:00:00Z,1.1,192.0.2.10

        """
    )
  }

  @Test(arguments: [
    ("ssl3", ["alice@example.org"]), ("1.0", ["alice@example.org"]),
    ("1.1", ["alice@example.org"]), ("1.2", ["alice@example.org", "carol@example.net"]),
    ("1.3", ["alice@example.org", "bob@example.org", "carol@example.net"]),
  ]) func `the minimum decides who is listed`(_ minimum: String, _ accounts: [String]) throws {
    let csv = try Self.sample.csv(.cutoff) {
      $0.minimum = TLSVersion(label: minimum) ?? .unknown
    }
    let lines = csv.split(separator: "\n").dropFirst()
    #expect(lines.map { String($0.prefix { $0 != "," }) } == accounts)
  }

  @Test func `rows per day name the last message on its own day only`() throws {
    #expect(
      try Self.sample.csv(.cutoff) { $0.isPerDay = true } == """
        date,account,messages,below,last,version,client
        2026-11-15,alice@example.org,1,1,2026-11-15T09:00:00Z,1.0,192.0.2.1
        2026-11-17,alice@example.org,1,1,2026-11-17T08:00:00Z,none,2001:db8::1
        2026-11-19,carol@example.net,2,2,2026-11-19T12:00:00Z,1.1,192.0.2.10

        """
    )
  }

  @Test func `domains are those of the accounts`() throws {
    var log = Self.sample
    log.send("alice@example.org", as: "x@example.com", on: "2026-11-18", tls: .tls10)
    #expect(
      try log.csv(.cutoff) { $0.grouping = .domain } == """
        domain,messages,below,last,version,client
        example.org,15,3,2026-11-18T12:00:00Z,1.0,192.0.2.10
        example.net,2,2,2026-11-19T12:00:00Z,1.1,192.0.2.10

        """
    )
  }

  @Test func `a period before an account's last message has none, whatever its other versions`()
    throws
  {
    var log = SampleLog()
    log.send("a@x", on: "2026-11-15", tls: .tls11)
    log.send("a@x", on: "2026-11-16", tls: .tls10)
    log.send("a@x", on: "2026-11-18", tls: .tls10, client: "192.0.2.1")
    for (end, last) in [
      // Of TLS 1.0, which came last until then, the last message is a later one.
      ("2026-11-16", ",,"), ("2026-11-18", "2026-11-18T12:00:00Z,1.0,192.0.2.1"),
      ("2026-11-15", "2026-11-15T12:00:00Z,1.1,192.0.2.10"),
    ] {
      for grouping in [Grouping.account, .domain] {
        var query = log.query("2026-11-15", end)
        query.grouping = grouping
        let line = try log.text(.cutoff, .csv, query).split(separator: "\n")[1]
        #expect(line.hasSuffix(",\(last)"), "\(end) by \(grouping)")
      }
    }
  }

  @Test func `the last message of an account that sent in several domains is of none of them`()
    throws
  {
    var log = SampleLog()
    log.send("bob", as: "bob@x.example", on: "2026-11-15", tls: .tls11)
    log.send("bob", as: "bob@y.example", on: "2026-11-16", tls: .tls10)
    log.send("carol", as: "carol@y.example", on: "2026-11-16", tls: .tls13)
    let whole = try log.csv(.cutoff)
    #expect(whole.hasSuffix("\nbob,2,2,2026-11-16T12:00:00Z,1.0,192.0.2.10\n"))
    #expect(try log.csv(.cutoff) { $0.domain = "x.example" }.hasSuffix("\nbob,1,1,,,\n"))
    let byDomain = try log.csv(.cutoff) { $0.grouping = .domain }
    #expect(byDomain.contains("\nx.example,1,1,,,\n") && byDomain.contains("\ny.example,2,1,,,\n"))
  }

  @Test(arguments: [
    ("below", "alice"), ("last", "carol"), ("version", "alice"), ("-version", "carol"),
    ("-messages", "carol"), ("-account", "carol"), ("-last", "alice"),
  ]) func `rows are sorted by any column`(_ sort: String, _ first: String) throws {
    let lines = try Self.sample.csv(.cutoff) { $0.sort = sort }.split(separator: "\n")
    #expect(lines[1].hasPrefix(first))
    #expect(lines.count == 3)
  }

  @Test func `the JSON says null where the last message is not known`() throws {
    var log = SampleLog()
    let account = log.counters.names.intern("eve")
    // The session is still open: whether it really had no TLS is not certain yet.
    var message = Submission.made(at: .on("2026-11-15"), account: account, tls: .none)
    message.isProvisional = true
    log.counters.record(message)
    #expect(
      try log.text(.cutoff, .json, log.query("2026-11-15", "2026-11-15")) == """
        {"view":"cutoff","start":"2026-11-15","end":"2026-11-15","timezone":"UTC",\
        "total":{"minimum":"1.2","accounts":1,"messages":1,"below":1},\
        "days":[{"date":"2026-11-15","messages":1,"below":1}],\
        "rows":[{"account":"eve","messages":1,"below":1,"last":null,"version":null,"client":null}],\
        "next":null}

        """
    )
    #expect(try log.csv(.cutoff).hasSuffix("\neve,1,1,,,\n"))
  }

  @Test func `times are on the clock of the report's zone, summer and winter`() throws {
    // Europe/Berlin in 2026: summer time from 29 March to 25 October.
    let berlin = ZoneRules(
      name: "Europe/Berlin",
      transitions: [1_774_746_000, 1_792_890_000],
      offsets: [3600, 7200, 3600]
    )
    var log = SampleLog(zone: berlin)
    log.send("a", on: "2026-10-24", hour: 23, tls: .none)
    log.send("b", on: "2026-10-25", hour: 0, tls: .none)
    log.send("c", on: "2026-10-25", hour: 1, tls: .none)
    log.send("d", on: "2026-10-25", hour: 23, tls: .none)
    #expect(
      try log.text(.cutoff, .csv, log.query("2026-10-25", "2026-10-25")) == """
        account,messages,below,last,version,client
        a,1,1,2026-10-25T01:00:00+02:00,none,192.0.2.10
        b,1,1,2026-10-25T02:00:00+02:00,none,192.0.2.10
        c,1,1,2026-10-25T02:00:00+01:00,none,192.0.2.10

        """
    )
  }

  @Test func `the table counts accounts and messages`() throws {
    #expect(
      try Self.sample.text(.cutoff, .table, Self.sample.query(), Presentation(width: 80)) == """
        Cut off below TLS 1.2 · 15 Nov – 21 Nov 2026 (UTC)
        2 accounts, 4 of 16 messages (25.0%)
        ! TLS is not logged for 1 message (6.3%). Postfix: smtpd_tls_loglevel=1;
          Dovecot: %k in login_log_format_elements

        account            messages  below  last                 version  client
        alice@example.org        10      2  2026-11-17 08:00:00  none     2001:db8::1
        carol@example.net         2      2  2026-11-19 12:00:00  1.1      192.0.2.10

        """
    )
  }
}
