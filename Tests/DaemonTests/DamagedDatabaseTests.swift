import Foundation
import MailLog
import TestSupport
import Testing

/// Databases in which one value is another one, as bits that flip, or people, make them.
struct DamagedDatabaseTests {
  private let folder: TemporaryFolder
  private let life: DaemonLife
  /// What a day has left behind.
  private let whole: String

  init() throws {
    folder = try TemporaryFolder()
    life = try DaemonLife(folder)
    whole = folder.path("whole.db")
    try life.begin(at: whole)
  }

  private func copy(_ name: String) throws -> String {
    let path = folder.path(name)
    try TemporaryFolder.copyFile(whole, to: path)
    return path
  }

  /// Where values are changed: of each column some, of a record of many numbers some more.
  private func places(_ random: inout SeededNumbers) throws -> [DamagedDatabase.Place] {
    let database = try DamagedDatabase(path: whole)
    let all = try database.places()
    try database.close()
    let columns = Dictionary(grouping: all) { "\($0.table).\($0.column)" }
    return columns.sorted { $0.key < $1.key }.flatMap { column, places in
      // States are of nine kinds, entries of eight.
      let count = column == "state.bytes" ? 18 : column == "entry.bytes" ? 10 : 1
      return (0..<count).map { number in
        places[(number * places.count / count + random.below(9)) % places.count]
      }
    }
  }

  @Test func `a day that begins with what another one has left goes well`() throws {
    #expect(try life.goOn(at: whole) == [])
  }

  @Test func `whatever value is damaged, the daemon goes on, or says what is wrong`() throws {
    var random = SeededNumbers(1)
    var refused = 0
    let places = try places(&random)
    for (number, place) in places.enumerated() {
      let path = try copy("\(number).db")
      let database = try DamagedDatabase(path: path)
      let change = try database.damage(place, &random)
      try database.close()
      // Where this ends the program, it is to be known at which value.
      try folder.write(Array("\(place) \(change)".utf8), to: "last")
      let problems = try life.goOn(at: path)
      refused += problems.count
      let isClear = problems.allSatisfy { $0.contains("is damaged (") && $0.contains("restore it") }
      #expect(isClear, "\(place) \(change): \(problems)")
    }
    #expect((1..<places.count).contains(refused))
  }
}
