import Dialects
import Foundation
import LogSources
import MailLog
import TestSupport
import Testing

struct JournalSourceTests {
  private let journal: JournalFolder

  init() throws { journal = try JournalFolder() }

  private var source: JournalSource {
    var settings = JournalSourceSettings()
    settings.directory = journal.path
    settings.identifiers = ["exim", "dovecot"]
    settings.units = ["exim", "postfix"]
    return JournalSource(name: "journal", settings: settings)
  }

  private func messages(_ bytes: [UInt8]) -> [String] {
    var reader = EnvelopeReader()
    reader.read(bytes.span)
    return reader.records.map { String(decoding: $0.text(in: reader.bytes), as: UTF8.self) }
  }

  @Test func `entries of the mail facility and of mail servers come, others do not`() throws {
    try journal.append([
      JournalFolder.line(0, "one"),
      JournalFolder.entry(1, [("SYSLOG_IDENTIFIER", "cron"), ("MESSAGE", "no")]),
      JournalFolder.entry(2, [("SYSLOG_IDENTIFIER", "exim"), ("MESSAGE", "two\nlines")]),
      JournalFolder.entry(3, [("SYSLOG_FACILITY", "2"), ("_COMM", "smtpd"), ("MESSAGE", "three")]),
    ])
    let running = RunningSource(source)
    #expect(running.wait { running.state.isCaughtUp })
    #expect(running.stop())
    #expect(messages(running.bytes) == ["one", "two\nlines", "three"])
    var reader = EnvelopeReader()
    reader.read(running.bytes.span)
    guard case .journal(let entry)? = reader.records.first?.content else {
      Issue.record("no entry")
      return
    }
    #expect(entry.pid == 7)
    #expect(entry.stamp.value == 1_795_294_334_000_000_000)
    let tag = reader.bytes[entry.tag.range]
    #expect(String(decoding: tag, as: UTF8.self) == "mx1 postfix/smtpd")
  }

  @Test func `reading goes on behind the cursor, also in another file`() throws {
    try journal.append((0..<3).map { JournalFolder.line($0, "line \($0)") })
    let first = RunningSource(source)
    #expect(first.wait { first.state.isCaughtUp })
    #expect(first.stop())
    #expect(messages(first.bytes) == ["line 0", "line 1", "line 2"])
    try journal.append((3..<5).map { JournalFolder.line($0, "line \($0)") }, to: "b.journal")
    let second = RunningSource(source, from: first.positions)
    #expect(second.wait { second.state.isCaughtUp })
    #expect(second.stop())
    #expect(messages(second.bytes) == ["line 3", "line 4"])
    #expect(second.state.gaps == [])
    let third = RunningSource(source, from: second.positions)
    #expect(third.wait { third.state.isCaughtUp })
    #expect(third.stop())
    #expect(third.batches.isEmpty)
  }

  @Test func `what comes while it runs is read, also from a new file`() throws {
    try journal.append([JournalFolder.line(0, "line 0")])
    let running = RunningSource(source)
    #expect(running.wait { messages(running.bytes) == ["line 0"] })
    try journal.append([JournalFolder.line(1, "line 1")])
    #expect(running.wait { messages(running.bytes).count == 2 })
    try journal.append([JournalFolder.line(2, "line 2")], to: "b.journal")
    #expect(running.wait { messages(running.bytes).count == 3 })
    try journal.remove("mail.journal")
    try journal.append([JournalFolder.line(3, "line 3")], to: "b.journal")
    #expect(running.wait { messages(running.bytes).count == 4 })
    #expect(running.stop())
    #expect(messages(running.bytes) == (0..<4).map { "line \($0)" })
  }

  @Test func `a journal that may not be read is a problem, not empty`() throws {
    try journal.append([JournalFolder.line(0, "line 0")], to: "system.journal")
    let calls = FailingCalls(failing: 0, with: EACCES, only: .open, count: .max)
    var settings = JournalSourceSettings()
    settings.directory = journal.path
    settings.pollInterval = .milliseconds(1)
    let running = RunningSource(JournalSource(name: "journal", settings: settings, calls: calls))
    let refused = SourceProblem(.permissionDenied, at: journal.path)
    #expect(running.wait { running.state.problems == [refused] })
    #expect(running.batches.isEmpty)
    calls.relent()
    #expect(running.wait { messages(running.bytes) == ["line 0"] })
    #expect(running.state.problems == [])
    #expect(running.stop())
  }

  @Test func `a cursor that was vacuumed is a gap, and reading goes on behind it`() throws {
    try journal.append((0..<3).map { JournalFolder.line($0, "line \($0)") }, to: "a.journal")
    let first = RunningSource(source)
    #expect(first.wait { first.state.isCaughtUp })
    #expect(first.stop())
    try journal.append((3..<5).map { JournalFolder.line($0, "line \($0)") }, to: "b.journal")
    try journal.remove("a.journal")
    let second = RunningSource(source, from: first.positions)
    #expect(second.wait { second.state.isCaughtUp })
    #expect(second.stop())
    #expect(messages(second.bytes) == ["line 3", "line 4"])
    #expect(second.state.gaps == [SourceGap(.vacuumed, at: journal.path)])
  }

