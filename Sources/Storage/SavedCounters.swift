import Counters
import Foundation
import GRDB
import MailLog

/// What of the counters is in the database, and how it is brought up to a later cut.
struct SavedCounters: Sendable {
  struct Day: Hashable, Sendable {
    var set: Int
    var day: CivilDate
  }

  /// What changed in this version or later is not in the database; in 0: nothing is.
  var unsaved: UInt32 = 0
  var nameCount = 0
  /// The days that are there, and whether they are packed.
  var days: [Day: Bool] = [:]

  static let namesPerBlock = 64

  /// Writes what is not there; afterwards `self` is what the transaction, if it is
  /// committed, leaves in the database.
  mutating func save(_ cut: Cut, in db: Database) throws {
    let counters = cut.counters
    try saveNames(counters.names, in: db)
    try saveDays(counters, in: db)
    try saveTables(counters, cut.tables, in: db)
    if let alerts = cut.alerts { try save(alerts, in: db) }
    try db.run(
      "INSERT OR REPLACE INTO meta (key, value) VALUES ('counters', ?)",
      [Data(counters.packedState)]
    )
    unsaved = counters.version + 1
  }

  private mutating func saveNames(_ names: NameList, in db: Database) throws {
    guard names.count > nameCount else { return }
    let size = Self.namesPerBlock
    for block in nameCount / size...(names.count - 1) / size {
      var packed = PackedWriter()
      for id in block * size..<min(names.count, (block + 1) * size) {
        packed.append(names.bytes(UInt32(id)))
      }
      try db.run(
        "INSERT OR REPLACE INTO name (block, hash, bytes) VALUES (?, ?, ?)",
        [block, Hashed.hash(packed.bytes), Data(packed.bytes)]
      )
    }
    nameCount = names.count
  }

  private mutating func saveDays(_ cut: CounterSnapshot, in db: Database) throws {
    var left = days
    for set in cut.sets {
      for (date, segment) in set.closed {
        let day = Day(set: set.number, day: date)
        let isPacked = left.removeValue(forKey: day)
        if isPacked == true, !segment.isNew(since: unsaved) { continue }
        if isPacked == false { try Self.deleteOpen(day, in: db) }
        try Self.save(segment, of: day, in: db)
        days[day] = true
      }
      for (date, rows) in set.open {
        let day = Day(set: set.number, day: date)
        let isPacked = left.removeValue(forKey: day)
        if isPacked == true { try Self.deletePacked(day, in: db) }
        if isPacked == false, rows.isNew(since: unsaved) { try Self.deleteOpen(day, in: db) }
        try Self.save(rows, since: unsaved, of: day, in: db)
        days[day] = false
      }
    }
    for (day, isPacked) in left {
      if isPacked { try Self.deletePacked(day, in: db) } else { try Self.deleteOpen(day, in: db) }
      days[day] = nil
    }
  }

  private static func save(_ segment: DaySegment, of day: Day, in db: Database) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO closed_day ("set", day, count, name_limit, hash, rows)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        day.set, day.day.daysSince1970, segment.count, Int(segment.nameLimit),
        Hashed.hash(segment.bytes), Data(segment.bytes),
      ]
    )
  }

  /// Writes the rows that changed.
  private static func save(
    _ rows: DayRows,
    since version: UInt32,
    of day: Day,
    in db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: #"INSERT OR REPLACE INTO open_day ("set", day, pair, counts) VALUES (?, ?, ?, ?)"#
    )
    try rows.forEachChange(since: version) { key, counts in
      var packed = PackedWriter()
      counts.write(to: &packed)
      try statement.execute(
        arguments: [
          day.set, day.day.daysSince1970, Int64(bitPattern: key), Data(packed.bytes),
        ]
      )
    }
  }

  private static func deleteOpen(_ day: Day, in db: Database) throws {
    try db.run(
      #"DELETE FROM open_day WHERE "set" = ? AND day = ?"#,
      [day.set, day.day.daysSince1970]
    )
  }

  private static func deletePacked(_ day: Day, in db: Database) throws {
    try db.run(
      #"DELETE FROM closed_day WHERE "set" = ? AND day = ?"#,
      [day.set, day.day.daysSince1970]
    )
  }

  private func save(_ alerts: StoredAlerts, in db: Database) throws {
    let (changed, all) = alerts.since(unsaved)
    for (id, bytes) in changed {
      try db.run(
        "INSERT OR REPLACE INTO alert (id, hash, bytes) VALUES (?, ?, ?)",
        [id, Hashed.hash(bytes), Data(bytes)]
      )
    }
    let kept = Set(all)
    for id in try String.fetchAll(db, sql: "SELECT id FROM alert") where !kept.contains(id) {
      try db.run("DELETE FROM alert WHERE id = ?", [id])
    }
  }

  private func saveTables(
    _ cut: CounterSnapshot,
    _ others: [StoredTable],
    in db: Database
  ) throws {
    for table in cut.tables + others {
      if table.blocks.isNew(since: unsaved) {
        try db.run(
          #"DELETE FROM entry WHERE kind = ? AND "set" = ?"#,
          [table.kind.rawValue, table.set]
        )
      }
      for number in 0..<table.blocks.blockCount {
        guard let bytes = table.blocks.block(number, changedSince: unsaved)
        else { continue }
        try db.run(
          """
          INSERT OR REPLACE INTO entry (kind, "set", block, hash, bytes) VALUES (?, ?, ?, ?, ?)
          """,
          [table.kind.rawValue, table.set, number, Hashed.hash(bytes), Data(bytes)]
        )
      }
    }
    let sets = cut.sets.map { String($0.number) }.joined(separator: ",")
    try db.execute(sql: #"DELETE FROM entry WHERE "set" NOT IN (\#(sets))"#)
  }
}
