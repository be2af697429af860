package import Counters
import Foundation
import GRDB
package import MailLog
import Platform

/// The database that outlives the daemon: what was counted, and how far each source is read.
///
/// A save is one transaction: after a crash, a power cut or a full disk the database holds the last
/// one that succeeded, whole. The database is locked as long as the store is open.
package struct SnapshotStore: ~Copyable, Sendable {
  package let path: String
  private var database: DatabaseQueue
  /// The file that is written, whatever its name is by now.
  private var file: FileIdentity?
  /// What of the counters is in the database; nil: what is there was not loaded.
  private var saved: SavedCounters?
  /// The file is a new one, to which the counters are still to be saved.
  private var lacksCounters = false

  /// Opens the database, or makes a new one where there is none.
  ///
  /// - Throws: if the file cannot be used; then it is as it was.
  package init(path: String) throws(StorageError) {
    let (database, isNew) = try Self.open(path)
    self.path = path
    self.database = database
    file = FileIdentity(path: path)
    saved = isNew ? SavedCounters() : nil
  }

  deinit {
    // Whoever still holds the connection, the lock is to go now.
    try? database.close()
  }

  private static func open(
    _ path: String
  ) throws(StorageError) -> (DatabaseQueue, isNew: Bool) {
    do {
      try DatabaseAccess.check(path)
      try checkHeader(path)
      let database = try connect(path)
      return (database, try database.read { try $0.isNew })
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private static func connect(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "submitwatch.storage"
    // Another daemon on the same file would count everything twice.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
    let database = try DatabaseQueue(path: path, configuration: configuration)
    try database.writeWithoutTransaction { db in
      try check(db, path: path)
      // Not GRDB's setting, which writes to a file that is refused later. FULL: a save that was
      // reported as done is to survive a power cut.
      try db.execute(
        sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
          + "PRAGMA journal_size_limit = 67108864"
      )
    }
    try Schema.migrator.migrate(database)
    return database
  }

  /// SQLite takes a file that is shorter than its header for an empty one, and overwrites it.
  private static func checkHeader(_ path: String) throws(StorageError) {
    // What cannot be read is SQLite's to complain about.
    guard let file = FileHandle(forReadingAtPath: path),
      let header = try? file.read(upToCount: 100), !header.isEmpty
    else { return }
    let magic = Data("SQLite format 3\0".utf8)
    guard header.starts(with: magic) else { throw StorageError(.foreign, path: path) }
    guard header.count == 100 else { throw StorageError(.damaged(part: "file"), path: path) }
  }

  private static func check(_ db: Database, path: String) throws {
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard tables > 0 else { return }
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id")
    guard application == Schema.applicationID else { throw StorageError(.foreign, path: path) }
    if try Schema.migrator.hasBeenSuperseded(db) { throw StorageError(.newer, path: path) }
    let problem = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
    guard problem == "ok" else { throw StorageError(.damaged(part: "file"), path: path) }
  }

  /// The last cut that was saved, with `empty` filled by its counters; nil: nothing was saved yet.
  ///
  /// - Throws: if what is there cannot be right; it is left as it is.
  package mutating func load(into empty: Counters) throws(StorageError) -> LoadedCut? {
    do {
      return try loadAll(into: empty)
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// The names of the sources that were read up to the last save.
  package func loadSourceNames() throws(StorageError) -> Set<String> {
    do {
      return try database.read { db in
        let rows = try StoredRow.all("SELECT name FROM source", of: "positions in logs", in: db)
        return Set(try rows.map { try $0.value("name") })
      }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private mutating func loadAll(into empty: Counters) throws -> LoadedCut? {
    let loaded = try database.read { db -> (LoadedCut, SavedCounters)? in
      guard let checkpoint = try Checkpoint(from: db) else { return nil }
      var load = CounterLoad(db)
      return try load.run(into: empty, checkpoint)
    }
    guard let (cut, saved) = loaded else { return nil }
    self.saved = saved
    return cut
  }

  /// Saves what changed since the last save that succeeded, in one transaction.
  ///
  /// The cuts must be of the counters that `load` gave, or that were empty with a new database, one
  /// later than the other. After an error the database is as it was, and the next save makes up
  /// for this one.
  ///
  /// - Parameters:
  ///   - cut: what was counted, and up to where.
  ///   - alerts: what is to be saved of alerts in the same transaction.
  /// - Throws: if it cannot be written.
  package mutating func save(
    _ cut: Cut,
    _ alerts: OutboxChange = OutboxChange()
  ) throws(StorageError) {
    try renewIfRemoved()
    guard var saving = saved else {
      preconditionFailure("the database '\(path)' holds counters that were not loaded")
    }
    let checkpoint = cut.wholeCheckpoint
    do {
      try database.write { db in
        try saving.save(cut, in: db)
        try checkpoint.save(in: db)
        try alerts.save(in: db)
      }
    } catch {
      throw StorageError(error, path: path)
    }
    saved = saving
    lacksCounters = false
  }

  /// Whether all that was saved is in the file; not if somebody has removed it: the next save of the
  /// counters makes up for that.
  package var isWhole: Bool { !lacksCounters && !isRemoved }

  /// Saves what changes about alerts, in a transaction of its own.
  package mutating func save(_ alerts: OutboxChange) throws(StorageError) {
    try renewIfRemoved()
    do {
      try database.write { try alerts.save(in: $0) }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// The alerts that are kept, what sinks are still to be told, and what they never will be.
  package func loadAlerts() throws(StorageError) -> StoredOutbox {
    do {
      return try database.read { db in
        try StoredOutbox(kept: KeptAlert.all(in: db), deliveries: DueDelivery.all(in: db))
      }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// Saves what changes about reports by e-mail, in a transaction of its own.
  package mutating func save(_ reports: ReportChange) throws(StorageError) {
    try renewIfRemoved()
    do {
      try database.write { try reports.save(in: $0) }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// The reports that are still to be sent, and up to when each schedule was kept to.
  package func loadReports() throws(StorageError) -> ReportChange {
    do {
      return try database.read { try ReportChange(from: $0) }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private var isRemoved: Bool { file == nil || FileIdentity(path: path) != file }

  /// Makes a new file where somebody has removed it.
  ///
  /// What it held of alerts and reports goes along; the counters, all of them, with their next save.
  private mutating func renewIfRemoved() throws(StorageError) {
    guard isRemoved else { return }
    let (database, isNew) = try Self.open(path)
    guard isNew else { throw StorageError(.replaced, path: path) }
    // A file without a name can be read as long as it is open. If it is lost all the same, the counts
    // are not to be lost with it.
    let alerts = try? loadOutbox()
    let reports = try? loadReports()
    do {
      try database.write { db in
        try alerts?.save(in: db)
        try reports?.save(in: db)
      }
    } catch {
      throw StorageError(error, path: path)
    }
    self.database = database
    file = FileIdentity(path: path)
    saved = SavedCounters()
    lacksCounters = true
  }

  private func loadOutbox() throws(StorageError) -> OutboxChange {
    var all = OutboxChange()
    let stored = try loadAlerts()
    (all.kept, all.due) = (stored.kept, stored.due + stored.givenUp)
    return all
  }

  /// Lets the database grow by so many pages at most, nil: without a limit; for tests.
  func limitPages(growth: Int?) throws {
    try database.writeWithoutTransaction { db in
      let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      let limit = growth.map { count + $0 } ?? 0xffff_fffe
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(limit)")
    }
  }
}

extension Database {
  /// Whether no counters were saved yet.
  fileprivate var isNew: Bool {
    get throws {
      guard try isEmpty("meta") else { return false }
      // Names come with the first save of the counters.
      guard try isEmpty("name") else { throw StoredDamage(part: "meta") }
      return true
    }
  }

  func isEmpty(_ table: String) throws -> Bool {
    try Row.fetchOne(self, sql: "SELECT 1 FROM \(table) LIMIT 1") == nil
  }

  /// Runs a statement, which is compiled once.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    let statement = try cachedStatement(sql: sql)
    try statement.execute(arguments: arguments)
  }
}

/// Bytes with the hash that tells whether they came back as they went.
enum Hashed {
  static func hash(_ bytes: [UInt8]) -> Int64 {
    Int64(bitPattern: ByteHash.stable(bytes.span))
  }
}
