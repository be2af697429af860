import Foundation
import TestSupport
import Testing

/// The options of `submitwatch analyze` and `parse`.
struct OptionTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    var log = PostfixLog()
    // Ten days with one message of ann, two of bob on the last, one of cy on the first.
    for day in 12...21 { log.message("ann@a.example", day: "2026-11-\(day)", tls: "TLSv1.2") }
    log.message("bob@b.example", tls: nil)
    log.message("bob@b.example", tls: "TLSv1")
    log.message("cy", day: "2026-11-12")
    let failure =
      "warning: x[198.51.100.7]: SASL LOGIN authentication failed: no, sasl_username=eve"
    log.line("smtpd[9]", Array(failure.utf8))
    path = try folder.write(log.bytes, to: "sample.log")
  }

  private func csv(_ options: String...) throws -> [String] {
    let run = try CommandRun(["analyze", "--view", "volume", "--format", "csv"] + options + [path])
    #expect(run.status == 0, "\(options): \(run.errors)")
    #expect(run.errors == "")
    return run.lines.dropFirst().dropLast().map(String.init)
  }

  @Test(arguments: ["Europe/Berlin", ":Europe/Berlin"])
  func `the zone is that of TZ, with or without a colon`(zone: String) throws {
    let arguments = ["analyze", "--view", "volume", "--format", "json", path]
    let run = try CommandRun(arguments, environment: ["TZ": zone])
    #expect(run.text.contains("\"timezone\":\"Europe/Berlin\""))
  }

  @Test func `the commands that the insight recommends ask for the same days and domain`() throws {
    let run = try CommandRun([
      "analyze", "--days", "10", "--domain", "b.example", "--minimum", "1.3", path,
    ])
    let expected =
      "submitwatch analyze --view cutoff --minimum 1.3 --days 10 --domain b.example FILE…"
    #expect(run.text.contains(expected))
  }

  @Test func `they ask for the same zones and year, too`() throws {
    let zones = ["--timezone", "UTC+05:45", "--log-timezone", "Pacific/Kiritimati"]
    let run = try CommandRun(["analyze", "--minimum", "1.3", "--year", "2026"] + zones + [path])
    let options = (zones + ["--year", "2026"]).joined(separator: " ")
    let expected = "submitwatch analyze --view cutoff --minimum 1.3 \(options) FILE…"
    #expect(run.text.replacing("\n    ", with: " ").contains(expected), "\(run.text)")
  }

  @Test func `JSON tells that rows were left out`() throws {
    let arguments = ["analyze", "--view", "volume", "--format", "json", "--limit"]
    #expect(try CommandRun(arguments + ["1", path]).text.contains("\"next\":\""))
    #expect(try CommandRun(arguments + ["9", path]).text.contains("\"next\":null"))
  }

  @Test func `a day that the year does not have is told`() throws {
    let leap = try folder.write(
      Array("Feb 29 10:00:00 mx postfix/qmgr[1]: AAAAAA: removed\n".utf8),
      to: "l"
    )
    let run = try CommandRun(["analyze", "--year", "2025", leap])
    #expect(run.errors.contains("passed over 1 line whose date or time does not exist"))
  }

  @Test func `the period is the last seven days of the log, or what the options say`() throws {
    let bob = "bob@b.example,b.example,2,4,2000"
    let ann = { (days: Int) in "ann@a.example,a.example,\(days),\(days * 2),\(days * 1000)" }
    let cy = "cy,(none),1,2,1000"
    #expect(try csv() == [ann(7), bob])
    #expect(try csv("--days", "1") == [bob, ann(1)])
    #expect(try csv("--days", "10") == [ann(10), bob, cy])
    #expect(try csv("--days", "730") == [ann(10), bob, cy])
    #expect(try csv("--start", "2026-11-20") == [ann(2), bob])
    #expect(try csv("--end", "2026-11-14") == [ann(3), cy])
    #expect(try csv("--end", "2026-11-14", "--days", "2") == [ann(2)])
    #expect(try csv("--start", "2026-11-12", "--days", "2") == [ann(2), cy])
    #expect(try csv("--start", "2026-11-13", "--end", "2026-11-13") == [ann(1)])
    #expect(try csv("--start", "2020-01-01", "--end", "2020-01-02") == [])
  }

  @Test func `rows are filtered, grouped, sorted and limited`() throws {
    #expect(try csv("--domain", "b.example") == ["bob@b.example,b.example,2,4,2000"])
    #expect(try csv("--domain", "B.EXAMPLE") == ["bob@b.example,b.example,2,4,2000"])
    #expect(try csv("--domain", "(none)", "--days", "10") == ["cy,(none),1,2,1000"])
    #expect(try csv("--domain", "other.example") == [])
    #expect(
      try csv("--by", "domain", "--days", "1") == ["b.example,2,4,2000", "a.example,1,2,1000"]
    )
    #expect(try csv("--by", "account", "--limit", "1") == ["ann@a.example,a.example,7,14,7000"])
    #expect(try csv("--limit", "0") == [])
    let byName = try csv("--sort", "sender", "--days", "10").map { $0.prefix(3) }
    #expect(byName == ["ann", "bob", "cy,"])
    let reversed = try csv("--sort", "-messages", "--days", "10").map { $0.prefix(3) }
    #expect(reversed == ["cy,", "bob", "ann"])
    #expect(
      try csv("--sort=-sender", "--days", "10").map { $0.prefix(3) } == ["cy,", "bob", "ann"]
    )
  }

  @Test func `a zone's name may have no slash, and an empty domain is none`() throws {
    for zone in ["CET", "Japan", "EST5EDT"] { #expect(try csv("--timezone", zone).count == 2) }
    for wrong in [
      ["--timezone", "PDT"], ["--timezone", "../CET"], ["--timezone", "zone.tab"],
      ["--domain", ""], ["--idle-days", "0"],
    ] {
      let run = try CommandRun(["analyze", "--view", "volume"] + wrong + [path])
      #expect(run.status == 64, "\(wrong)")
      #expect(run.errors.contains(wrong[0]) || run.errors.contains("is no time zone"), "\(wrong)")
    }
    #expect(try csv("--limit", "\(Int.max)").count == 2)
  }

  @Test func `rows per day begin with their date, days in order`() throws {
    #expect(
      try csv("--per-day", "--days", "2") == [
        "2026-11-20,ann@a.example,a.example,1,2,1000",
        "2026-11-21,bob@b.example,b.example,2,4,2000",
        "2026-11-21,ann@a.example,a.example,1,2,1000",
      ]
    )
  }

  @Test func `days are those of the zone`() throws {
    let days = { (zone: String) in
      try csv("--per-day", "--by", "domain", "--domain", "b.example", "--timezone", zone)
        .map { $0.prefix(10) }
    }
    #expect(try days("UTC") == ["2026-11-21"])
    #expect(try days("UTC+14:00") == ["2026-11-22"])
    #expect(try days("America/Los_Angeles") == ["2026-11-21"])
    #expect(try days("UTC-10:31") == ["2026-11-20"])
  }

  @Test func `each view has its columns`() throws {
    for (view, options, header) in [
      ("volume", "", "sender,domain,messages,recipients,bytes"),
      ("volume", "--by account", "account,domain,messages,recipients,bytes"),
      ("volume", "--by domain --per-day", "date,domain,messages,recipients,bytes"),
      ("tls", "", "sender,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown"),
      ("failures", "", "account,failures,networks,first,last"),
      ("failures", "--by network", "network,failures,accounts,first,last"),
      ("cutoff", "", "account,messages,below,last,version,client"),
    ] {
      let options =
        ["--view", view, "--format", "csv"] + options.split(separator: " ").map(String.init)
      let run = try CommandRun(["analyze"] + options + [path])
      #expect(run.status == 0)
      #expect(run.lines.first == Substring(header))
      #expect((run.rows?.count ?? 0) > 1)
    }
  }

  @Test func `JSON has the totals, the days and the rows`() throws {
    let options = ["--view", "tls", "--format", "json", "--days", "2", "--timezone", "UTC"]
    let run = try CommandRun(["analyze"] + options + [path])
    let object = try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any]
    let report = try #require(object)
    #expect(report["view"] as? String == "tls")
    #expect(report["start"] as? String == "2026-11-20")
    #expect(report["end"] as? String == "2026-11-21")
    #expect(report["timezone"] as? String == "UTC")
    let total = report["total"] as? [String: Any]
    #expect(total?["messages"] as? Int == 4)
    let versions = total?["tls"] as? [String: Int]
    let expected = ["none": 1, "ssl3": 0, "1.0": 1, "1.1": 0, "1.2": 2, "1.3": 0, "unknown": 0]
    #expect(versions == expected)
    #expect((report["days"] as? [[String: Any]])?.count == 2)
    #expect(
      try run.jsonRows().compactMap { $0["sender"] as? String } == [
        "ann@a.example", "bob@b.example",
      ]
    )
  }

  @Test(arguments: [
    "analyze", "parse", "nonsense", "analyze --nonsense LOG", "analyze --view nonsense LOG",
    "analyze --format xml LOG", "analyze --by nonsense LOG",
    "analyze --view failures --by domain LOG",
    "analyze --view cutoff --by network LOG", "analyze --sort nonsense --view volume LOG",
    "analyze --limit -1 LOG", "analyze --view alerts --limit=-1 LOG",
    "analyze --limit x LOG", "analyze --limit 1e3 LOG",
    "analyze --limit 99999999999999999999 LOG", "analyze --days 0 LOG", "analyze --days 731 LOG",
    "analyze --days -7 LOG", "analyze --days seven LOG", "analyze --start 2026-02-30 LOG",
    "analyze --start today LOG", "analyze --end 2026-1-1 LOG",
    "analyze --start 2026-11-21 --end 2026-11-20 LOG",
    "analyze --start 9999-12-31 --end 0001-01-01 LOG",
    "analyze --start 0001-01-01 --end 9999-12-31 LOG",
    "analyze --start 2026-11-01 --end 2026-11-02 --days 3 LOG", "analyze --timezone Mars LOG",
    "analyze --timezone UTC+25:00 LOG", "analyze --timezone ../../etc/passwd LOG",
    "analyze --log-timezone nowhere/town LOG", "analyze --year 1969 LOG", "analyze --year 2200 LOG",
    "analyze --year MMXXVI LOG", "parse --year 0 LOG", "parse --view tls LOG", "parse --explain",
    "analyze --view insight --format csv LOG", "analyze --view insight --per-day LOG",
    "analyze --view idle --per-day LOG", "analyze --view idle --idle-days 0 LOG",
    "analyze --view cutoff --minimum 1.4 LOG", "analyze --view cutoff --minimum unknown LOG",
  ])
  func `wrong usage is refused with a reason`(arguments: String) throws {
    let words = arguments.split(separator: " ").map { $0 == "LOG" ? path : String($0) }
    let run = try CommandRun(words)
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.output == [])
    #expect(run.errors.count > 20)
  }

  @Test func `help tells the commands, the exit status and the environment`() throws {
    let run = try CommandRun(["--help"])
    #expect(run.status == 0)
    for text in ["USAGE", "EXIT STATUS", "SUBMITWATCH_SOCKET", "check-config", "import"] {
      #expect(run.text.contains(text))
    }
  }

  @Test(arguments: ["sender", "status"])
  func `help lists no format that is refused`(command: String) throws {
    let help = try CommandRun([command, "--help"]).text.split(separator: /[ \n]+/)
      .joined(separator: " ")
    #expect(help.contains("(values: table, json; default: table)"), "\(help)")
    let words = command == "sender" ? [command, "a@example.org"] : [command]
    let run = try CommandRun(words + ["--format", "csv"])
    #expect(run.status == 64)
    #expect(run.errors.contains("\(command) has no csv: use table or json"))
  }

  @Test(arguments: [
    ("insight", "sender|account|domain"), ("report", "sender|account|domain"),
    ("cutoff", "account|domain"), ("idle", "account|sender|domain"),
    ("failures", "account|network"), ("analyze", "sender|account|domain|network"),
  ])
  func `help lists what a row can stand for in the report of the command`(
    command: String,
    groupings: String
  ) throws {
    let help = try CommandRun([command, "--help"]).text.split(separator: /[ \n]+/)
      .joined(separator: " ")
    let values = groupings.replacing("|", with: ", ")
    let text = "--by <\(groupings)> What a row stands for. (values: \(values))"
    #expect(help.contains(text), "\(help)")
  }

  @Test func `messages about wrong options name the option and what is allowed`() throws {
    for (option, message) in [
      ("--days 800", "--days 800 is out of range: it must be 1 to 730"),
      ("--year 2200", "--year 2200 is out of range: it must be 1970 to 2199"),
      ("--idle-days 0", "--idle-days 0 is out of range: it must be 1 to 730"),
      ("--timezone Mars", "'Mars' is no time zone: use a name such as Europe/Berlin, or UTC±HH:MM"),
      ("--view volume --sort x", "cannot sort by 'x': use one of sender, "),
      ("--view failures --by domain", "failures cannot go by domain: use one of account, network"),
      (
        "--view failures --sort x\u{1b}",
        #"cannot sort by 'x\x1B': use one of account, failures, networks, first, last, with - in"#
          + " front for the reverse"
      ),
      ("--view idle --per-day", "idle has no rows per day: leave out --per-day"),
      (
        "--view cutoff --minimum unknown",
        "cutoff cannot require TLS version 'unknown': use ssl3, 1.0, 1.1, 1.2 or 1.3"
      ),
      ("--format csv", "insight has no csv: use table or json"),
      (
        "--start 2026-11-21 --end 2026-11-20",
        "--start 2026-11-21 is after the last day, 2026-11-20"
      ),
    ] {
      let words = ["analyze"] + option.split(separator: " ").map(String.init) + [path]
      let run = try CommandRun(words)
      #expect(run.status == 64)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func `help and version are no errors`() throws {
    for arguments in [["--help"], ["--version"], ["analyze", "--help"], ["parse", "-h"]] {
      let run = try CommandRun(arguments)
      #expect(run.status == 0)
      #expect(run.errors == "")
      #expect(!run.text.contains("\\\n"))
      #expect(!run.text.isEmpty)
    }
  }
}
