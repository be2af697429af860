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
    let record = SaveRecord(savedAt: Timestamp(seconds: 1), zone: "UTC")
    try store.save(SavePoint(counters: counters.cut(), record: record))
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
  ])
  func `content that cannot be right is refused`(sql: String, part: String) throws {
    try makeDatabase()
    try change(sql)
    #expect(try refusal() == StorageError(.damaged(part: part), path: path))
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
