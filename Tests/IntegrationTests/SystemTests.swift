import Foundation
import Glibc
import TestSupport
import Testing

/// The service under a real systemd, beside a real Postfix, Dovecot, journald, rsyslog and
/// logrotate, in a copy of this system that is thrown away; see `System/machine`.
@Suite(
  .serialized,
  .enabled(if: geteuid() == 0, "only root may make namespaces and mount an overlay")
)
struct SystemTests {
  private static let disturbed = [
    "a reload changes no count",
    "a restart changes no count",
    "a question to the socket starts the service",
    "a daemon that cannot start sends away who asks, and a question starts it once it can",
    "the watchdog ends a daemon that hangs, and no count changes",
    "the socket refuses users outside the group",
    "systemd-analyze security finds no more than 1.5",
    "the daemon works in its sandbox, and listens on no port",
    "the daemon has logged nothing that calls for anybody",
  ]

  @Test func `the counts from the journal are what the clients did, whatever happens`() throws {
    let expected = [
      "systemd-analyze verify is silent",
      "the service is ready, and has counted what was logged before",
      "the counts from the journal are those of the clients",
      "a rotation of the journal changes no count",
    ]
    let others = [
      "the journal of a namespace has the same counts",
      "logs that are older than the journal are counted at once",
    ]
    try run("journal", expecting: expected + Self.disturbed + others)
  }

  @Test func `a journal that gets another place is read on`() throws {
    try run(
      "places",
      expecting: [
        "what is written to the disk from now on counts",
        "a journal that is made anew is read on",
        "a restart counts nothing twice",
        "a journal whose changes are not reported is read, and the status says so",
        "a namespace whose journal begins later is read",
      ]
    )
  }

  @Test func `the counts from a file that is rotated are what the clients did`() throws {
    let expected = [
      "systemd-analyze verify is silent",
      "the service is ready, and has counted what was logged before",
      "the counts from the file are those of the clients",
      "a rotation that creates a file changes no count",
      "a rotation that copies and truncates changes no count",
      "a rotation that compresses at once changes no count",
      "what was compressed while the service was stopped counts once",
    ]
    try run("file", expecting: expected + Self.disturbed)
  }

  @Test func `the counts from Exim's own log, and from all its others, are what the clients did`()
    throws
  {
    let expected = [
      "systemd-analyze verify is silent",
      "the service is ready, and has counted what was logged before",
      "the counts from /var/log/exim4/mainlog are those of the clients",
      "a rotation changes no count",
      "the journal has the same counts",
      "main log and reject log together have each failure once",
      "the daemon has logged nothing that calls for anybody",
    ]
    try run("server", "exim", expecting: expected)
  }

  @Test func `the counts of an Exim that asks Dovecot who logs in are what the clients did`() throws
  {
    let expected = [
      "systemd-analyze verify is silent",
      "the service is ready, and has counted what was logged before",
      "the counts from /var/log/mail.log are those of the clients",
      "a rotation changes no count",
      "the journal has the same counts",
      "Exim's own log, imported, adds nothing to what its syslog told",
      "the daemon has logged nothing that calls for anybody",
    ]
    try run("server", "exim-dovecot", expecting: expected)
  }

  @Test func `the counts of Dovecot and of the Postfix behind it are what the clients did`() throws
  {
    let expected = [
      "systemd-analyze verify is silent",
      "the service is ready, and has counted what was logged before",
      "the counts from /var/log/mail.log are those of the clients",
      "a rotation changes no count",
      "the journal has the same counts",
      "Dovecot's own file without TLS versions has the same counts",
      "the daemon has logged nothing that calls for anybody",
    ]
    try run("server", "dovecot", expecting: expected)
  }

  @Test func `alerts reach the journal, the Alertmanager, a mailbox and programs`() throws {
    try run(
      "alerts",
      expecting: [
        "trial alerts come through, and what does not take one says so",
        "the journal has the alert with its fields, and explains it",
        "a mailbox has the alert",
        "the Alertmanager has what happened before it was started",
        "a hook locks the account in Dovecot, beside the daemon in its sandbox",
        "systemd-analyze security finds no more than 1.5, and 3.0 for the hook",
        "the lock is undone",
        "a hook locks the account in Postfix, from the event on that it is told, and the lock is undone",
        "a verdict ends the alert, everywhere",
      ]
    )
  }

  @Test func `reports reach a mailbox through Postfix, once, whatever happens`() throws {
    try run(
      "reports",
      expecting: [
        "a mailbox has the report, with the figures of the command line",
        "who may not get it gets none, and the journal has what the mail server refuses",
        "a report that waits survives a kill, and comes when the mail server does",
        "a month is reported by itself, once",
        "systemd-analyze security finds no more than 1.5",
      ]
    )
  }

  /// Runs a scenario with a mail server; it names all that it has shown.
  private func run(
    _ scenario: String,
    _ server: String = "postfix",
    expecting sentences: [String]
  ) throws {
    let machine = ArchitectureTests.root.appending(path: "Tests/IntegrationTests/System/machine")
    let run = try CommandRun(
      script: "BINARIES=$(dirname $submitwatch) '\(machine.path)' \(scenario) \(server)",
      in: TemporaryFolder()
    )
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    #expect(run.text.split(separator: "\n").map(String.init) == sentences)
  }
}
