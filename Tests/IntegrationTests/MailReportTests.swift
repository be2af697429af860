import Foundation
import GRDB
import Glibc
import MailLog
import TestSupport
import Testing

/// Reports by e-mail: the real command line, the real daemon, and a mail server.
struct MailReportTests {
  private static let script = ArchitectureTests.root
    .appending(path: "Tests/IntegrationTests/System/mails.py").path

  private let receiver: MailReceiver
  private let place: DaemonPlace

  init() throws {
    receiver = try MailReceiver()
    place = try DaemonPlace()
    try configure()
    _ = try place.folder.write(Array(Self.log.utf8), to: "mail.log")
  }

  private func configure(_ more: String = "") throws {
    try place.configure(
      """
      timezone: UTC
      detection:
        volume: false
      reports:
        server: \(receiver.url)
        allowed-recipients: [boss@example.org, "*@example.net"]
      \(more)
      """
    )
  }

  /// Yesterday's submissions of senders who try to be more than names.
  private static let log: String = {
    let senders = [
      ("alice@example.org", "TLSv1.3", 1234), ("bob@example.org", "TLSv1", 7),
      ("=cmd|calc!A0@example.org", "TLSv1.2", 3), ("+49@example.org", "TLSv1.2", 1),
      ("<script>alert(1)</script>&amp;@x.example", "TLSv1.3", 2),
      ("\u{202e}moc.elpmaxe@evil.example", "TLSv1.1", 1),
      ("ü%0d%0aBcc:x@example.org", "TLSv1.3", 1),
      (String(repeating: "long", count: 120) + "@example.org", "TLSv1.3", 1),
    ]
    var lines: [String] = []
    var number = 0
    for (index, (sender, version, count)) in senders.enumerated() {
      let front = "\(DaemonPlace.yesterday)T10:00:0\(index)+00:00 mx1 postfix"
      let daemon = "\(front)/submission/smtpd[\(index + 10)]:"
      lines.append("\(daemon) connect from unknown[192.0.2.\(index)]")
      lines.append(
        "\(daemon) Anonymous TLS connection established from unknown[192.0.2.\(index)]: \(version)"
          + " with cipher AES128-SHA (128/128 bits)"
      )
      for _ in 0..<count {
        number += 1
        let id = "4ZZ\(String(1_000_000 + number))z"
        lines.append(
          "\(daemon) \(id): client=unknown[192.0.2.\(index)], sasl_method=PLAIN,"
            + " sasl_username=user\(index)@example.org"
        )
        lines.append("\(front)/qmgr[9]: \(id): from=<\(sender)>, size=1000, nrcpt=2 (queue active)")
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }()

  private func start() throws -> RunningDaemon {
    let daemon = try place.start()
    try daemon.waitUntilReady()
    try daemon.waitUntilCaughtUp()
    return daemon
  }

  private func command(_ arguments: String...) throws -> CommandRun {
    try CommandRun(arguments, environment: ["SUBMITWATCH_SOCKET": place.socket])
  }

  private func waitForMails(_ count: Int, _ daemon: RunningDaemon) throws {
    _ = try poll("\(count) mails have come", daemon.errors) {
      receiver.mails.count >= count ? true : nil
    }
  }

  private func save(_ mail: MailReceiver.Mail) throws -> String {
    try place.folder.write(Array(mail.text.utf8), to: "mail-\(UUID().uuidString)")
  }

  @Test(arguments: ["en", "de", "nl"])
  func `the mail has what the command line says, whatever senders are called`(
    language: String
  ) throws {
    let daemon = try start()
    let run = try command(
      "mail-report",
      "--to",
      "boss@example.org",
      "office@Example.NET",
      "--days",
      "2",
      "--language",
      language
    )
    #expect(run.status == 0, "\(run.errors)")
    let period = "\(DaemonPlace.yesterday) to \(DaemonPlace.day(0))"
    #expect(
      run.text == "the report of \(period) is on its way to boss@example.org, office@Example.NET\n"
    )
    try waitForMails(2, daemon)
    #expect(receiver.mails.map(\.recipients) == [["boss@example.org"], ["office@example.net"]])
    for (view, file) in [
      (["report", "volume"], "volume.csv"), (["report", "tls"], "tls.csv"), ([], "insight.json"),
    ] {
      let format = view.isEmpty ? "json" : "csv"
      let report = try CommandRun(
        view + ["--days", "2", "--format", format],
        environment: ["SUBMITWATCH_SOCKET": place.socket]
      )
      try place.folder.write(report.output, to: file)
    }
    for mail in receiver.mails {
      let check = try CommandRun(
        program: "/usr/bin/python3",
        [Self.script, "check", mail.recipients[0], language, place.folder.path, save(mail)]
      )
      #expect(check.status == 0, "\(check.text)\(check.errors)")
    }
    _ = try poll("both are noted", daemon.errors) {
      daemon.errors.split(separator: "\n").count { $0.contains("a report is sent") } == 2
        ? true : nil
    }
    daemon.end(by: SIGTERM)
    #expect(daemon.errors.contains("notice: a report is sent domain= end=\(DaemonPlace.day(0))"))
  }

  @Test func `who may not get a report gets none, and the command says why`() throws {
    let daemon = try start()
    let stranger = try command("mail-report", "--to", "boss@example.org", "a@b.example")
    #expect(stranger.status == 77)
    #expect(stranger.errors.contains("'a@b.example'"))
    let file = place.folder.path("submitwatch.yaml")
    #expect(stranger.errors.contains("reports.allowed-recipients in \(file)\n"))
    let wrong = try command("mail-report", "--to", "boss@example.org\r\nBcc: a@b.example")
    #expect(wrong.status == 64)
    #expect(try command("mail-report", "--to", "no address").status == 64)
    #expect(try command("mail-report").status == 64)
    #expect(try command("mail-report", "--to", "boss@example.org", "--days", "0").status == 64)
    #expect(try command("mail-report", "--to", "boss@example.org", "--language", "fr").status == 64)
    let nowhere = try command(
      "mail-report",
      "--to",
      "boss@example.org",
      "--socket",
      "/nonexistent/socket"
    )
    #expect(nowhere.status == 2)
    daemon.end(by: SIGTERM)
    #expect(receiver.mails.isEmpty)
    let line = "notice: a report is not sent, its recipient is not allowed recipient=a@b.example"
    #expect(daemon.errors.contains(line))
  }

  @Test func `a report that was asked for comes once, whatever becomes of the daemon`() throws {
    receiver.answer("451 later", to: "boss@example.org")
    receiver.answer("550 no such user", to: "gone@example.net")
    let daemon = try start()
    let run = try command("mail-report", "--to", "boss@example.org", "gone@example.net")
    #expect(run.status == 0)
    _ = try poll("both were tried", daemon.errors) {
      daemon.errors.contains("a report is refused") && receiver.attempts >= 2 ? true : nil
    }
    let status = try daemon.wait(for: "the warning", "/v1/status", as: "application/json") {
      $0.contains("reports-wait")
    }
    #expect(status.contains("1 mail waiting"))
    daemon.end(by: SIGKILL)
    receiver.answer(nil, to: "boss@example.org")
    let second = try start()
    try waitForMails(1, second)
    _ = try poll("it is noted", second.errors) {
      second.errors.contains("a report is sent") ? true : nil
    }
    second.end(by: SIGKILL)
    let third = try start()
    #expect(try command("mail-report", "--to", "office@example.net").status == 0)
    try waitForMails(2, third)
    third.end(by: SIGTERM)
    #expect(receiver.mails.map(\.recipients) == [["boss@example.org"], ["office@example.net"]])
  }

  /// A report each week, due on this day of the week.
  private static var schedule: String {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    let today = CivilDate(day(0))?.weekday ?? 0
    return """
        scheduled:
          - weekly: \(names[today])
            time: 00:00
            to: [boss@example.org]
            language: de
      """
  }

  private static func day(_ daysAgo: Int32) -> String { DaemonPlace.day(daysAgo) }

  /// Lets the schedule have been kept to up to a day.
  private func keep(upTo day: String) throws {
    let day = try #require(CivilDate(day)).daysSince1970
    let database = try DatabaseQueue(path: place.database)
    try database.write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO schedule (name, day) VALUES ('weekly', ?)",
        arguments: [day]
      )
    }
    try database.close()
  }

  @Test func `a period is reported by itself, once, over restarts and a change of the settings`()
    throws
  {
    try configure(Self.schedule)
    let first = try start()
    first.end(by: SIGTERM)
    try keep(upTo: Self.day(21))
    let second = try start()
    // A kill between the mail server's answer and this would send it again.
    _ = try poll("it is noted", second.errors) {
      second.errors.contains("a report is sent") ? true : nil
    }
    second.end(by: SIGKILL)
    #expect(second.errors.contains("missed=2 schedule=weekly"))
    let third = try start()
    try configure(Self.schedule + "\n  from: reports@example.org")
    third.send(SIGHUP)
    _ = try poll("it is taken up", third.errors) {
      third.errors.contains("a new configuration is taken up") ? true : nil
    }
    #expect(
      try poll("it answers", third.errors) {
        let run = try command("mail-report", "--to", "office@example.net")
        return run.status == 0 ? run.status : nil
      } == 0
    )
    try waitForMails(2, third)
    third.end(by: SIGTERM)
    #expect(receiver.mails.map(\.recipients) == [["boss@example.org"], ["office@example.net"]])
    let csv = "smtp-auth-volume-\(Self.day(7))-\(Self.day(1)).csv"
    #expect(receiver.mails[0].text.contains("filename=\"\(csv)\""))
    #expect(receiver.mails[1].text.contains("From: Submitwatch <reports@example.org>"))
  }
}
