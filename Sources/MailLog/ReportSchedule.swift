/// When a report is due again and again, by the calendar and the clock of a zone.
public struct ReportSchedule: Sendable, Equatable {
  public enum Rhythm: Sendable, Equatable {
    /// On a day of the week, 0 for Monday; about the seven days before it.
    case weekly(weekday: Int)
    /// On a day of the month, in a shorter one on its last; about the month before.
    case monthly(day: Int)
  }

  public var rhythm: Rhythm
  /// Since midnight.
  public var minutes: Int

  public init(_ rhythm: Rhythm, minutes: Int) {
    self.rhythm = rhythm
    self.minutes = minutes
  }

  /// The last day on which a report was due by `time`.
  ///
  /// A clock reading that autumn repeats is due the first time, one that spring leaves out when the
  /// clock would have shown it.
  public func lastDueDay(at time: Timestamp, in zone: ZoneRules) -> CivilDate {
    var calendar = LocalDays(zone: zone)
    let day = dueDay(upTo: calendar.day(of: time))
    let reading = Int64(day.daysSince1970) * 86_400 + Int64(minutes) * 60
    let due = Timestamp(seconds: zone.instants(ofLocal: reading).first)
    return due <= time ? day : dueDay(upTo: day.advanced(by: -1))
  }

  /// How many reports were due after one day and up to another, itself a due day.
  public func count(after first: CivilDate, upTo last: CivilDate) -> Int {
    var count = 0
    var day = last
    while day > first {
      count += 1
      day = dueDay(upTo: day.advanced(by: -1))
    }
    return count
  }

  /// How many days must be kept for any of its reports, the one on which it is due among them.
  public var reach: Int {
    switch rhythm {
    case .weekly: 8
    case .monthly(let day): day + 31
    }
  }

  /// The days that the report is about that is due on `day`.
  public func period(dueOn day: CivilDate) -> ClosedRange<CivilDate> {
    guard case .monthly = rhythm else { return day.advanced(by: -7)...day.advanced(by: -1) }
    let last = day.advanced(by: -day.components.day)
    return last.advanced(by: 1 - last.components.day)...last
  }

  private func dueDay(upTo day: CivilDate) -> CivilDate {
    switch rhythm {
    case .weekly(let weekday): return day.advanced(by: -((day.weekday - weekday + 7) % 7))
    case .monthly(let number):
      let due = Self.dueDay(number, ofMonthWith: day)
      if due <= day { return due }
      return Self.dueDay(number, ofMonthWith: day.advanced(by: -day.components.day))
    }
  }

  private static func dueDay(_ number: Int, ofMonthWith day: CivilDate) -> CivilDate {
    let (year, month, today) = day.components
    return day.advanced(by: min(number, CivilDate.days(inMonth: month, of: year)) - today)
  }
}
