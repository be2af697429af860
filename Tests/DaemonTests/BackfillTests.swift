import Counters
import Foundation
import Ingest
import LogSources
import Logging
import MailLog
import Platform
import TestSupport
import Testing

@testable import Daemon

/// Logs that are older than the journal, on the first start.
struct BackfillTests {
  private let folder: TemporaryFolder
  private let journal: JournalFolder

  init() throws {
    folder = try TemporaryFolder()
    journal = try JournalFolder()
  }

  /// The messages of a login and an acceptance, `second` behind the journal's first entry.
  private static func messages(_ id: String) -> (login: String, queued: String) {
    (
      "\(id): client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=\(id.lowercased())",
      "\(id): from=<a@example.org>, size=1000, nrcpt=1 (queue active)"
    )
  }

  private static func lines(_ second: Int64, _ id: String) -> String {
    let date = Date(timeIntervalSince1970: TimeInterval(1_795_294_334 + second))
    let stamp = date.formatted(.iso8601) + " mx1 postfix/"
    let (login, queued) = messages(id)
    return "\(stamp)smtpd[7]: \(login)\n\(stamp)qmgr[9]: \(queued)\n"
  }

  private static func entries(_ second: Int, _ id: String) -> [[UInt8]] {
    let (login, queued) = messages(id)
    return [("postfix/smtpd", "7", login), ("postfix/qmgr", "9", queued)].map { name, pid, text in
      JournalFolder.entry(
        second,
        [
          ("SYSLOG_FACILITY", "2"), ("SYSLOG_IDENTIFIER", name), ("SYSLOG_PID", pid),
          ("MESSAGE", text),
        ]
      )
    }
  }

  /// The accounts that are counted once a daemon has read all there is; `isStopping`: the backfill is
  /// broken off as soon as it asks.
  private func run(isStopping: Bool = false) throws -> [String: UInt64] {
    let log = Logger.silent
    let opened = try Keeper.opened(in: folder, log: log)
    var settings = JournalSourceSettings()
    settings.directory = journal.path
    let source = JournalSource(name: "journal", settings: settings)
    let running = RunningSource(source, log: log)
    running.start(from: opened.pipeline.savedPositions, into: opened.pipeline)
    let hasAsked = Locked(false)
    let backfill = Backfill(
      opened.pipeline,
      opened.keeper,
      journal: source,
      paths: [folder.path("mail.log"), folder.path("maillog")],
      zone: .utc,
      logZone: .utc,
      isStopping: {
        hasAsked.withLock { $0 = true }
        return isStopping
      },
      log: log
    )
    #expect(
      becomes {
        backfill.advance()
        return isStopping ? hasAsked.withLock(\.self) : opened.keeper.isBackfilled
      }
    )
    #expect(becomes { source.state.isCaughtUp })
    running.stop()
    #expect(opened.keeper.isBackfilled != isStopping)
    let counters = opened.pipeline.cut(at: .now).counters
    #expect(opened.keeper.finish(opened.pipeline))
    var counted: [String: UInt64] = [:]
    let days = counters.days.sorted()
    guard let first = days.first, let last = days.last else { return [:] }
    counters.forEachRow(from: first, through: last) { _, account, _, row in
      counted[counters.names.shown(account), default: 0] += row.messages
    }
    return counted
  }

  @Test func `what is older than the journal is counted, what is in both once`() throws {
    try journal.append((0..<3).flatMap { Self.entries($0 * 600, "4BB0\($0)A") })
    let current = Self.lines(-1200, "4BC00A") + Self.lines(0, "4BB00A") + Self.lines(600, "4BB01A")
    try folder.write(Array(current.utf8), to: "mail.log")
    try folder.write(Array(Self.lines(-90_000, "4BC01A").utf8), to: "mail.log.1")
    let expected: [String: UInt64] = [
      "4bb00a": 1, "4bb01a": 1, "4bb02a": 1, "4bc00a": 1, "4bc01a": 1,
    ]
    let counted = try run()
    #expect(counted == expected)
    // Once: what is there later is not of the first start.
    try folder.write(Array(Self.lines(-190_000, "4BC02A").utf8), to: "mail.log.2")
    let again = try run()
    #expect(again == expected)
  }

  @Test func `what a stop breaks off is begun again, and counted once`() throws {
    try journal.append(Self.entries(0, "4BB00A"))
    let current = Self.lines(-1200, "4BC00A") + Self.lines(0, "4BB00A")
    try folder.write(Array(current.utf8), to: "mail.log")
    let brokenOff = try run(isStopping: true)
    #expect(brokenOff == ["4bb00a": 1])
    let counted = try run()
    #expect(counted == ["4bb00a": 1, "4bc00a": 1])
  }

  @Test func `a damaged file is passed over, the others are counted`() throws {
    try journal.append(Self.entries(0, "4BB00A"))
    try folder.write(Array(Self.lines(-1200, "4BC00A").utf8), to: "mail.log.1")
    try folder.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3], to: "mail.log.2.gz")
    let counted = try run()
    #expect(counted == ["4bb00a": 1, "4bc00a": 1])
  }
}
