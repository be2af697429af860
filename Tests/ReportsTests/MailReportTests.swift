import Counters
import Languages
import MailLog
import TestSupport
import Testing

@testable import Reports

struct MailReportTests {
  private func report(
    _ language: Language = .english,
    alerts: [Alert] = [],
    fileLimit: Int = 100_000
  ) throws -> MailReport {
    var log = SampleLog()
    log.send("alice@example.org", on: "2026-11-19", tls: .tls13, messages: 1200)
    log.send("bob@example.org", on: "2026-11-20", tls: .tls10, messages: 34)
    log.send("=cmd()@example.org", on: "2026-11-21", tls: .unknown)
    log.send("<script>alert(1)</script>\u{202e}@x.example", on: "2026-11-21", tls: .none)
    log.fail("alice@example.org", on: "2026-11-21", client: "198.51.100.7", attempts: 5)
    let query = log.query()
    return try MailReport(
      log.counters.snapshot,
      query,
      language: language,
      host: "mx1.example.net",
      alerts: alerts,
      fileLimit: fileLimit
    )
  }

  @Test(arguments: [
    (Language.english, "SMTP Auth clients, 15 Nov – 21 Nov 2026: 4 accounts, 1,236 messages"),
    (
      .german,
      "SMTP-Authentifizierungsclients, 15. Nov. – 21. Nov. 2026: 4 Konten, 1.236 Nachrichten"
    ),
    (.dutch, "SMTP Auth-clients, 15 nov – 21 nov 2026: 4 accounts, 1.236 berichten"),
  ])
  func `the subject has the figures in the language's way`(
    language: Language,
    subject: String
  ) throws {
    #expect(try report(language).subject == subject)
  }

  @Test(arguments: Language.allCases)
  func `both forms have every figure`(language: Language) throws {
    let report = try report(language)
    let share = language == .german ? "97,1\u{a0}% (1.200)" : nil
    for form in [report.text(), report.html()] {
      for figure in ["alice@example.org", "bob@example.org", "198.51.100.0/24", "mx1.example.net"] {
        #expect(form.contains(figure), "\(figure)")
      }
      #expect(form.contains(language.number(1236)))
      if let share { #expect(form.contains(share)) }
    }
  }

  private static func alert(_ account: String, on day: String) -> Alert {
    Alert(
      id: "a",
      rule: .volume,
      severity: .warning,
      account: account,
      started: Timestamp.on(day),
      windowSeconds: 600,
      count: 80,
      expected: 12,
      score: 1.9,
      text: "\(account) <b>x</b>"
    )
  }

  @Test func `alerts are those of the period, and of the domain`() throws {
    let alerts = [
      ("a@b.example", "2026-11-21"), ("alice@example.org", "2026-11-15"),
      ("a@b.example", "2026-11-14"),
    ]
    .map { Self.alert($0, on: $1) }
    #expect(
      try report(alerts: alerts).alerts.map(\.account) == ["a@b.example", "alice@example.org"]
    )
    var query = SampleLog().query()
    query.domain = "B.Example"
    let counters = SampleLog().counters.snapshot
    let other = try MailReport(counters, query, language: .english, host: "mx1", alerts: alerts)
    #expect(other.alerts.map(\.account) == ["a@b.example"])
  }

  @Test func `what a client chose is no markup and no direction`() throws {
    let report = try report(alerts: [Self.alert("alice@example.org", on: "2026-11-20")])
    #expect(!report.html().contains("<script>"))
    #expect(!report.html().contains("<b>x"))
    #expect(report.html().contains("&lt;script&gt;alert(1)"))
    for form in [report.text(), report.html()] { #expect(!form.contains("\u{202e}")) }
  }

  @Test func `the files are for spreadsheets`() throws {
    let files = try report().attachments
    #expect(
      files.map(\.name) == [
        "smtp-auth-volume-2026-11-15-2026-11-21.csv", "smtp-auth-tls-2026-11-15-2026-11-21.csv",
      ]
    )
    let lines = String(decoding: files[0].bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "sender,domain,messages,recipients,bytes")
    #expect(lines.contains("'=cmd()@example.org,example.org,1,1,1000"))
    #expect(lines.count == 5)
    #expect(try report().text().contains("All senders are in the attached files (CSV)."))
    let cut = try report(fileLimit: 3)
    #expect(cut.attachments[0].bytes.count { $0 == UInt8(ascii: "\n") } == 4)
    #expect(cut.text().contains("The attached files (CSV) have the first 3 of 4 senders."))
  }

  @Test func `a period without submissions says so`() throws {
    let log = SampleLog()
    let query = log.query()
    let report = try MailReport(log.counters.snapshot, query, language: .english, host: "mx1")
    #expect(report.sections.isEmpty)
    #expect(report.text().contains("Nobody submitted mail with SMTP AUTH in this period."))
  }

  @Test(arguments: [
    (
      Language.english,
      "There are figures since 20 Nov 2026 only: earlier days are no longer kept."
    ),
    (.german, "Zahlen gibt es erst ab 20. Nov. 2026: Frühere Tage werden nicht mehr aufbewahrt."),
    (.dutch, "Er zijn pas cijfers vanaf 20 nov 2026: eerdere dagen worden niet meer bewaard."),
  ])
  func `of days that are no longer kept the mail says so, and not that nobody sent`(
    language: Language,
    sentence: String
  ) throws {
    let day = try #require(CivilDate("2026-11-20"))
    func report(_ log: SampleLog, _ firstDay: CivilDate?) throws -> MailReport {
      try MailReport(
        log.counters.snapshot,
        log.query(),
        language: language,
        firstDay: firstDay,
        host: "mx1"
      )
    }
    var log = SampleLog()
    let nobody = language.term("mail-nobody")
    for form in try [report(log, day).text(), report(log, day).html()] {
      #expect(form.contains(sentence))
      #expect(form.contains(nobody))
    }
    let later = try report(log, day.advanced(by: 20))
    for form in [later.text(), later.html()] { #expect(!form.contains(nobody)) }
    #expect(later.subject.hasSuffix("2026"))
    #expect(try report(log, log.query().start).gone == nil)
    log.send("alice@example.org", on: "2026-11-20")
    #expect(try report(log, day).text().contains(sentence))
    #expect(try report(log, nil).gone == nil)
  }

  @Test func `a name that is far too long moves its own row of the text only`() throws {
    var log = SampleLog()
    let long = String(repeating: "x", count: 900) + "@example.org"
    log.send(long, on: "2026-11-21", messages: 2)
    log.send("alice@example.org", on: "2026-11-21")
    let counters = log.counters.snapshot
    let report = try MailReport(counters, log.query(), language: .english, host: "mx1")
    let lines = report.text().split(separator: "\n")
    #expect(lines.filter { $0.count > 100 }.count == 1)
    #expect(lines.contains { $0.hasPrefix("\(long)  ") })
    let row = try #require(lines.first { $0.hasPrefix("alice@example.org ") })
    let title = try #require(lines.first { $0.hasPrefix("Sender address ") })
    #expect(row.count == title.count)
    #expect(report.html().contains(long))
  }
}
