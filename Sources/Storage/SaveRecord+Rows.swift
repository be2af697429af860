import Foundation
import GRDB
import MailLog

extension SaveRecord {
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
    try db.run(set, ["day", day])
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
    let meta = "SELECT value FROM meta WHERE key = ?"
    guard let savedAt = try Int64.fetchOne(db, sql: meta, arguments: ["saved-at"]),
      let zone = try String.fetchOne(db, sql: meta, arguments: ["zone"])
    else { return nil }
    self.init(savedAt: Timestamp(nanoseconds: savedAt), zone: zone)
    logTime = try Int64.fetchOne(db, sql: meta, arguments: ["log-time"])
      .map(Timestamp.init(nanoseconds:))
    day = try Int32.fetchOne(db, sql: meta, arguments: ["day"])
    for row in try Row.fetchAll(db, sql: "SELECT * FROM source") {
      positions[row["name"]] = Self.position(row)
    }
    for row in try Row.fetchAll(db, sql: "SELECT key, bytes FROM state") {
      let data: Data = row[1]
      states[row[0]] = [UInt8](data)
    }
  }

  private static func position(_ row: Row) -> SourcePosition {
    if let cursor: String = row["cursor"] { return .journal(cursor: cursor) }
    let (device, inode, hash): (Int64, Int64, Int64) = (row["device"], row["inode"], row["hash"])
    let (headHash, modified): (Int64, Int64?) = (row["head_hash"], row["modified"])
    return .file(
      FilePosition(
        path: row["path"],
        device: UInt64(bitPattern: device),
        inode: UInt64(bitPattern: inode),
        offset: row["offset"],
        hashedCount: row["hashed_count"],
        hash: UInt64(bitPattern: hash),
        headCount: row["head_count"],
        headHash: UInt64(bitPattern: headHash),
        modified: modified.map(Timestamp.init(nanoseconds:))
      )
    )
  }
}
