import Foundation
import GRDB
import MailLog
import TestSupport

/// A database in which values are made others.
struct DamagedDatabase {
  /// Where a value stands.
  struct Place: CustomStringConvertible {
    var table: String
    var column: String
    /// The number of the row, in the order of the table.
    var row: Int

    var description: String { "\(table).\(column) of row \(row)" }
  }

  /// What a value becomes: also one of another kind.
  private static let values: [DatabaseValue] = [
    0.databaseValue, 1.databaseValue, (-1).databaseValue, 7.databaseValue,
    Int64.min.databaseValue, Int64.max.databaseValue, (Int64.max - 1).databaseValue,
    Int64(UInt32.max).databaseValue, (Int64(1) << 61).databaseValue, 1e300.databaseValue,
    Double.infinity.databaseValue, "".databaseValue, "none".databaseValue,
    Data([0xff, 0]).databaseValue, .null,
  ]

  /// What a number of a packed record becomes.
  private static let numbers: [UInt64] = [
    0, 1, 2, 255, 65_535, UInt64(UInt32.max), UInt64(UInt32.max) - 1, 1 << 61, 1 << 62, 1 << 63,
    .max - 2, .max - 1, .max,
  ]

  private let database: DatabaseQueue

  init(path: String) throws {
    database = try DatabaseQueue(path: path)
  }

  func close() throws { try database.close() }

  /// All places with a value, in an order that is always the same.
  func places() throws -> [Place] {
    try database.read { db in
      let tables = try String.fetchAll(
        db,
        sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
      )
      return try tables.filter { !$0.hasPrefix("grdb") && !$0.hasPrefix("sqlite") }
        .flatMap { table in
          let columns = try db.columns(in: table).map(\.name)
          let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
          return (0..<count).flatMap { row in
            columns.map { Place(table: table, column: $0, row: row) }
          }
        }
    }
  }

  /// Changes the value at a place; what it was changed to.
  func damage(_ place: Place, _ random: inout SeededNumbers) throws -> String {
    try database.writeWithoutTransaction { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT * FROM \(place.table) ORDER BY 1 LIMIT 1 OFFSET \(place.row)"
      )
      guard let row else { return "nothing" }
      let old: DatabaseValue = row[place.column]
      var new = Self.values[random.below(Self.values.count)]
      if case .blob(let bytes) = old.storage, random.below(16) > 0 {
        new = Data(Self.damaged([UInt8](bytes), &random)).databaseValue
      }
      try write(new, place, row, in: db)
      return Self.text(old) + " becomes " + Self.text(new)
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    guard case .blob(let data) = value.storage else { return "\(value)" }
    return data.map { String($0, radix: 16) }.joined(separator: " ")
  }

  private func write(
    _ value: DatabaseValue,
    _ place: Place,
    _ row: Row,
    in db: Database
  ) throws {
    var columns = ["\"\(place.column)\" = ?"]
    var arguments = [value]
    // A hash that fits: not only what chance has changed is to be met.
    if case .blob(let bytes) = value.storage, row.hasColumn("hash"), place.column != "hash" {
      let bytes = [UInt8](bytes)
      columns.append("hash = ?")
      arguments.append(Int64(bitPattern: ByteHash.stable(bytes.span)).databaseValue)
    }
    let conditions = row.columnNames.map { "\"\($0)\" IS ?" }.joined(separator: " AND ")
    do {
      try db.execute(
        sql: "UPDATE \(place.table) SET \(columns.joined(separator: ", ")) WHERE \(conditions)",
        arguments: StatementArguments(arguments + Array(row.databaseValues))
      )
      precondition(db.changesCount == 1, "\(db.changesCount) rows are \(place)")
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CONSTRAINT
      || error.resultCode == .SQLITE_MISMATCH
    {
      // SQLite itself sees that this is no value of the column.
    }
  }

  /// The record with one number changed, a bit, or its length.
  private static func damaged(_ bytes: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
    guard !bytes.isEmpty else { return [0xff] }
    var bytes = bytes
    let place = random.below(bytes.count)
    switch random.below(20) {
    case 0: return Array(bytes[..<place])
    case 1: return bytes + bytes
    case 2: return bytes + [0]
    case 3, 4, 5: bytes[place] ^= 1 << random.below(8)
    default:
      let start = bytes[..<place].lastIndex { $0 < 0x80 }.map { $0 + 1 } ?? 0
      let end = bytes[place...].firstIndex { $0 < 0x80 } ?? bytes.count - 1
      var number = PackedWriter()
      number.append(numbers[random.below(numbers.count)])
      bytes.replaceSubrange(start...end, with: number.bytes)
    }
    return bytes
  }
}
