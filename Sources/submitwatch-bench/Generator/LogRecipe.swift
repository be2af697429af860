/// What a log to be generated looks like.
struct LogRecipe {
  var byteCount: Int
  var accountCount: Int
  var dayCount: Int
  var format: StampFormat
  var seed: UInt64
  var hasShortIDs: Bool
}

/// How a line's time is written.
enum StampFormat: String, CaseIterable {
  case rfc3339
  case rfc3164
}

/// TLS versions, in the order of the truth's columns.
enum TLSVersion: Int {
  case none
  case ssl3
  case tls10
  case tls11
  case tls12
  case tls13
  case unknown
}

/// The part of the calendar that the generator needs.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
struct CalendarDay {
  /// 2026-11-20, in days since 1970-01-01.
  static let last = 20_777

  let year: Int
  let month: Int
  let day: Int
  let isWeekend: Bool

  init(daysSince1970: Int) {
    let shifted = daysSince1970 + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    // 1970-01-01 was a Thursday.
    isWeekend = [2, 3].contains(daysSince1970 % 7)
  }
}
