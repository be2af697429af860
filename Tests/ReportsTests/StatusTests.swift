import Languages
import MailLog
import TestSupport
import Testing

@testable import Reports

struct StatusTests {
  private static func status(_ warnings: [StatusWarning] = []) -> DaemonStatus {
    let time = Timestamp.on("2026-11-21")
    var status = DaemonStatus(version: "1.0", started: time, time: time, zone: .utc)
    var source = SourceStatus(name: "/var/log/mail.log", kind: .file, state: .following)
    source.lines = 1200
    source.lagSeconds = 0
    source.lastLine = time
    status.sources = [source]
    status.lines = LineTotals(
      used: 1000,
      passedOver: ["delivery": 200, "otherProgram": 7],
      dropped: [:]
    )
    status.database = DatabaseStatus(path: "/var/lib/submitwatch/db", bytes: 40_960)
    status.saved = Timestamp(seconds: time.seconds - 4)
    status.days = 90
    status.rows = 5000
    status.warnings = warnings
    return status
  }

  private static func table(_ status: DaemonStatus, width: Int = 100) -> String {
    let presentation = Presentation(width: width, origin: .daemon)
    var lines = LineWriter(presentation)
    status.writeTable(to: &lines)
    return String(decoding: lines.output.bytes, as: UTF8.self)
  }

