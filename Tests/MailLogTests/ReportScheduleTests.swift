import MailLog
import Testing

struct ReportScheduleTests {
  private static let sunday = ReportSchedule(.weekly(weekday: 6), minutes: 150)

  private static func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  @Test func `days of the week are those of the calendar`() throws {
    #expect(try Self.date("1970-01-01").weekday == 3)
    #expect(try Self.date("2026-11-22").weekday == 6)
    #expect(CivilDate(daysSince1970: -1).weekday == 2)
    for day in Int32(-1000)..<1000 {
      let (day, next) = (CivilDate(daysSince1970: day), CivilDate(daysSince1970: day + 1))
      #expect(next.weekday == (day.weekday + 1) % 7)
    }
  }

  @Test(arguments: TestZones.all)
  func `each due day comes once, in order, whatever the clock does`(zone: ZoneRules) {
    let schedules = [
      Self.sunday, ReportSchedule(.weekly(weekday: 4), minutes: 0),
      ReportSchedule(.monthly(day: 31), minutes: 30),
      ReportSchedule(.monthly(day: 1), minutes: 23 * 60 + 59),
    ]
    for change in zone.transitions + [1_772_150_400] {
      for schedule in schedules {
        var days: [CivilDate] = []
        var calendar = LocalDays(zone: zone)
        for second in stride(from: change - 40 * 86_400, to: change + 40 * 86_400, by: 900) {
          let time = Timestamp(seconds: second)
          let day = schedule.lastDueDay(at: time, in: zone)
          #expect(day <= calendar.day(of: time))
          if let last = days.last, last == day { continue }
          if let last = days.last {
            #expect(day > last)
            #expect(schedule.count(after: last, upTo: day) == 1)
          }
          days.append(day)
        }
        #expect(schedule.count(after: days[0], upTo: days[days.count - 1]) == days.count - 1)
        #expect(days.count >= 3)
      }
    }
  }

  @Test func `it is due at its time of day, once, also when that comes never or twice`() throws {
    let zone = TestZones.berlin
    // 02:30 does not exist on 29 March 2026, and comes twice on 25 October.
    for (day, due) in [
      ("2026-03-29", zone.transitions[0] + 1800), ("2026-10-25", zone.transitions[1] - 1800),
    ] {
      let day = try Self.date(day)
      let before = Timestamp(seconds: due - 1)
      #expect(Self.sunday.lastDueDay(at: before, in: zone) == day.advanced(by: -7))
      #expect(Self.sunday.lastDueDay(at: Timestamp(seconds: due), in: zone) == day)
      #expect(Self.sunday.lastDueDay(at: Timestamp(seconds: due + 7200), in: zone) == day)
    }
  }

  @Test(arguments: [
    ("2026-11-23", "2026-11-16", "2026-11-22", nil),
    ("2026-03-01", "2026-02-22", "2026-02-28", nil),
    ("2026-03-01", "2026-02-01", "2026-02-28", 1), ("2026-03-31", "2026-02-01", "2026-02-28", 31),
    ("2024-03-15", "2024-02-01", "2024-02-29", 15), ("2026-01-31", "2025-12-01", "2025-12-31", 31),
  ])
  func `a week is the seven days before, a month the calendar month before`(
    due: String,
    start: String,
    end: String,
    day: Int?
  ) throws {
    let rhythm = day.map { ReportSchedule.Rhythm.monthly(day: $0) } ?? .weekly(weekday: 0)
    let period = ReportSchedule(rhythm, minutes: 0).period(dueOn: try Self.date(due))
    #expect(period.lowerBound.text == start)
    #expect(period.upperBound.text == end)
  }

  @Test func `a month without that day has it on its last`() throws {
    let schedule = ReportSchedule(.monthly(day: 30), minutes: 0)
    for (time, day) in [
      ("2026-02-27", "2026-01-30"), ("2026-02-28", "2026-02-28"), ("2026-03-29", "2026-02-28"),
      ("2026-03-30", "2026-03-30"), ("2026-04-30", "2026-04-30"),
    ] {
      let noon = Timestamp(seconds: Int64(try Self.date(time).daysSince1970) * 86_400 + 43_200)
      #expect(schedule.lastDueDay(at: noon, in: .utc).text == day)
    }
  }

  @Test func `as many days as a schedule reaches back are enough, and one less is not`() throws {
    let start = try Self.date("2024-01-01")
    let rhythms = (1...31).map { ReportSchedule.Rhythm.monthly(day: $0) } + [.weekly(weekday: 3)]
    for rhythm in rhythms {
      let schedule = ReportSchedule(rhythm, minutes: 0)
      let needed = (0..<800).map { number in
        let noon = (Int64(start.daysSince1970) + Int64(number)) * 86_400 + 43_200
        let due = schedule.lastDueDay(at: Timestamp(seconds: noon), in: .utc)
        return Int(due.daysSince1970 - schedule.period(dueOn: due).lowerBound.daysSince1970) + 1
      }
      #expect(needed.max() == schedule.reach, "\(rhythm)")
    }
  }
}
