import Counters
import Foundation
import GRDB
import MailLog

extension Checkpoint {
  /// Replaces what is in the database.
  func save(in db: Database) throws {
    try db.execute(sql: "DELETE FROM source; DELETE FROM state")
    for (name, position) in positions { try Self.save(position, of: name, in: db) }
    for (key, bytes) in states {
      try db.run("INSERT INTO state (key, bytes) VALUES (?, ?)", [key, Data(bytes)])
    }
    let set = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"
    try db.run(set, ["saved-at", savedAt.nanoseconds])
    try db.run(set, ["log-time", logTime?.nanoseconds])
    try db.run(set, ["day", day?.daysSince1970])
    try db.run(set, ["zone", zone])
  }

  private static func save(_ position: SourcePosition, of name: String, in db: Database) throws {
    switch position {
    case .journal(let cursor):
      try db.run("INSERT INTO source (name, cursor) VALUES (?, ?)", [name, cursor])
    case .file(let file):
      try db.run(
        """
        INSERT INTO source (
          name, path, device, inode, "offset", hashed_count, hash, head_count, head_hash, modified
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          name, file.path, Int64(bitPattern: file.device), Int64(bitPattern: file.inode),
          file.offset, file.hashedCount, Int64(bitPattern: file.hash),
          file.headCount, Int64(bitPattern: file.headHash), file.modified?.nanoseconds,
        ]
      )
    }
  }

  /// What the last save left; nil: there was none.
  init?(from db: Database) throws {
    if try db.isEmpty("meta") { return nil }
    let meta = try StoredRow.all("SELECT key, value FROM meta", of: "meta", in: db)
      .reduce(into: [:]) { meta, row in meta[try row.value("key", as: String.self)] = row }
    guard let savedAt = try meta["saved-at"]?.time("value"),
      let zone = try meta["zone"]?.value("value", as: String.self)
    else { throw StoredDamage(part: "meta") }
    self.init(savedAt: savedAt, zone: zone)
    logTime = try meta["log-time"]?.timeIfAny("value")
    day = try meta["day"]?.dayIfAny("value")
    for row in try StoredRow.all("SELECT * FROM source", of: "positions in logs", in: db) {
      positions[try row.value("name")] = try Self.position(row)
    }
    for row in try StoredRow.all("SELECT key, bytes FROM state", of: "state", in: db) {
      states[try row.value("key")] = [UInt8](try row.value("bytes", as: Data.self))
    }
  }

  private static func position(_ row: StoredRow) throws(StoredDamage) -> SourcePosition {
    if let cursor = try row.value("cursor", as: String?.self) { return .journal(cursor: cursor) }
    let position = FilePosition(
      path: try row.value("path"),
      device: try row.bits("device"),
      inode: try row.bits("inode"),
      offset: try row.value("offset"),
      hashedCount: try row.value("hashed_count"),
      hash: try row.bits("hash"),
      headCount: try row.value("head_count"),
      headHash: try row.bits("head_hash"),
      // A file may have any time: one that is none of a log is as good as not known.
      modified: try row.value("modified", as: Int64?.self).flatMap(Timestamp.init(stored:))
    )
    guard position.isPossible else { throw StoredDamage(part: "positions in logs") }
    return .file(position)
  }
}
