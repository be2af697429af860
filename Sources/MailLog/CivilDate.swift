/// A day of the Gregorian calendar, as the number of days since 1970-01-01.
public struct CivilDate: BitwiseCopyable, Comparable, Hashable, Sendable, Strideable {
  /// How many days can be kept, and asked about at once.
  public static let periodLengths = 1...730

  public var daysSince1970: Int32

  public init(daysSince1970: Int32) {
    self.daysSince1970 = daysSince1970
  }

  /// A day as it was stored; nil: it cannot have been, as no instant of it can.
  public init?(stored daysSince1970: Int64) {
    let day: Int64 = 86_400 * 1_000_000_000
    guard Timestamp.isStorable(daysSince1970, inUnitsOf: day) else { return nil }
    self.daysSince1970 = Int32(daysSince1970)
  }

  /// The date, or nil where the calendar has none such (30 February).
  ///
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.days(inMonth: month, of: year)
    else { return nil }
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.daysSince1970 = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `YYYY-MM-DD`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Year, month and day (civil_from_days of the same source).
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = Int(daysSince1970) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// 0 for Monday.
  public var weekday: Int {
    // 1970-01-01 was a Thursday.
    (Int(daysSince1970) % 7 + 10) % 7
  }

  /// The date as `YYYY-MM-DD`.
  public var text: String {
    let (year, month, day) = components
    return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
  }

  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.daysSince1970 < right.daysSince1970
  }

  public func distance(to other: CivilDate) -> Int {
    Int(other.daysSince1970) - Int(daysSince1970)
  }

  public func advanced(by days: Int) -> CivilDate {
    CivilDate(daysSince1970: daysSince1970 + Int32(days))
  }
}

/// `number` in decimal, with zeros in front up to `width`.
public func digits(_ number: Int, _ width: Int) -> String {
  var text = String(number)
  for _ in 0..<max(0, width - text.utf8.count) { text = "0" + text }
  return text
}
