/// The year that ends at an instant: a stamp without a year lies in it once.
struct YearWindow: Sendable {
  /// Seconds since the start of a leap year, as in a stamp, on the hour: stamps before it are of
  /// `year`, others of the year before.
  private let end: Int64
  private let year: Int
  /// The instants that the window may end at, in seconds.
  private let ends: ClosedRange<Int64>

  static var length: Int64 { 366 * 86_400 }

  /// The window that ends with the hour of `instant`, in seconds since 1970.
  init(endingAt instant: Int64, zone: ZoneRules) {
    let hour: Int64 = 3600
    let offset = Int64(zone.offset(at: instant))
    let local = max(0, (instant + offset + hour - 1) / hour * hour)
    let (day, time) = (local / 86_400, local % 86_400)
    let date = CivilDate(daysSince1970: Int32(truncatingIfNeeded: day))
    year = date.components.year
    let start = CivilDate(year: year, month: 1, day: 1) ?? date
    let dayOfYear = Int64(start.distance(to: date))
    end = (CivilDate.isLeap(year) || dayOfYear < 59 ? dayOfYear : dayOfYear + 1) * 86_400 + time
    ends = local - offset - hour + 1...local - offset
  }

  /// Whether it is the window that ends with the hour of `instant`.
  func ends(at instant: Int64) -> Bool { ends.contains(instant) }

  /// The year of a stamp in the window; 29 February may be none of it.
  func year(of reading: Int64) -> Int { reading < end ? year : year - 1 }

  /// Seconds from the start of the window to a stamp in it.
  func place(of reading: Int64) -> Int64 {
    reading < end ? reading - end + Self.length : reading - end
  }
}

// Stamps without a year: seconds since the start of a leap year.
extension YearWindow {
  /// Seconds since 1970 on the local clock; nil for 29 February of a common year.
  static func local(_ reading: Int64, year: Int) -> Int64? {
    guard let start = CivilDate(year: year, month: 1, day: 1) else { return nil }
    var dayOfYear = reading / 86_400
    if !CivilDate.isLeap(year), dayOfYear >= 59 {
      guard dayOfYear > 59 else { return nil }
      dayOfYear -= 1
    }
    return (Int64(start.daysSince1970) + dayOfYear) * 86_400 + reading % 86_400
  }

  static func isLeapDay(_ reading: Int64) -> Bool { reading / 86_400 == 59 }

  /// How many years before `year` the next one is that has the stamp's day.
  static func yearsBack(to reading: Int64, from year: Int) -> Int {
    guard isLeapDay(reading) else { return 0 }
    // Leap years are at most eight years apart.
    return (0...8).first { CivilDate.isLeap(year - $0) } ?? 8
  }
}