  @Test func `a good status fits a screen`() {
    #expect(
      Self.table(Self.status()) == """
        submitwatchd 1.0 · ok · since 2026-11-21 12:00:00 (UTC)
        90 days, 5000 rows, 1000 lines used, 41.0 kB on disk, all saved

        source             state      lines  behind  last line            gaps
        /var/log/mail.log  following   1200     0 s  2026-11-21 12:00:00     0
        passed over: delivery 200, other program 7

        """
    )
  }

  @Test func `a narrow terminal shows as well whether all is saved`() {
    let facts = """
      90 days, 5000 rows, 1000 lines used,
      41.0 kB on disk, all saved

      """
    #expect(Self.table(Self.status(), width: 40).contains(facts))
  }

  @Test func `what is not saved is as old as its oldest change`() {
    var status = Self.status()
    #expect(status.savedAge == 0)
    status.unsavedSince = Timestamp(seconds: status.time.seconds - 7)
    #expect(status.savedAge == 7)
    #expect(Self.table(status).contains("on disk, not saved for 7 seconds\n"))
    status.saved = nil
    #expect(Self.table(status).contains("on disk, not saved yet\n"))
  }

  @Test func `a warning comes with its remedy`() {
    let table = Self.table(Self.status([.tlsNotLogged(host: "mx1", .postfix)]))
    #expect(table.contains("! mx1 uses TLS but does not log it: versions show as unknown\n"))
    #expect(
      table.contains("  → set 'smtpd_tls_loglevel = 1' in main.cf and run 'postfix reload'\n")
    )
  }

  @Test func `a problem that has a warning is not said twice`() {
    var status = Self.status([.sourceFailed(source: "mail.log", problem: "it is not there")])
    status.sources[0].problems = ["it is not there", "mail.log.1: permission denied"]
    status.sources[0].warned = ["it is not there"]
    let table = Self.table(status)
    #expect(table.split(separator: "it is not there").count == 2)
    #expect(table.contains("! /var/log/mail.log: mail.log.1: permission denied\n"))
  }

  @Test func `the worst warning decides the state`() {
    #expect(Self.status().state == .ok)
    let lag = StatusWarning.lag(source: "mail.log", seconds: 90)
    #expect(Self.status([lag]).state == .warning)
    let both = [StatusWarning.noPermission(source: "mail.log", user: "submitwatch"), lag]
    #expect(Self.status(both).state == .critical)
  }

  @Test(arguments: [
    (
      StatusWarning.noPermission(source: "s", user: "submitwatch"),
      "run 'usermod -aG adm submitwatch' and 'systemctl restart submitwatchd'"
    ),
    (
      .noPermission(source: "s", user: "u", .give(path: "/l", isFolder: false, group: "adm")),
      "run 'chgrp adm /l' and 'chmod g+r /l',"
        + " and have logrotate make its files so ('create 640 root adm')"
    ),
    (
      .noPermission(source: "s", user: "u", .give(path: "/d", isFolder: true, group: "adm")),
      "run 'chgrp adm /d' and 'chmod g+rx /d'"
    ),
    (
      .noPermission(source: "s", user: "u", .unhide(path: "/home")),
      """
      see what hides '/home': the unit's sandbox (what is in /home or /root shows with \
      'ProtectHome=read-only' by 'systemctl edit submitwatchd'), SELinux or AppArmor
      """
    ),
    (
      .journalRateLimit(source: "s", dropped: 2),
      "raise RateLimitBurst= (or set RateLimitIntervalSec=0) in journald.conf,"
        + " or LogRateLimitBurst= and LogRateLimitIntervalSec= in the mail server's unit"
    ),
    (
      .recipientsNotLogged(host: "mx1"),
      "for Exim, add '+received_recipients' to 'log_selector' and reload it"
    ),
    (
      .gap(source: "s", detail: "d"),
      """
      run 'submitwatch import' with the rotated files if there are copies, and let logrotate keep \
      more of them (rotate, delaycompress); the warning ends once an import has counted messages \
      of that time, or after 7 days
      """
    ),
    (
      .gap(source: "journal", detail: "d", isJournal: true),
      """
      let the journal keep more (SystemMaxUse= in journald.conf(5)); where a log file has these \
      lines, too, run 'submitwatch import' with it; the warning ends once an import has counted \
      messages of that time, or after 7 days
      """
    ),
    (
      .saveFailed("p", database: "/srv/counts/submitwatch.db", isFull: true),
      "make room on the disk of /srv/counts; the daemon tries again by itself"
    ),
    (
      .saveFailed("p", database: "/srv/counts/submitwatch.db", isFull: false),
      "set right what the message names; the daemon tries again by itself"
    ),
    (
      .linesDropped(table: .senders, count: 2),
      "look for a flood of connections or names in the log; totals stay right,"
        + " these names are counted as '(other)'"
    ),
    (
      .linesDropped(table: .waiting, count: 2),
      "look for a flood of connections or names in the log; as many messages may not be counted"
    ),
  ])
  func `a remedy says what to do`(warning: StatusWarning, remedy: String) {
    #expect(warning.remedy == remedy)
  }

  private static let warnings: [StatusWarning] = [
    .noPermission(source: "s", user: "u"),
    .noPermission(source: "s", user: "u", .give(path: "p", isFolder: false, group: "g")),
    .noPermission(source: "s", user: "u", .give(path: "p", isFolder: true, group: "g")),
    .noPermission(source: "s", user: "u", .unhide(path: "p")),
    .sourceFailed(source: "s", problem: "p"),
    .journalRateLimit(source: "s", dropped: 2), .lag(source: "s", seconds: 2),
    .notWatched(sources: 2, setting: "k"),
    .gap(source: "s", detail: "d"), .linesDropped(table: .noted, count: 2),
    .sinkFailed(sink: "s", waiting: 2, givenUp: 1, problem: "p"),
    .reportsWait(count: 2, problem: "p"),
    .alertsWithheld(2), .saveFailed("p", database: "/d/db", isFull: true),
    .recipientsNotLogged(host: "h"), .configurationRefused(file: "f", problem: "p"),
    .tlsNotLogged(host: "h", .postfix),
  ]

  @Test(arguments: [Language.german, .dutch])
  func `every warning can be said in every language`(language: Language) {
    #expect(Set(Self.warnings.map(\.code)) == Set(StatusWarning.Code.allCases))
    for warning in Self.warnings {
      for part in ["text", "remedy"] {
        let plain = "sentence-\(part)-\(warning.code.rawValue)"
        #expect(language.has(plain))
        let kind = "\(plain)-\(warning.values["kind"] ?? "")"
        let key = language.has(kind) ? kind : plain
        let text = language.term(key, n: warning.count ?? 2, warning.values)
        #expect(!text.contains("{"), "\(text)")
      }
    }
    let remedies = ["gap-journal", "gap"].map { language.term("sentence-remedy-\($0)") }
    #expect(remedies.map { $0.contains("SystemMaxUse=") } == [true, false])
    for table in BoundedTable.allCases {
      let loss = StatusWarning.linesDropped(table: table, count: 1).values["kind"] ?? ""
      #expect(language.has("sentence-remedy-lines-dropped-\(loss)"))
    }
  }

  @Test func `names cannot write to the terminal`() {
    var status = Self.status()
    status.sources[0].name = "a\u{1b}[31mb\u{202e}"
    status.sources[0].problems = ["gone\u{7}"]
    let table = Self.table(status)
    #expect(table.contains("a\\x1B[31mb\\u{202E}"))
    #expect(!table.contains("\u{7}"))
  }
}
