import Counters
import Languages
package import MailLog

/// Days and times as text.
enum DateText {
  static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `1 Nov`.
  static func short(_ date: CivilDate) -> String {
    "\(date.components.day) \(months[date.components.month - 1])"
  }

  /// `15 Nov – 21 Nov 2026`.
  static func period(_ start: CivilDate, _ end: CivilDate) -> String {
    let year = end.components.year
    if start == end { return "\(short(end)) \(year)" }
    let startYear = start.components.year
    return short(start) + (startYear == year ? "" : " \(startYear)") + " – \(short(end)) \(year)"
  }

  /// The instant for tables, which name the zone above: `2026-11-21 10:00:01`.
  static func table(_ time: Timestamp, _ zone: ZoneRules) -> String {
    let civil = CivilTime(time, zone)
    return "\(civil.date.text) \(civil.clock)"
  }
}

extension LineWriter {
  /// Says that there are figures since a day only.
  package mutating func append(keptSince day: CivilDate) {
    append(Line())
    let text = Language.english.term("mail-gone", ["day": DateText.period(day, day)])
    append(paragraph: text, first: Piece("! ", .warning))
  }
}

/// Figures as people read them.
package enum TableText {
  /// What stands where the server does not log a figure.
  static let unknown = Piece("–", .dim)

  static func number(_ number: UInt64?) -> Piece {
    number.map { Piece(String($0)) } ?? unknown
  }

  static func bytes(_ bytes: UInt64?) -> Piece {
    bytes.map { Piece(size($0)) } ?? unknown
  }

  static func date(_ date: CivilDate?) -> [Piece] {
    date.map { [Piece($0.text)] } ?? []
  }

  /// `12.5% (3)`.
  static func share(_ sums: Sums, _ version: TLSVersion) -> Piece {
    let count = sums.count(version)
    let text = "\(percent(sums.permille(version))) (\(count))"
    return Piece(text, count == 0 ? .zero : .tls(version))
  }

  /// A number of tenths of a percent: `12.5%`.
  static func percent(_ tenths: UInt64) -> String { "\(tenths / 10).\(tenths % 10)%" }

  /// `512 B`, `1.2 MB`: units of 1000, one decimal.
  static func size(_ bytes: UInt64) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    var unit: UInt64 = 1000
    for name in ["kB", "MB", "GB", "TB", "PB", "EB"] {
      let whole = bytes / unit
      let tenths = whole * 10 + (bytes % unit / (unit / 100) + 5) / 10
      if tenths < 10_000 || name == "EB" { return "\(tenths / 10).\(tenths % 10) \(name)" }
      unit *= 1000
    }
    return "\(bytes) B"
  }

  /// `9 messages, 12 recipients, 41.0 kB`.
  static func totals(_ sums: Sums) -> String {
    let parts = [
      counted(sums.messages, "message"),
      sums.recipients.map { counted($0, "recipient") },
      sums.bytes.map { size($0) },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  /// `1 message`, `2 messages`.
  package static func counted(
    _ number: UInt64,
    _ noun: String,
    _ plural: String? = nil
  ) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}
