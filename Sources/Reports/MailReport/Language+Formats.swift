import Counters
import Languages
import MailLog

// Figures and dates as the language writes them.
extension Language {
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
    let (day, month) = (date.components.day, words("months")[date.components.month - 1])
    return self == .german ? "\(day). \(month)" : "\(day) \(month)"
  }

  /// `Sun 15 Nov`.
  func weekday(_ date: CivilDate) -> String {
    "\(words("weekdays")[date.weekday]) \(day(date))"
  }

  /// `15 Nov 20:52`, with the year if it is not that of `day`.
  func time(_ time: Timestamp, _ zone: ZoneRules, of day: CivilDate) -> String {
    let civil = CivilTime(time, zone)
    let date = civil.date
    let year = date.components.year == day.components.year ? "" : " \(date.components.year)"
    return "\(self.day(date))\(year) \(civil.clock.prefix(5))"
  }

  /// The pieces of a period: `Sun 15 Nov`, `16 Nov – 22 Nov` or `Nov 2026`.
  func labels(_ buckets: Buckets) -> [String] {
    let ends = buckets.starts.dropFirst().map { $0.advanced(by: -1) } + [buckets.end]
    return zip(buckets.starts, ends).map { first, last in
      switch buckets.unit {
      case .day: weekday(first)
      case .week: "\(day(first)) – \(day(last))"
      case .month: "\(words("months")[first.components.month - 1]) \(first.components.year)"
      }
    }
  }

  /// `15 Nov – 21 Nov 2026`.
  func period(_ start: CivilDate, _ end: CivilDate) -> String {
    let year = end.components.year
    if start == end { return "\(day(end)) \(year)" }
    let startYear = start.components.year == year ? "" : " \(start.components.year)"
    return "\(day(start))\(startYear) – \(day(end)) \(year)"
  }

  /// The names of days and months, which the table has in one line each.
  private func words(_ key: String) -> [Substring] { term(key).split(separator: " ") }

  /// The TLS version as columns name it.
  func name(of version: TLSVersion) -> String { term("tls-\(version.label)") }
}
