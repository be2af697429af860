import MailLog
import Reports
import TestSupport
import Testing

@testable import HTTPAPI

/// Tables for people over the socket.
struct TableTests {
  private static let table = "Accept: text/plain"

  private static let targets = [
    "/v1/insight", "/v1/report/volume", "/v1/report/tls?by=account&per-day=true", "/v1/domains",
    "/v1/failures?by=network", "/v1/cutoff?minimum=1.3", "/v1/idle?days=30",
    "/v1/sender?address=sales@example.net", "/v1/account?name=bob", "/v1/status",
    "/v1/alerts",
  ]

  @Test func `a table has the columns of the report and the width of the terminal`() async throws {
    try await ServedLog.sample().serve { log in
      let fields = [Self.table, "Submitwatch-Width: 60"]
      let answer = try log.ask("/v1/report/volume?days=2", fields)
      #expect(answer.status == 200)
      #expect(answer.fields["content-type"] == "text/plain; charset=utf-8")
      #expect(
        answer.fields["vary"] == "accept, accept-encoding, submitwatch-width, submitwatch-color"
      )
      #expect(
        answer.text == """
          Sending volume · 20 Nov – 21 Nov 2026 (UTC)
          5 messages, 5 recipients, 5.0 kB

          sender             domain       messages  recipients   bytes
          alice@example.org  example.org         4           4  4.0 kB
          sales@example.net  example.net         1           1  1.0 kB

          """
      )
    }
  }

  @Test(arguments: [
    "report/volume?", "sender?address=alice@example.org&", "account?name=alice@example.org&",
  ])
  func `of a period that begins before the days that are kept it is said`(
    question: String
  ) async throws {
    try await ServedLog.sample().serve { log in
      let path = "/v1/\(question)end=2026-08-24&start="
      for (start, firstDay) in [("2026-08-24", nil), ("2026-08-23", "2026-08-24")] {
        let answer = try log.ask(path + start)
        #expect(answer.fields["submitwatch-first-day"] == firstDay)
        let sentence =
          "! There are figures since 24 Aug 2026 only: earlier days are no longer kept."
        let table = try log.ask(path + start, [Self.table]).text
        #expect(table.hasSuffix("\n\n\(sentence)\n") == (firstDay != nil), "\(table)")
      }
    }
  }

  @Test func `every table fits its width, and has colours where they are asked for`() async throws {
    let tables = Route.all.filter(\.hasTable).map(\.path)
    #expect(Set(Self.targets.map { String($0.prefix { $0 != "?" }) }) == Set(tables))
    try await ServedLog.sample().serve { log in
      for target in Self.targets {
        for width in [20, 80, 1000] {
          let plain = try log.ask(target, [Self.table, "Submitwatch-Width: \(width)"])
          #expect(plain.status == 200, "\(target)")
          #expect(!plain.text.contains("\u{1b}"), "\(target)")
          let widest = plain.text.split(separator: "\n").map { TerminalText.width(String($0)) }
          #expect(widest.max() ?? 0 <= width, "\(target) \(width)")
        }
        let colored = try log.ask(target, [Self.table, "Submitwatch-Color: 1"])
        #expect(colored.text.contains("\u{1b}["), "\(target)")
        #expect(try !log.ask(target, [Self.table]).text.contains("\u{1b}"), "\(target)")
      }
    }
  }

  @Test(arguments: [
    (
      "Submitwatch-Width: 19",
      "Submitwatch-Width cannot be '19': it must be a number from 20 to 1000"
    ),
    (
      "Submitwatch-Width: 1001",
      "Submitwatch-Width cannot be '1001': it must be a number from 20 to 1000"
    ),
    ("Submitwatch-Width:", "Submitwatch-Width cannot be '': it must be a number from 20 to 1000"),
    ("Submitwatch-Color: yes", "Submitwatch-Color cannot be 'yes': it must be one of 0, 1"),
  ])
  func `a width or colour that cannot be is refused`(field: String, detail: String) async throws {
    try await ServedLog.sample().serve { log in
      for accept in [Self.table, "Accept: application/json"] {
        for target in ["/v1/insight", "/v1/status", "/v1/account?name=bob"] {
          let answer = try log.ask(target, [accept, field])
          #expect(answer.status == 400)
          #expect(try JSONValue(answer)["detail"].text == detail)
        }
      }
      // Where there are no tables the fields mean nothing.
      #expect(try log.ask("/metrics", [field]).status == 200)
    }
  }

  @Test func `without a limit a table has 25 rows, the insight 10`() async throws {
    var log = try ServedLog()
    for number in 0..<30 { log.send("user\(number)@example.org", on: "2026-11-21") }
    try await log.serve { log in
      let report = try log.ask("/v1/report/volume", [Self.table]).text
      #expect(report.matches(of: /user/).count == 25)
      #expect(report.hasSuffix("… and 5 more (--limit)\n"))
      let insight = try log.ask("/v1/insight", [Self.table]).text
      #expect(insight.matches(of: /user/).count == 10)
      #expect(insight.contains("… and 20 more: submitwatch report volume\n"))
      let accounts = try log.ask("/v1/insight?by=account&days=3", [Self.table]).text
      #expect(accounts.contains("… and 20 more: submitwatch report volume --by account --days 3\n"))
      let all = try log.ask("/v1/report/volume?limit=10000", [Self.table]).text
      #expect(all.matches(of: /user/).count == 30)
    }
  }

  @Test func `a table is in one piece and not endless`() async throws {
    try await ServedLog.sample().serve { log in
      let endless = try log.ask("/v1/report/volume?limit=10001", [Self.table])
      #expect(endless.status == 400)
      #expect(
        try JSONValue(endless)["detail"].text == "limit cannot be '10001': it must be at most 10000"
          + " in a table; JSON and CSV have all rows"
      )
      let page = try JSONValue(log.ask("/v1/report/volume?limit=1"))
      let cursor = try #require(page["next"].text)
      let next = try log.ask("/v1/report/volume?limit=1&cursor=\(cursor)", [Self.table])
      #expect(next.status == 400)
    }
  }

  @Test func `times are on the daemon's clock`() async throws {
    var log = try ServedLog.sample()
    log.published.zone = ZoneRules(name: "UTC+05:30", transitions: [], offsets: [19_800])
    try await log.serve { log in
      let cutoff = try log.ask("/v1/cutoff", [Self.table]).text
      #expect(cutoff.contains("(UTC+05:30)"))
      #expect(cutoff.contains("2026-11-21 17:30:00"))
      #expect(try log.ask("/v1/failures", [Self.table]).text.contains("2026-11-21 17:30:00"))
    }
  }

  @Test func `another width or colour has another tag`() async throws {
    try await ServedLog.sample().serve { log in
      let fields = [[], ["Submitwatch-Width: 60"], ["Submitwatch-Color: 1"]]
      let tags = try fields.map { try log.ask("/v1/insight", [Self.table] + $0).fields["etag"] }
      #expect(Set(tags).count == 3)
      let known = "If-None-Match: " + (tags[1] ?? "")
      #expect(try log.ask("/v1/insight", [Self.table, fields[1][0], known]).status == 304)
      #expect(try log.ask("/v1/insight", [Self.table, known]).status == 200)
    }
  }

  @Test func `a browser gets JSON, and who wants any text CSV`() async throws {
    try await ServedLog.sample().serve { log in
      for (accept, type) in [
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        ("text/plain, text/csv;q=0.9", "text/plain; charset=utf-8"),
      ] {
        let answer = try log.ask("/v1/report/tls", ["Accept: " + accept])
        #expect(answer.fields["content-type"] == type)
      }
    }
  }
}
