import Testing

@testable import Reports

@Suite struct VolumeReportTests {
  static let sample = {
    var log = SampleLog()
    log.send("alice@example.org", on: "2026-11-15", recipients: 2, bytes: 3000, messages: 2)
    log.send("alice@example.org", as: "news@example.net", on: "2026-11-16", messages: 5)
    log.send("bob@example.org", on: "2026-11-16", messages: 4)
    log.send("carol@example.net", on: "2026-11-16", messages: 4)
    log.send("alice@example.org", on: "2026-11-21", recipients: 1, bytes: 500, messages: 3)
    log.send("dave@example.org", on: "2026-11-22", messages: 100)
    return log
  }()

  @Test func `rows go by sender, the busiest first, equal ones by name`() throws {
    #expect(
      try Self.sample.csv(.volume) == """
        sender,domain,messages,recipients,bytes
        alice@example.org,example.org,5,7,7500
        news@example.net,example.net,5,5,5000
        bob@example.org,example.org,4,4,4000
        carol@example.net,example.net,4,4,4000

        """
    )
  }

  @Test func `rows can go by account and by domain`() throws {
    #expect(
      try Self.sample.csv(.volume) { $0.grouping = .account } == """
        account,domain,messages,recipients,bytes
        alice@example.org,example.org,10,12,12500
        bob@example.org,example.org,4,4,4000
        carol@example.net,example.net,4,4,4000

        """
    )
    #expect(
      try Self.sample.csv(.volume) { $0.grouping = .domain } == """
        domain,messages,recipients,bytes
        example.net,9,9,9000
        example.org,9,11,11500

        """
    )
  }

  @Test func `rows per day are in the order of the days`() throws {
    #expect(
      try Self.sample.csv(.volume) { $0.isPerDay = true } == """
        date,sender,domain,messages,recipients,bytes
        2026-11-15,alice@example.org,example.org,2,4,6000
        2026-11-16,news@example.net,example.net,5,5,5000
        2026-11-16,bob@example.org,example.org,4,4,4000
        2026-11-16,carol@example.net,example.net,4,4,4000
        2026-11-21,alice@example.org,example.org,3,3,1500

        """
    )
    let byDomain = try Self.sample.csv(.volume) {
      $0.isPerDay = true
      $0.grouping = .domain
      $0.sort = "-date"
    }
    #expect(
      byDomain == """
        date,domain,messages,recipients,bytes
        2026-11-21,example.org,3,3,1500
        2026-11-16,example.net,9,9,9000
        2026-11-16,example.org,4,4,4000
        2026-11-15,example.org,2,4,6000

        """
    )
  }

  @Test func `one domain can be asked for, whatever the case of its letters`() throws {
    #expect(
      try Self.sample.csv(.volume) { $0.domain = "Example.NET" } == """
        sender,domain,messages,recipients,bytes
        news@example.net,example.net,5,5,5000
        carol@example.net,example.net,4,4,4000

        """
    )
    let byAccount = try Self.sample.csv(.volume) {
      $0.domain = "example.net"
      $0.grouping = .account
    }
    #expect(
      byAccount == """
        account,domain,messages,recipients,bytes
        carol@example.net,example.net,4,4,4000

        """
    )
  }

  @Test(arguments: [
    ("sender", ["alice@example.org", "bob@example.org", "carol@example.net", "news@example.net"]),
    ("-sender", ["news@example.net", "carol@example.net", "bob@example.org", "alice@example.org"]),
    ("domain", ["news@example.net", "carol@example.net", "alice@example.org", "bob@example.org"]),
    (
      "recipients",
      ["alice@example.org", "news@example.net", "bob@example.org", "carol@example.net"]
    ),
    ("-bytes", ["bob@example.org", "carol@example.net", "news@example.net", "alice@example.org"]),
    (
      "-messages",
      ["bob@example.org", "carol@example.net", "alice@example.org", "news@example.net"]
    ),
  ]) func `rows are sorted by any column`(_ sort: String, _ order: [String]) throws {
    let lines = try Self.sample.csv(.volume) { $0.sort = sort }.split(separator: "\n").dropFirst()
    #expect(lines.map { String($0.prefix { $0 != "," }) } == order)
  }

  @Test(arguments: ["messages", "-sender", nil], [false, true]) func `a limit cuts the rows`(
    _ sort: String?,
    _ isPerDay: Bool
  ) throws {
    let all = try Self.sample.csv(.volume) {
      $0.sort = sort
      $0.isPerDay = isPerDay
    }
    let lines = all.split(separator: "\n")
    for limit in 0...lines.count {
      let some = try Self.sample.csv(.volume) {
        $0.sort = sort
        $0.isPerDay = isPerDay
        $0.limit = limit
      }
      #expect(some.split(separator: "\n") == Array(lines.prefix(limit + 1)), "limit \(limit)")
    }
  }

  @Test func `the null sender, names without a domain and unknown figures have their signs`() throws
  {
    var log = SampleLog()
    log.send("alice", as: "", on: "2026-11-15", recipients: nil)
    log.send("alice", as: "", on: "2026-11-16")
    log.send("bob@example.org", as: "", on: "2026-11-16", bytes: nil)
    log.send("carol", as: "carol@", on: "2026-11-16")
    log.send("carol", as: "carol@example.net", on: "2026-11-16")
    #expect(
      try log.csv(.volume) == """
        sender,domain,messages,recipients,bytes
        <>,(none),2,,2000
        <>,example.org,1,1,
        carol@,(none),1,1,1000
        carol@example.net,example.net,1,1,1000

        """
    )
    #expect(
      try log.csv(.volume) { $0.grouping = .account } == """
        account,domain,messages,recipients,bytes
        alice,(none),2,,2000
        bob@example.org,example.org,1,1,
        carol,(none),1,1,1000
        carol,example.net,1,1,1000

        """
    )
    #expect(
      try log.csv(.volume) { $0.domain = "(none)" } == """
        sender,domain,messages,recipients,bytes
        <>,(none),2,,2000
        carol@,(none),1,1,1000

        """
    )
    let json = try log.text(.volume, .json, log.query("2026-11-15", "2026-11-15"))
    #expect(
      json == """
        {"view":"volume","start":"2026-11-15","end":"2026-11-15","timezone":"UTC",\
        "total":{"messages":1,"recipients":null,"bytes":1000},\
        "days":[{"date":"2026-11-15","messages":1,"recipients":null,"bytes":1000}],\
        "rows":[{"sender":"<>","domain":"(none)","messages":1,"recipients":null,"bytes":1000}],\
        "next":null}

        """
    )
  }

  @Test func `the table fits the terminal and says what it leaves out`() throws {
    let query = Self.sample.query {
      $0.limit = 3
    }
    #expect(
      try Self.sample.text(.volume, .table, query, Presentation(width: 60)) == """
        Sending volume · 15 Nov – 21 Nov 2026 (UTC)
        18 messages, 20 recipients, 20.5 kB

        sender             domain       messages  recipients   bytes
        alice@example.org  example.org         5           7  7.5 kB
        news@example.net   example.net         5           5  5.0 kB
        bob@example.org    example.org         4           4  4.0 kB
        … and 1 more (--limit)

        """
    )
    #expect(
      try Self.sample.text(.volume, .table, query, Presentation(width: 30)) == """
        Sending volume · 15 Nov – 21 …
        18 messages, 20 recipients, 2…

        sender      alice@example.org
        domain      example.org
        messages    5
        recipients  7
        bytes       7.5 kB

        sender      news@example.net
        domain      example.net
        messages    5
        recipients  5
        bytes       5.0 kB

        sender      bob@example.org
        domain      example.org
        messages    4
        recipients  4
        bytes       4.0 kB
        … and 1 more (--limit)

        """
    )
  }
}
