import MailLog
import Testing

struct CivilDateTests {
  private static func length(_ month: Int, _ year: Int) -> Int {
    let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  @Test func `every day from 1970 to 2200 goes there and back`() {
    var number: Int32 = 0
    var wrong: [String] = []
    for year in 1970...2200 {
      for month in 1...12 {
        for day in 1...Self.length(month, year) {
          let date = CivilDate(daysSince1970: number)
          let text = digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2)
          let isRight =
            date.components == (year, month, day) && date.text == text
            && CivilDate(year: year, month: month, day: day) == date && CivilDate(text) == date
          if !isRight { wrong.append(text) }
          number += 1
        }
        let beyond = Self.length(month, year) + 1
        if CivilDate(year: year, month: month, day: beyond) != nil { wrong.append("\(year)") }
      }
    }
    #expect(wrong.isEmpty)
    #expect(number == 84_371)
  }

  @Test func `days from year 1 to 9999 go there and back`() {
    var wrong: [Int32] = []
    for number in stride(from: Int32(-719_162), through: 2_932_896, by: 101) {
      let (year, month, day) = CivilDate(daysSince1970: number).components
      if CivilDate(year: year, month: month, day: day)?.daysSince1970 != number {
        wrong.append(number)
      }
    }
    #expect(wrong.isEmpty)
    #expect(CivilDate(daysSince1970: -719_162).text == "0001-01-01")
    #expect(CivilDate(daysSince1970: 2_932_896).text == "9999-12-31")
  }

  @Test func `what is no date is none`() {
    for (year, month, day) in [
      (2025, 2, 29), (1900, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1),
      (2026, 1, 0), (2026, 1, -1), (0, 1, 1), (10_000, 1, 1), (.max, .max, .max),
      (.min, .min, .min),
    ] {
      #expect(CivilDate(year: year, month: month, day: day) == nil, "\(year) \(month) \(day)")
    }
    #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
  }

  @Test(arguments: [
    "", "-", "--", "2026", "2026-11", "2026-11-", "2026-11-21-", "2026-11-21 ", " 2026-11-21",
    "2026-1-21", "2026-11-1", "20261121", "2026/11/21", "+026-11-21", "2026-+1-21", "-026-11-21",
    "2026-11-31", "0000-01-01", "２０２６-11-21", "2026-11-21T", "2026-11-2\u{301}1", "2026\u{0}-11-21",
  ])
  func `what does not read YYYY-MM-DD is no date`(_ text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func `dates are counted in days`() throws {
    let first = try #require(CivilDate("2025-12-31"))
    let second = try #require(CivilDate("2026-03-01"))
    #expect(first < second)
    #expect(first.distance(to: second) == 60)
    #expect(first.advanced(by: 60) == second)
    #expect(second.advanced(by: -60) == first)
    #expect(Array(first...second).count == 61)
  }

  @Test func `digits have zeros in front`() {
    #expect([0, 7, 42, 12345].map { digits($0, 3) } == ["000", "007", "042", "12345"])
  }
}
