import Alerts
import Foundation
import Languages
import MailLog
import Settings
import Testing

/// Configurations that are right.
struct SettingsTests {
  private func parse(_ text: String) throws -> Settings {
    try Settings.parse(Array(text.utf8), file: "test.yaml", sinks: allAlertSinks)
  }

  @Test(arguments: ["", "\n", "# nothing\n", "---\n", "---\n...\n", "{}", "~"])
  func `a file that says nothing has the defaults`(text: String) throws {
    #expect(try parse(text) == Settings())
  }

  @Test func `the defaults are those of the manual`() {
    let settings = Settings()
    #expect(settings.retention == 90)
    #expect(settings.saveInterval == .seconds(10))
    #expect(settings.foldsCase && settings.backfill)
    #expect(settings.socket == "/run/submitwatch/submitwatch.sock")
    #expect(settings.limits.sendersPerAccountAndDay == 4096)
  }

  @Test func `the shipped configuration is the one that the daemon prints`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "config/submitwatch.yaml")
    #expect(try String(contentsOf: file, encoding: .utf8) == Settings.defaultConfiguration)
    #expect(try Settings.read(from: file.path) == Settings())
  }

  @Test func `the shipped configuration shows the defaults of all keys`() throws {
    let lines = Settings.defaultConfiguration.split(separator: "\n")
    let settings = lines.filter { $0.contains(/^ *#[a-z]/) }
      .map { $0.replacing("#", with: "", maxReplacements: 1) }
    #expect(settings.count == 35)
    #expect(try parse(settings.joined(separator: "\n")) == Settings())
    let mentioned = Set(
      Settings.defaultConfiguration.matches(of: /[# ]([a-z-]+):( |\n|$)/).map { String($0.1) }
    )
    // A key that does not exist tells the names of those that do.
    for (section, text) in [
      "top": "x: 1", "http": "http:\n  x: 1", "reports": "reports:\n  x: 1",
      "limits": "limits:\n  x: 1", "file": "sources: [{file: /a, x: 1}]",
      "journal": "sources: [{journal: {x: 1}}]",
    ] {
      let error = #expect(throws: SettingsError.self) { try parse(text) }
      let names = try #require(error?.problems.first?.message.split(separator: ": ").last)
      for name in names.split(separator: ", ") {
        #expect(mentioned.contains(String(name)), "\(section): \(name)")
      }
    }
  }

  @Test func `every key is read`() throws {
    let settings = try parse(
      """
      timezone: Europe/Berlin
      log-timezone: UTC-03:30
      account-case: keep
      retention: 730
      backfill: false
      socket: /tmp/s.sock
      database: "/srv/submitwatch.db"
      save-interval: 5m
      http: {hosts: [Mail.Example.org, "[::1]"]}
      reports:
        allowed-recipients:
          - boss@Example.org
          - "*@example.net"
        scheduled:
          - weekly: sunday
            to: [boss@Example.org, "office@example.net"]
          - name: customer
            monthly: 31
            time: 23:59
            to: [c@example.net]
            language: nl
            domain: example.net
        from: reports@example.org
        server: smtps://mail.example.net
        user: me
        password-file: smtp
        ca-file: /dev/null
      limits:
        sessions: 200
        waiting: 300
        undecided: 0
        accounts: 400
        senders-per-account-and-day: 5
        failed-names: 600
      """
    )
    var expected = Settings()
    expected.timezone = ZoneRules(named: "Europe/Berlin")
    expected.logTimezone = ZoneRules(named: "UTC-03:30")
    expected.foldsCase = false
    expected.retention = 730
    expected.backfill = false
    expected.socket = "/tmp/s.sock"
    expected.database = "/srv/submitwatch.db"
    expected.saveInterval = .seconds(300)
    expected.http.hosts = ["mail.example.org", "[::1]"]
    expected.reports.allowedRecipients = ["boss@example.org", "*@example.net"]
    expected.reports.scheduled = [
      ScheduledReport(
        name: "weekly",
        ReportSchedule(.weekly(weekday: 6), minutes: 360),
        to: ["boss@example.org", "office@example.net"]
      ),
      ScheduledReport(
        name: "customer",
        ReportSchedule(.monthly(day: 31), minutes: 23 * 60 + 59),
        to: ["c@example.net"],
        language: .dutch,
        domain: "example.net"
      ),
    ]
    expected.reports.from = "reports@example.org"
    expected.reports.server.url = "smtps://mail.example.net"
    expected.reports.server.user = "me"
    expected.reports.server.password = Secret("smtp")
    expected.reports.server.authorities = "/dev/null"
    expected.limits.sessions = 200
    expected.limits.waiting = 300
    expected.limits.undecided = 0
    expected.limits.accounts = 400
    expected.limits.sendersPerAccountAndDay = 5
    expected.limits.failedNames = 600
    #expect(settings == expected)
  }

  @Test func `sources are files and journals`() throws {
    let settings = try parse(
      """
      sources:
        - file: /var/log/mail-*.log
        - file: /var/log/exim4/mainlog-%D
          olddir: /var/log/old
          log-timezone: UTC+05:45
          year: 2026
        - journal:
        - journal: {directory: /var/log/journal/remote, identifiers: [postfix/smtpd]}
        - journal: {namespace: mail}
      """
    )
    #expect(
      settings.sources == [
        .file(FollowedFile(path: "/var/log/mail-*.log")),
        .file(
          FollowedFile(
            path: "/var/log/exim4/mainlog-%D",
            oldFolder: "/var/log/old",
            logTimezone: ZoneRules(named: "UTC+05:45"),
            year: 2026
          )
        ),
        .journal(FollowedJournal()),
        .journal(
          FollowedJournal(
            directory: "/var/log/journal/remote",
            identifiers: ["postfix/smtpd"]
          )
        ),
        .journal(FollowedJournal(namespace: "mail")),
      ]
    )
  }

  @Test func `reports go to whom the list of recipients allows`() throws {
    let reports = try parse("reports: {allowed-recipients: [Boss@example.org, '*@b.example']}")
      .reports
    for address in ["boss@example.org", "a@b.example"] { #expect(reports.allows(address)) }
    for address in ["b@example.org", "a@c.b.example", "b.example", "*@example.org"] {
      #expect(!reports.allows(address), "\(address)")
    }
    #expect(!Settings.Reports().allows("a@b.example"))
  }

  @Test func `times have units`() throws {
    for (text, seconds) in ["1s": 1, "90s": 90, "1000ms": 1, "1 m": 60, "1h": 3600, "60m": 3600] {
      #expect(try parse("save-interval: \(text)").saveInterval == .seconds(seconds), "\(text)")
    }
  }
}
