import Counters
import MailLog

/// A language of report mails, by its tag (BCP 47).
package enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case german = "de"
  case dutch = "nl"

  var terms: Terms {
    switch self {
    case .english: .english
    case .german: .german
    case .dutch: .dutch
    }
  }
}

// Numbers and dates as the language writes them.
extension Language {
  private var thousands: String { self == .english ? "," : "." }
  private var decimals: String { self == .english ? "." : "," }

  /// `1,234`.
  func number(_ number: UInt64) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += thousands }
      text.append(digit)
    }
    return text
  }

  /// Tenths of a percent: `12.5%`, in German `12,5 %`.
  func percent(_ tenths: UInt64) -> String {
    let space = self == .german ? "\u{a0}" : ""
    return "\(tenths / 10)\(decimals)\(tenths % 10)\(space)%"
  }

  /// `12.5% (3)`: how the report shows shares.
  func share(_ sums: Sums, _ version: TLSVersion) -> String {
    "\(percent(sums.permille(version))) (\(number(sums.count(version))))"
  }

  /// `41.0 kB`.
  func size(_ bytes: UInt64) -> String {
    let text = TableText.size(bytes)
    return self == .english ? text : String(text.map { $0 == "." ? "," : $0 })
  }

  /// `15 Nov`, in German `15. Nov.`.
  func day(_ date: CivilDate) -> String {
    let (day, month) = (date.components.day, terms.months[date.components.month - 1])
    return self == .german ? "\(day). \(month)" : "\(day) \(month)"
  }

  /// `Sun 15 Nov`.
  func weekday(_ date: CivilDate) -> String {
    "\(terms.weekdays[DateText.weekday(date)]) \(day(date))"
  }

  /// `15 Nov – 21 Nov 2026`.
  func period(_ start: CivilDate, _ end: CivilDate) -> String {
    let year = end.components.year
    if start == end { return "\(day(end)) \(year)" }
    let startYear = start.components.year == year ? "" : " \(start.components.year)"
    return "\(day(start))\(startYear) – \(day(end)) \(year)"
  }
}
