import Counters
import MailLog
import Testing

@testable import Reports

@Suite struct InsightTests {
  static let sample = {
    var log = SampleLog()
    for (number, day) in ["15", "16", "17", "18", "19", "20", "21"].enumerated() {
      let busy = UInt32(number * 10)
      log.send("alice@example.org", on: "2026-11-\(day)", messages: 20 + busy)
      log.send("bob@example.org", on: "2026-11-\(day)", tls: .tls12, messages: 12)
      if number % 3 == 0 {
        log.send("printer@example.org", on: "2026-11-\(day)", tls: .none, messages: 2)
      }
    }
    log.fail("root", on: "2026-11-18", client: "192.0.2.1", attempts: 30)
    log.fail("admin", on: "2026-11-19", client: "198.51.100.1", attempts: 12)
    return log
  }()

  @Test func `a sender is one of the busiest once, whatever domains its accounts have`() throws {
    var log = SampleLog()
    log.send("alice@example.org", as: "<>", on: "2026-11-21", messages: 3)
    log.send("bob@example.net", as: "<>", on: "2026-11-21", messages: 2)
    let report = try InsightReport(log.counters.snapshot, log.query())
    #expect(report.busiest.map(\.sums.messages) == [5])
    #expect(report.count == 1)
  }

  @Test(arguments: [Grouping.sender, .account])
  func `a name without a domain has that of its counterparts, if it is one`(
    grouping: Grouping
  ) throws {
    var log = SampleLog()
    let counterparts = [["one.example"], ["one.example", "two.example"], []]
    for (number, domains) in counterparts.enumerated() {
      for other in domains.map({ "x@\($0)" }) + (domains.isEmpty ? ["y"] : []) {
        let name = "plain\(number)"
        let isAccount = grouping == .account
        log.send(isAccount ? name : other, as: isAccount ? other : name, on: "2026-11-21")
      }
    }
    var query = log.query()
    query.grouping = grouping
    let report = try InsightReport(log.counters.snapshot, query)
    let domains = report.busiest.map { busy in
      String(decoding: report.names.name(busy.row) + [0x20], as: UTF8.self)
        + String(decoding: report.names.domain(busy.row), as: UTF8.self)
    }
    #expect(domains.sorted() == ["plain0 one.example", "plain1 (none)", "plain2 (none)"])
  }