  @Test func `an entry over the limit is dropped whole, one at the limit comes`() throws {
    let limit = 64 * 1024
    try journal.append([
      JournalFolder.line(0, String(repeating: "x", count: limit + 1)),
      JournalFolder.line(1, String(repeating: "y", count: limit)),
      JournalFolder.line(2, String(repeating: "z", count: 3 * limit)),
    ])
    let running = RunningSource(source)
    #expect(running.wait { running.state.isCaughtUp })
    #expect(running.stop())
    #expect(messages(running.bytes) == [String(repeating: "y", count: limit)])
    #expect(running.batches.map(\.tooLong).reduce(0, +) == 2)
    let again = RunningSource(source, from: running.positions)
    #expect(again.wait { again.state.isCaughtUp })
    #expect(again.stop())
    #expect(again.batches.allSatisfy { $0.tooLong == 0 })
  }

  /// What journald writes of lines that it has dropped, or another program with another transport.
  private func dropped(_ second: Int, _ text: String, _ transport: String = "driver") -> [UInt8] {
    JournalFolder.entry(
      second,
      [
        ("SYSLOG_IDENTIFIER", "systemd-journald"), ("_TRANSPORT", transport),
        ("MESSAGE_ID", "a596d6fe7bfa4994828e72309e95d61e"), ("MESSAGE", text),
      ]
    )
  }

  @Test func `what journald dropped of a mail unit is a problem`() throws {
    try journal.append([
      dropped(0, "Suppressed 12 messages from postfix@-.service"),
      dropped(1, "Suppressed 7 messages from cron.service"),
      JournalFolder.line(2, "one"),
      dropped(3, "Suppressed 3 messages from /system.slice/exim4.service"),
      dropped(4, "Suppressed 9 messages from exim4.service", "journal"),
    ])
    let running = RunningSource(source)
    #expect(running.wait { running.state.isCaughtUp })
    #expect(running.stop())
    #expect(messages(running.bytes) == ["one"])
    #expect(running.state.suppressed == 15)
    #expect(
      running.state.problems == [
        SourceProblem(.rateLimited, at: "postfix@-.service"),
        SourceProblem(.rateLimited, at: "exim4.service"),
      ]
    )
  }

  @Test func `numbers of dropped lines that nobody could have counted do no harm`() throws {
    try journal.append([
      dropped(0, "Suppressed 9223372036854775807 messages from postfix@-.service"),
      dropped(1, "Suppressed 1 messages from postfix@-.service"),
      dropped(2, "Suppressed -5 messages from postfix@-.service"),
    ])
    let running = RunningSource(source)
    #expect(running.wait { running.state.isCaughtUp })
    #expect(running.stop())
    #expect(running.state.suppressed == .max)
  }

  @Test func `a folder that is missing is a problem until it comes`() throws {
    let folder = try TemporaryFolder()
    var settings = JournalSourceSettings()
    settings.directory = folder.path("journal")
    settings.pollInterval = .milliseconds(5)
    let running = RunningSource(JournalSource(name: "journal", settings: settings))
    let missing = SourceProblem(.missing, at: folder.path("journal"))
    #expect(running.wait { running.state.problems == [missing] })
    try FileManager.default.createDirectory(
      atPath: folder.path("journal"),
      withIntermediateDirectories: false
    )
    #expect(running.wait { running.state.isCaughtUp })
    #expect(running.state.problems == [])
    #expect(running.stop())
  }

  @Test func `a folder that another takes the place of is read on, without a gap`() throws {
    let folder = try TemporaryFolder()
    let link = folder.path("journal")
    func lead(to journal: JournalFolder) throws {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("new"),
        withDestinationPath: journal.path
      )
      #expect(unsafe rename(folder.path("new"), link) == 0)
    }
    try journal.append((0..<2).map { JournalFolder.line($0, "line \($0)") })
    try lead(to: journal)
    var settings = JournalSourceSettings()
    settings.directory = link
    settings.lookInterval = .milliseconds(5)
    let running = RunningSource(JournalSource(name: "journal", settings: settings))
    #expect(running.wait { messages(running.bytes).count == 2 })
    let other = try JournalFolder()
    try other.append([JournalFolder.line(2, "line 2")])
    try lead(to: other)
    #expect(running.wait { messages(running.bytes).count == 3 })
    try other.append([JournalFolder.line(3, "line 3")])
    #expect(running.wait { messages(running.bytes).count == 4 })
    #expect(running.stop())
    #expect(messages(running.bytes) == (0..<4).map { "line \($0)" })
    #expect(running.state.gaps == [])
    #expect(running.state.problems == [])
  }

  @Test func `entries that got other numbers with another file are known again`() throws {
    let entries = (0..<3).map { JournalFolder.line($0, "line \($0)") }
    try journal.append(entries, to: "a.journal")
    let first = RunningSource(source)
    #expect(first.wait { first.state.isCaughtUp })
    #expect(first.stop())
    // As journald moves them from /run to the disk.
    try journal.append([JournalFolder.line(-1, "line -1")] + entries, to: "b.journal")
    try journal.append([JournalFolder.line(3, "line 3")], to: "b.journal")
    try journal.remove("a.journal")
    let second = RunningSource(source, from: first.positions)
    #expect(second.wait { second.state.isCaughtUp })
    #expect(second.stop())
    #expect(messages(second.bytes) == ["line 3"])
    #expect(second.state.gaps == [])
  }

  @Test func `what the sink throws ends the run`() throws {
    try journal.append([JournalFolder.line(0, "one")])
    let running = RunningSource(source) { _ in throw CancellationError() }
    #expect(running.wait { running.result != nil })
    #expect(throws: CancellationError.self) { try running.result?.get() }
  }
}
