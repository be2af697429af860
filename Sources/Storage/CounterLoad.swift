import Counters
import Foundation
import GRDB
import MailLog

/// Reads the counters back.
struct CounterLoad {
  private let db: Database
  /// The blocks of others than the counters, as they were met.
  private var blocks: [StoredTable.Kind: [[UInt8]]] = [:]

  init(_ db: Database) {
    self.db = db
  }

  /// The counters, and what is known of the database afterwards.
  mutating func run(
    into empty: Counters,
    _ record: SaveRecord
  ) throws -> (LoadedSave, SavedCounters) {
    var saved = SavedCounters()
    let names = try names()
    saved.nameCount = names.count
    let state = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'counters'")
    var restoration = try CounterRestoration(
      into: empty,
      names: names,
      state: [UInt8](state ?? Data())
    )
    try loadClosedDays(into: &restoration, &saved)
    try loadOpenDays(into: &restoration, &saved)
    try loadEntries(into: &restoration)
    var loaded = LoadedSave(counters: restoration.finish(), record: record)
    loaded.blocks = blocks
    loaded.alerts = try alerts()
    return (loaded, saved)
  }

  private func names() throws -> [ArraySlice<UInt8>] {
    var names: [ArraySlice<UInt8>] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT block, hash, bytes FROM name ORDER BY block")
    while let row = try rows.next() {
      let block: Int = row[0]
      guard names.count == block * SavedCounters.namesPerBlock else {
        throw StoredDamage(part: "names")
      }
      var packed = PackedReader(try Hashed.bytes(row, at: 2, hashAt: 1, part: "names"))
      while !packed.isAtEnd {
        guard let name = packed.text() else { throw StoredDamage(part: "names") }
        names.append(name)
      }
    }
    return names
  }

  private func loadClosedDays(
    into restoration: inout CounterRestoration,
    _ saved: inout SavedCounters
  ) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: #"SELECT "set", day, count, name_limit, hash, rows FROM closed_day"#
    )
    while let row = try rows.next() {
      let day = SavedCounters.Day(set: row[0], day: CivilDate(daysSince1970: row[1]))
      let bytes = try Hashed.bytes(row, at: 5, hashAt: 4, part: "closed day \(day.day.text)")
      try restoration.restore(
        segment: bytes,
        count: row[2],
        nameLimit: row[3],
        set: day.set,
        day: day.day
      )
      saved.days[day] = true
    }
  }

  private func loadOpenDays(
    into restoration: inout CounterRestoration,
    _ saved: inout SavedCounters
  ) throws {
    let days = try Row.fetchAll(db, sql: #"SELECT DISTINCT "set", day FROM open_day"#)
    for found in days {
      let day = SavedCounters.Day(set: found[0], day: CivilDate(daysSince1970: found[1]))
      let rows = try Row.fetchCursor(
        db,
        sql: #"SELECT pair, counts FROM open_day WHERE "set" = ? AND day = ?"#,
        arguments: [day.set, day.day.daysSince1970]
      )
      try restoration.restore(openDay: day.day, set: day.set) {
        guard let row = try rows.next() else { return nil }
        let (pair, counts): (Int64, Data) = (row[0], row[1])
        return (UInt64(bitPattern: pair), [UInt8](counts))
      }
      saved.days[day] = false
    }
  }

  private func alerts() throws -> [[UInt8]] {
    var alerts: [[UInt8]] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT hash, bytes FROM alert")
    while let row = try rows.next() {
      alerts.append(try Hashed.bytes(row, at: 1, hashAt: 0, part: "alerts"))
    }
    return alerts
  }

  private mutating func loadEntries(into restoration: inout CounterRestoration) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: #"SELECT kind, "set", hash, bytes FROM entry ORDER BY kind, "set", block"#
    )
    while let row = try rows.next() {
      let kind: String = row[0]
      guard let table = StoredTable.Kind(rawValue: kind) else {
        throw StoredDamage(part: "entries")
      }
      let bytes = try Hashed.bytes(row, at: 3, hashAt: 2, part: kind)
      switch table {
      case .detection, .detectedRejections, .caps: blocks[table, default: []].append(bytes)
      default: try restoration.restore(block: bytes, of: table, set: row[1])
      }
    }
  }
}
