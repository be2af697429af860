import Foundation
import TestSupport
import Testing

/// Logins and senders as clients choose them.
struct HostileTextTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A login, and how it is shown.
  private static let logins: [(login: [UInt8], shown: String)] = [
    (Array(repeating: UInt8(ascii: "x"), count: 500), String(repeating: "x", count: 500)),
    (Array("meeting room@a.example".utf8), "meeting room@a.example"),
    (Array("he said \"hi\"@a.example".utf8), "he said \"hi\"@a.example"),
    (Array("a,b,,c@a.example".utf8), "a,b,,c@a.example"),
    (Array("'; drop table@a.example".utf8), "'; drop table@a.example"),
    (Array("=cmd|' /c calc'!a0@a.example".utf8), "=cmd|' /c calc'!a0@a.example"),
    (Array("x] sasl_username=root".utf8), "x] sasl_username=root"),
    (
      Array("b, sasl_method=plain, sasl_username=lars@a.example".utf8),
      "b, sasl_method=plain, sasl_username=lars@a.example"
    ),
    ([0x61, 0xff, 0xc3, 0x28, 0x40, 0x62], "a\\xFF\\xC3(@b"),
    (Array("\u{1b}[31mred\u{1b}[0m@a.example".utf8), "\\x1B[31mred\\x1B[0m@a.example"),
    (Array("\u{1b}]0;title\u{7}".utf8), "\\x1B]0;title\\x07"),
    (Array("a\u{0}b\tc\u{8}@a.example".utf8), "a\\x00b\\x09c\\x08@a.example"),
    (Array("csi\u{9b}31m@a.example".utf8), "csi\\xC2\\x9B31m@a.example"),
    (Array("back\\slash\\x41@a.example".utf8), "back\\\\slash\\\\x41@a.example"),
    (Array("<script>alert(1)</script>".utf8), "<script>alert(1)</script>"),
    (Array("müller@bücher.example".utf8), "müller@bücher.example"),
    (Array("日本@a.example".utf8), "日本@a.example"),
    (Array("\u{202e}gro.elpmaxe@a.example".utf8), "\u{202e}gro.elpmaxe@a.example"),
    (Array("%n%s%d{}$(id)`id`".utf8), "%n%s%d{}$(id)`id`"),
  ]

  private func path() throws -> String {
    var log = PostfixLog()
    for (login, _) in Self.logins { log.message(login: login, sender: login) }
    let failure = "warning: x[192.0.2.1]: SASL PLAIN authentication failed: no, sasl_username="
    for (login, _) in Self.logins {
      log.line("submission/smtpd[9]", Array(failure.utf8) + login)
    }
    return try folder.write(log.bytes, to: "hostile.log")
  }

  private static let shown = Set(logins.map(\.shown))

  @Test(arguments: ["sender", "account"])
  func `CSV has every name as it is shown, quoted where it must be`(grouping: String) throws {
    let options = ["--view", "volume", "--format", "csv", "--by", grouping]
    let run = try CommandRun(["analyze"] + options + [path()])
    #expect(run.status == 0)
    #expect(run.errors == "")
    let rows = try #require(run.rows)
    #expect(rows[0] == [grouping, "domain", "messages", "recipients", "bytes"])
    #expect(Set(rows.dropFirst().map { $0[0] }) == Self.shown)
    #expect(rows.allSatisfy { $0.count == 5 })
    #expect(rows.dropFirst().allSatisfy { Array($0[2...]) == ["1", "2", "1000"] })
    #expect(run.isPlainText)
  }

  @Test(arguments: ["insight", "volume", "tls", "failures", "cutoff", "idle"])
  func `every report is safe to show and valid JSON`(view: String) throws {
    let path = try path()
    let table = try CommandRun(["analyze", "--view", view, "--limit", "100", path])
    #expect(table.status == 0)
    #expect(table.isSafeForTerminals)
    let json = try CommandRun(["analyze", "--view", view, "--format", "json", path])
    #expect(json.status == 0)
    #expect(json.isJSON(lines: false))
    #expect(json.isPlainText)
    guard view == "volume" || view == "tls" || view == "failures" else { return }
    let names = try json.jsonRows().compactMap { ($0["sender"] ?? $0["account"]) as? String }
    #expect(Set(names) == Self.shown)
    #expect(names.count == Self.logins.count)
  }

  @Test func `events and explanations are valid JSON with every name`() throws {
    let path = try path()
    let events = try CommandRun(["parse", path])
    #expect(events.status == 0)
    #expect(events.isJSON(lines: true))
    #expect(events.isPlainText)
    var accounts: [String: Set<String>] = [:]
    for line in events.text.split(separator: "\n") {
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let kind = event?["event"] as? String else { continue }
      if let account = event?["account"] as? String { accounts[kind, default: []].insert(account) }
    }
    #expect(accounts["submission"] == Self.shown)
    #expect(accounts["auth-success"] == Self.shown)
    #expect(accounts["auth-failure"] == Self.shown)
    let explained = try CommandRun(["parse", "--explain", path])
    #expect(explained.status == 0)
    #expect(explained.isJSON(lines: true))
    #expect(explained.isPlainText)
    let lines = try #require(FileManager.default.contents(atPath: path)).count { $0 == 10 }
    #expect(explained.lines.count == lines + 1)
  }

  @Test func `a domain that is shown escaped is accepted back`() throws {
    var log = PostfixLog()
    log.message(login: Array("a@x\u{1b}\\.example".utf8), sender: Array("a@x\u{1b}\\.example".utf8))
    log.message("b@y.example")
    let path = try folder.write(log.bytes, to: "log")
    let options = ["--view", "volume", "--format", "csv", "--domain", "x\\x1B\\\\.example"]
    let run = try CommandRun(["analyze"] + options + [path])
    #expect(run.rows?.dropFirst().map { $0[0] } == ["a@x\\x1B\\\\.example"])
    let title = try CommandRun(["analyze", "--domain", "\u{1b}[31m", path])
    #expect(title.isSafeForTerminals)
  }

  @Test func `a line with an impossible date is passed over, and said to be`() throws {
    var log = PostfixLog()
    for day in ["2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "2026-11-21"] {
      log.message("user-\(day)@example.org", day: day)
    }
    let path = try folder.write(log.bytes, to: "log")
    let run = try CommandRun(["analyze", "--view", "volume", "--format", "csv", "--summary", path])
    #expect(run.status == 0)
    #expect(run.rows?.dropFirst().map { $0[0] } == ["user-2026-11-21@example.org"])
    #expect(run.errors.contains("20  its date or time does not exist"))
  }

  @Test func `a file's name is shown escaped in messages`() throws {
    let run = try CommandRun(["analyze", folder.path("no\u{1b}[31m\nsuch.log")])
    #expect(run.status == 1)
    #expect(run.errors.contains("no\\x1B[31m\\x0Asuch.log'"))
    #expect(!run.errors.contains("\u{1b}"))
  }
}
