import Foundation
import GRDB
import MailLog

/// A row whose columns may hold anything: SQLite takes any value, and so do damaged pages.
///
/// GRDB's own subscripts end the program where a value is of another type.
struct StoredRow {
  private let row: Row
  /// What is damaged if a value is none of its column, in a few words for a person.
  private let part: String

  init(_ row: Row, of part: String) {
    self.row = row
    self.part = part
  }

  static func all(_ sql: String, of part: String, in db: Database) throws -> [StoredRow] {
    try Row.fetchAll(db, sql: sql).map { StoredRow($0, of: part) }
  }

  private var damage: StoredDamage { StoredDamage(part: part) }

  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: String,
    as type: Value.Type = Value.self
  ) throws(StoredDamage) -> Value {
    do { return try row.decode(type, forColumn: column) } catch { throw damage }
  }

  /// As `value(_:as:)`, by the column's place: where there are many rows.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    at place: Int,
    as type: Value.Type = Value.self
  ) throws(StoredDamage) -> Value {
    do { return try row.decode(type, atIndex: place) } catch { throw damage }
  }

  /// The bytes of a column, where their hash is that of another one.
  func hashedBytes(at place: Int, hashAt hashPlace: Int) throws(StoredDamage) -> [UInt8] {
    let bytes = [UInt8](try value(at: place, as: Data.self))
    guard Hashed.hash(bytes) == (try value(at: hashPlace, as: Int64.self)) else { throw damage }
    return bytes
  }

  func time(_ column: String) throws(StoredDamage) -> Timestamp {
    guard let time = try timeIfAny(column) else { throw damage }
    return time
  }

  func timeIfAny(_ column: String) throws(StoredDamage) -> Timestamp? {
    guard let nanoseconds = try value(column, as: Int64?.self) else { return nil }
    guard let time = Timestamp(stored: nanoseconds) else { throw damage }
    return time
  }

  func day(_ column: String) throws(StoredDamage) -> CivilDate {
    try day(numbered: try value(column))
  }

  func dayIfAny(_ column: String) throws(StoredDamage) -> CivilDate? {
    guard let number = try value(column, as: Int64?.self) else { return nil }
    return try day(numbered: number)
  }

  /// As `day(_:)`, by the column's place.
  func day(at place: Int) throws(StoredDamage) -> CivilDate {
    try day(numbered: try value(at: place))
  }

  private func day(numbered number: Int64) throws(StoredDamage) -> CivilDate {
    guard let day = CivilDate(stored: number) else { throw damage }
    return day
  }

  /// All 64 bits of a number.
  func bits(_ column: String) throws(StoredDamage) -> UInt64 {
    UInt64(bitPattern: try value(column))
  }

  /// A number that rises, which another one can follow; nil where there is none.
  func ordinalIfAny(_ column: String) throws(StoredDamage) -> UInt64? {
    guard let number = try value(column, as: Int64?.self) else { return nil }
    return try ordinal(from: number)
  }

  func ordinal(_ column: String) throws(StoredDamage) -> UInt64 {
    try ordinal(from: try value(column))
  }

  private func ordinal(from number: Int64) throws(StoredDamage) -> UInt64 {
    // Milliseconds since 1970, mostly: readers of JSON are exact up to here.
    guard (0..<1 << 53).contains(number) else { throw damage }
    return UInt64(number)
  }

  func number(_ column: String) throws(StoredDamage) -> Double {
    let number = try value(column, as: Double.self)
    guard number.isFinite else { throw damage }
    return number
  }

  /// What was counted.
  func count(_ column: String) throws(StoredDamage) -> UInt64 {
    let count = UInt64(bitPattern: try value(column, as: Int64.self))
    guard count <= PackedReader.countLimit else { throw damage }
    return count
  }
}
