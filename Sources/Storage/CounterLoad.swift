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
    _ checkpoint: Checkpoint
  ) throws -> (LoadedCut, SavedCounters) {
    // What is read back has the version before.
    var saved = SavedCounters(unsaved: 1)
    let names = try names()
    saved.nameCount = names.count
    let select = "SELECT value FROM meta WHERE key = 'counters'"
    let state = try StoredRow.all(select, of: "state", in: db).first.flatMap { row in
      try row.value("value", as: Data?.self)
    }
    var restoration = try CounterRestoration(
      into: empty,
      names: names,
      state: [UInt8](state ?? Data())
    )
    try loadClosedDays(into: &restoration, &saved)
    try loadOpenDays(into: &restoration, &saved)
    try loadEntries(into: &restoration)
    var loaded = LoadedCut(counters: restoration.finish(), checkpoint: checkpoint)
    loaded.blocks = blocks
    loaded.alerts = try alerts()
    return (loaded, saved)
  }

  private func names() throws -> [ArraySlice<UInt8>] {
    var names: [ArraySlice<UInt8>] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT block, hash, bytes FROM name ORDER BY block")
    while let row = try rows.next().map({ StoredRow($0, of: "names") }) {
      let (blocks, rest) = names.count.quotientAndRemainder(dividingBy: SavedCounters.namesPerBlock)
      guard try row.value(at: 0) == blocks, rest == 0 else { throw StoredDamage(part: "names") }
      var packed = PackedReader(try row.hashedBytes(at: 2, hashAt: 1))
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
    while let found = try rows.next() {
      let date = try StoredRow(found, of: "closed days").day(at: 1)
      let row = StoredRow(found, of: "closed day \(date.text)")
      let day = SavedCounters.Day(set: try row.value(at: 0), day: date)
      try restoration.restore(
        segment: row.hashedBytes(at: 5, hashAt: 4),
        count: row.value(at: 2),
        nameLimit: row.value(at: 3),
        set: day.set,
        day: date
      )
      saved.days[day] = true
    }
  }

  private func loadOpenDays(
    into restoration: inout CounterRestoration,
    _ saved: inout SavedCounters
  ) throws {
    let select = #"SELECT DISTINCT "set", day FROM open_day"#
    for found in try StoredRow.all(select, of: "days", in: db) {
      let day = SavedCounters.Day(set: try found.value("set"), day: try found.day("day"))
      let rows = try Row.fetchCursor(
        db,
        sql: #"SELECT pair, counts FROM open_day WHERE "set" = ? AND day = ?"#,
        arguments: [day.set, day.day.daysSince1970]
      )
      let part = "day \(day.day.text)"
      try restoration.restore(openDay: day.day, set: day.set) {
        guard let row = try rows.next().map({ StoredRow($0, of: part) }) else { return nil }
        let pair = try row.value(at: 0, as: Int64.self)
        return (UInt64(bitPattern: pair), [UInt8](try row.value(at: 1, as: Data.self)))
      }
      saved.days[day] = false
    }
  }

  private func alerts() throws -> [[UInt8]] {
    var alerts: [[UInt8]] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT id, hash, bytes FROM alert")
    while let row = try rows.next() {
      let row = StoredRow(row, of: "alerts")
      // A save asks for it.
      _ = try row.value(at: 0, as: String.self)
      alerts.append(try row.hashedBytes(at: 2, hashAt: 1))
    }
    return alerts
  }

  private mutating func loadEntries(into restoration: inout CounterRestoration) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: #"SELECT kind, "set", hash, bytes FROM entry ORDER BY kind, "set", block"#
    )
    while let found = try rows.next() {
      let kind = try StoredRow(found, of: "entries").value(at: 0, as: String.self)
      guard let table = StoredTable.Kind(rawValue: kind) else {
        throw StoredDamage(part: "entries")
      }
      let row = StoredRow(found, of: kind)
      let bytes = try row.hashedBytes(at: 3, hashAt: 2)
      switch table {
      case .detection, .detectedRejections, .caps: blocks[table, default: []].append(bytes)
      default: try restoration.restore(block: bytes, of: table, set: row.value(at: 1))
      }
    }
  }
}