  @Test func `the picture at 80 columns`() throws {
    let text = try Self.sample.text(
      .insight,
      .table,
      Self.sample.query(),
      Presentation(width: 80)
    )
    #expect(
      text == """
        SMTP AUTH clients · 15 Nov – 21 Nov 2026 (UTC)

          3            3            440          440          440.0 kB     42
          accounts     senders      messages     recipients   sent         failed AUTH

          Messages per day
          Sun 15 Nov  █████████████▓▓▓▓▓▓▓▓!                                          34
          Mon 16 Nov  ████████████████████▓▓▓▓▓▓▓▓                                    42
          Tue 17 Nov  ██████████████████████████▓▓▓▓▓▓▓▓                              52
          Wed 18 Nov  █████████████████████████████████▓▓▓▓▓▓▓▓!                      64
          Thu 19 Nov  ███████████████████████████████████████▓▓▓▓▓▓▓▓                 72
          Fri 20 Nov  ██████████████████████████████████████████████▓▓▓▓▓▓▓▓          82
          Sat 21 Nov  █████████████████████████████████████████████████████▓▓▓▓▓▓▓▓!  94

          TLS
          █ TLS 1.3  ███████████████████████████████████████████             79.5% (350)
          ▓ TLS 1.2  ▓▓▓▓▓▓▓▓▓▓                                               19.1% (84)
          ! no TLS   !                                                          1.4% (6)

          Busiest senders      messages  share  per day  TLS         recipients
          alice@example.org         350  79.5%  ▂▃▄▅▆▇█  ██████████         350
          bob@example.org            84  19.1%  ███████  ▓▓▓▓▓▓▓▓▓▓          84
          printer@example.org         6   1.4%  █··█··█  !!!!!!!!!!           6

          What to do next
          ! 1 account sent without TLS or below TLS 1.2 (6 messages):
            submitwatch analyze --view cutoff FILE…
          ! 1 account sent without any TLS: the password may have been readable on the
            way.
          – 42 failed AUTH from 2 networks, 30 of them from 192.0.2.0/24:
            submitwatch analyze --view failures --by network FILE…

        """
    )
  }

  @Test(arguments: ["2026-11-21", "2026-11-15", "2026-08-24", "2025-11-22"], [Style.plain, .ansi])
  func `no line is wider than the terminal`(_ start: String, _ style: Style) throws {
    var log = Self.sample
    let wide = String(repeating: "日本", count: 30)
    log.send(wide + "@example.org", on: "2026-11-21", tls: .tls11, recipients: nil, messages: 500)
    log.send("", as: "", on: "2026-10-01", tls: .ssl3, messages: 4_000_000_000)
    for view in ReportView.allCases {
      for width in [20, 30, 40, 60, 80, 109, 110, 160, 300] {
        let query = log.query(start, "2026-11-21") { $0.idleDays = 1 }
        let presentation = Presentation(width: width, style: style)
        let text = try log.text(view, .table, query, presentation)
        for line in text.split(separator: "\n") {
          let shown = line.replacing(/\u{1b}\[[0-9;]*m/, with: "")
          #expect(TerminalText.width(String(shown)) <= width, "\(view) at \(width): \(line)")
        }
      }
    }
  }

  @Test func `colours add nothing but colours`() throws {
    let plain = try Self.sample.text(.tls, .table, Self.sample.query(), Presentation(width: 80))
    let colored = try Self.sample.text(
      .tls,
      .table,
      Self.sample.query(),
      Presentation(width: 80, style: .ansi)
    )
    #expect(colored != plain)
    #expect(colored.replacing(/\u{1b}\[[0-9;]*m/, with: "") == plain)
  }

  @Test func `the JSON has key figures, days and the busiest`() throws {
    let query = Self.sample.query("2026-11-15", "2026-11-15") { $0.limit = 1 }
    #expect(
      try Self.sample.text(.insight, .json, query) == """
        {"view":"insight","start":"2026-11-15","end":"2026-11-15","timezone":"UTC",\
        "total":{"accounts":3,"senders":3,"messages":34,"recipients":34,"bytes":34000,\
        "tls":{"none":2,"ssl3":0,"1.0":0,"1.1":0,"1.2":12,"1.3":20,"unknown":0},\
        "percent":{"none":5.9,"ssl3":0,"1.0":0,"1.1":0,"1.2":35.3,"1.3":58.8,"unknown":0},\
        "failures":0,"cutoff":{"minimum":"1.2","accounts":1,"below":2}},\
        "days":[{"date":"2026-11-15","messages":34,"recipients":34,"bytes":34000,\
        "tls":{"none":2,"ssl3":0,"1.0":0,"1.1":0,"1.2":12,"1.3":20,"unknown":0}}],\
        "rows":[{"sender":"alice@example.org","domain":"example.org","messages":20,\
        "recipients":20,"bytes":20000,\
        "tls":{"none":0,"ssl3":0,"1.0":0,"1.1":0,"1.2":0,"1.3":20,"unknown":0},\
        "percent":{"none":0,"ssl3":0,"1.0":0,"1.1":0,"1.2":0,"1.3":100,"unknown":0}}],\
        "next":null,"alerts":[]}

        """
    )
  }

  @Test(arguments: [
    (TLSVersion.tls13, "Nothing: every message came over TLS 1.2 or later."),
    (
      .unknown,
      "TLS is not logged. Postfix: smtpd_tls_loglevel=1; Dovecot: %k in login_log_format_elements"
    ),
    (.tls10, "1 account sent without TLS or below TLS 1.2 (1 message)"),
  ]) func `what to do follows from the figures`(_ version: TLSVersion, _ text: String) throws {
    var log = SampleLog()
    log.send("a@x", on: "2026-11-21", tls: version)
    let shown = try log.text(.insight, .table, log.query(), Presentation(width: 200))
    #expect(shown.contains(text))
  }

  @Test(arguments: [nil, "a.example", "b.example"])
  func `who is said to be cut off is whom the command that is named lists`(domain: String?) throws {
    var log = SampleLog()
    log.send("alice@a.example", as: "news@b.example", on: "2026-11-21", tls: .tls10, messages: 3)
    log.send("bob@b.example", on: "2026-11-21")
    let query = log.query { $0.domain = domain }
    let cutoff = try log.text(.cutoff, .json, query)
    let expected = domain == "b.example" ? ("0", "0") : ("1", "3")
    #expect(cutoff.contains(#""total":{"minimum":"1.2","accounts":\#(expected.0),"messages":"#))
    #expect(
      try log.text(.insight, .json, query).contains(
        #""cutoff":{"minimum":"1.2","accounts":\#(expected.0),"below":\#(expected.1)}"#
      )
    )
  }

  @Test func `messages of a domain's senders are told of, whosever accounts they came from`() throws
  {
    var log = SampleLog()
    log.send("alice@a.example", as: "news@b.example", on: "2026-11-21", tls: .tls10, messages: 3)
    let query = log.query { $0.domain = "b.example" }
    let text = try log.text(.insight, .table, query, Presentation(width: 200))
    let advice = """
        ! 3 messages of accounts of other domains came without TLS or below TLS 1.2:
          submitwatch analyze --view tls FILE…

      """
    #expect(text.hasSuffix(advice))
  }

  @Test func `a narrow terminal shows all of a command`() throws {
    let query = Self.sample.query {
      $0.limit = 1
      $0.grouping = .account
    }
    let presentation = Presentation(width: 40, origin: .daemon)
    let text = try Self.sample.text(.insight, .table, query, presentation)
    #expect(
      text.contains(
        """
          … and 2 more: submitwatch report
            volume --by account

        """
      )
    )
  }

  @Test func `the commands are those of the place that the figures come from`() throws {
    let log = Self.sample
    let files = try log.text(.insight, .table, log.query(), Presentation(width: 200))
    #expect(files.contains("submitwatch analyze --view cutoff FILE…"))
    #expect(files.contains("submitwatch analyze --view failures --by network FILE…"))
    let presentation = Presentation(width: 200, origin: .daemon)
    let daemon = try log.text(.insight, .table, log.query(), presentation)
    #expect(daemon.contains("submitwatch cutoff 1.2\n"))
    #expect(daemon.contains("submitwatch failures --by network\n"))
  }

  @Test func `nothing counted says so`() throws {
    let log = SampleLog()
    #expect(
      try log.text(.insight, .table, log.query("2026-11-21", "2026-11-21"), Presentation(width: 80))
        == """
        SMTP AUTH clients · 21 Nov 2026 (UTC)

          0            0            0            0            0 B          0
          accounts     senders      messages     recipients   sent         failed AUTH

          No authenticated submission in this period. Other days: --start and --end.

        """
    )
  }

  @Test func `days become weeks and months as the period grows`() throws {
    let end = try #require(CivilDate("2026-11-21"))
    let spans = [
      (1, "day", 1), (31, "day", 31), (32, "week", 5), (90, "week", 13), (365, "month", 13),
    ]
    for (days, unit, count) in spans {
      let buckets = Buckets(start: end.advanced(by: 1 - days), end: end)
      #expect(buckets.unit.rawValue == unit)
      #expect(buckets.starts.count == count)
      #expect(buckets.labels.count == count)
      #expect(buckets.index(of: end) == count - 1)
    }
  }

  @Test func `bars share out their width and leave nobody out`() {
    #expect(Bars.split(10, by: [1, 1]) == [5, 5])
    #expect(Bars.split(10, by: [1000, 1, 0]) == [9, 1, 0])
    #expect(
      Bars.split(2, by: [5, 5, 5]) == [1, 1, 0] || Bars.split(2, by: [5, 5, 5]).reduce(0, +) == 2
    )
    for width in 0...40 {
      for parts: [UInt64] in [[1, 2, 3], [100, 1, 1, 1, 1, 1, 1], [7], [0, 0, 9]] {
        #expect(Bars.split(width, by: parts).reduce(0, +) == width)
      }
    }
    #expect(Bars.split(10, by: [0, 0]) == [0, 0])
    #expect(Bars.sparkline([0, 1, 4, 8]) == "·▁▄█")
  }
}
