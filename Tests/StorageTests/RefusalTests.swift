import Counters
import Foundation
import GRDB
import MailLog
import TestSupport
import Testing

@testable import Storage

/// Databases that are refused, and left as they were.
@Suite struct RefusalTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("submitwatch.sqlite")
  }

  /// A database with a thousand rows, closed.
  private func makeDatabase() throws {
    var counters = Counters(zone: .utc)
    for number in 0..<1000 {
      counters.record(
        .made(
          at: Timestamp(seconds: Int64(number % 2 * 86_400)),
          account: counters.names.intern("account\(number)"),
          sender: counters.names.intern("sender\(number)")
        )
      )
    }
    counters.close(before: CivilDate(daysSince1970: 1))
    var store = try SnapshotStore(path: path)
    let checkpoint = Checkpoint(savedAt: Timestamp(seconds: 1), zone: "UTC")
    try store.save(Cut(counters: counters.cut(), checkpoint: checkpoint))
  }

  private func change(_ sql: String) throws {
    let database = try DatabaseQueue(path: path)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
  }

  /// The error that opening and loading ends with; the file must be as it was.
  private func refusal() throws -> StorageError? {
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    defer {
      let after = try? Data(contentsOf: URL(fileURLWithPath: path))
      #expect(after == before)
    }
    do {
      var store = try SnapshotStore(path: path)
      _ = try store.load(into: Counters(zone: .utc))
      return nil
    } catch {
      return error
    }
  }

  @Test func `a database of a later version is refused`() throws {
    try makeDatabase()
    #expect(try refusal() == nil)
    try change("INSERT INTO grdb_migrations VALUES ('99')")
    #expect(try refusal()?.code == .newer)
  }

  @Test func `files of others are refused`() throws {
    try folder.write(Array(repeating: 65, count: 5000), to: "submitwatch.sqlite")
    #expect(try refusal()?.code == .foreign)
    try FileManager.default.removeItem(atPath: path)
    try change("CREATE TABLE other (x)")
    #expect(try refusal()?.code == .foreign)
  }

  @Test func `a database that is cut off anywhere is refused`() throws {
    try makeDatabase()
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    for cut in stride(from: 4096, to: whole.count, by: 4096) + [1, 100, 5000, whole.count - 1] {
      try folder.write(Array(whole[..<cut]), to: "submitwatch.sqlite")
      #expect(try refusal() != nil, "\(cut) of \(whole.count) bytes")
    }
  }

  @Test(arguments: [
    ("UPDATE closed_day SET rows = zeroblob(length(rows))", "closed day 1970-01-01"),
    ("UPDATE name SET bytes = bytes || x'00' WHERE block = 3", "names"),
    ("DELETE FROM name WHERE block = 3", "names"),
    ("DELETE FROM name WHERE block > 3", "closed day 1970-01-01"),
    ("UPDATE open_day SET counts = x'ff'", "day 1970-01-02"),
    (
      "UPDATE open_day SET pair = -1 WHERE pair = (SELECT min(pair) FROM open_day)",
      "day 1970-01-02"
    ),
    ("UPDATE open_day SET \"set\" = 7", "day 1970-01-02"),
    ("UPDATE entry SET bytes = x'00'", "last-seen"),
    ("DELETE FROM meta WHERE key = 'counters'", "state"),
    ("DELETE FROM meta WHERE key = 'saved-at'", "meta"),
    ("UPDATE meta SET value = 'then' WHERE key = 'saved-at'", "meta"),
    ("UPDATE meta SET value = 9223372036854775807 WHERE key = 'saved-at'", "meta"),
    ("UPDATE meta SET value = x'ff' WHERE key = 'zone'", "meta"),
    ("DELETE FROM meta", "meta"),
    ("UPDATE closed_day SET count = count + (1 << 40)", "closed day 1970-01-01"),
    ("UPDATE closed_day SET day = 1 << 40", "closed days"),
    ("UPDATE open_day SET day = 'today'", "days"),
    ("UPDATE open_day SET counts = counts || counts", "day 1970-01-02"),
    ("UPDATE name SET block = 9223372036854775807 WHERE block = 7", "names"),
    ("INSERT INTO source (name) VALUES ('mail.log')", "positions in logs"),
    (
      """
      INSERT INTO source (name, path, device, inode, "offset", hashed_count, hash, head_count, head_hash)
      VALUES ('mail.log', 'mail.log', 1, 2, -3, 0, 0, 0, 0)
      """,
      "positions in logs"
    ),
    ("INSERT INTO state (key, bytes) VALUES ('sessions', 7)", "state"),
    ("INSERT INTO alert (id, hash, bytes) VALUES (x'ff', 0, x'00')", "alerts"),
  ])
  func `content that cannot be right is refused`(sql: String, part: String) throws {
    try makeDatabase()
    try change(sql)
    #expect(try refusal() == StorageError(.damaged(part: part), path: path))
  }

  @Test(arguments: [
    ("UPDATE told SET fired = -1", "alerts"),
    ("UPDATE told SET resolved = 'never'", "alerts"),
    ("UPDATE told SET started = -9223372036854775808", "alerts"),
    ("UPDATE told SET count = -1", "alerts"),
    ("UPDATE told SET window_seconds = -600", "alerts"),
    ("UPDATE told SET expected = 9e999", "alerts"),
    ("UPDATE told SET rule = x'00'", "alerts"),
    ("UPDATE judgement SET user = -1", "alerts"),
    ("UPDATE outbox SET event = 9223372036854775807", "alerts to be told"),
    ("UPDATE due_report SET number = 9223372036854775807", "reports to be sent"),
    ("UPDATE due_report SET \"end\" = start - 1", "reports to be sent"),
    ("UPDATE due_report SET \"end\" = start + 100000", "reports to be sent"),
    ("UPDATE schedule SET day = 2147483647", "schedules of reports"),
  ])
  func `alerts and reports that cannot be right are refused`(sql: String, part: String) throws {
    do {
      var store = try SnapshotStore(path: path)
      var alerts = OutboxChange()
      let judgement = AlertJudgement(.legitimate, note: "", user: 0, time: Timestamp(seconds: 1))
      alerts.kept = [KeptAlert(.made("alice", over: true), fired: 1, judgement: judgement)]
      alerts.due = [DueDelivery(sink: "mail", alert: alerts.kept[0].alert.id, event: 1)]
      try store.save(alerts)
      var reports = ReportChange()
      let day = CivilDate(daysSince1970: 9)
      reports.due = [
        DueReport(number: 1, recipient: "a@b", start: day, end: day, domain: nil, language: "en")
      ]
      reports.schedules = ["weekly": day]
      try store.save(reports)
    }
    func load() throws {
      let store = try SnapshotStore(path: path)
      _ = (try store.loadAlerts(), try store.loadReports())
    }
    try load()
    try change(sql)
    #expect(throws: StorageError(.damaged(part: part), path: path)) { try load() }
  }

  @Test func `a database that another process has open is refused`() throws {
    try makeDatabase()
    let other = try DatabaseQueue(path: path)
    try other.writeWithoutTransaction { db in
      try db.inTransaction(.exclusive) {
        let refused = try refusal()?.code
        #expect(refused == .inUse)
        return .rollback
      }
    }
  }

  @Test func `a folder that is missing is named`() throws {
    let missing = folder.path("no/such/db")
    do {
      _ = try SnapshotStore(path: missing)
      Issue.record("opened")
    } catch {
      #expect(
        "\(error)" == """
          cannot open the database '\(missing)': its folder must exist and belong to the service's \
          user
          """
      )
    }
  }
}
