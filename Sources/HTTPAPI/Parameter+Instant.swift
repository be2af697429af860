import MailLog

extension Parameter {
  /// A day, or an instant as RFC 3339 writes it in whole seconds; nil: neither.
  ///
  /// - Parameters:
  ///   - text: `2026-11-21`, `2026-11-21T10:00:00Z`, `2026-11-21T10:00:00+01:00`.
  ///   - zone: where a day begins.
  /// - Returns: the day's start, or the instant; the latest instant that there is for later ones.
  static func instant(_ text: String, _ zone: ZoneRules) -> Timestamp? {
    guard let date = date(String(text.prefix(10))) else { return nil }
    guard date <= lastDay else { return Timestamp(nanoseconds: .max) }
    let rest = text.dropFirst(10)
    if rest.isEmpty { return LocalDays(zone: zone).start(of: date) }
    guard rest.first == "T", let offset = offset(rest.dropFirst(9)),
      let clock = clock(rest.dropFirst().prefix(8), 3)
    else { return nil }
    return Timestamp(seconds: Int64(date.daysSince1970) * 86_400 + clock - offset)
  }

  /// Behind it instants do not fit into their numbers, in some zones.
  private static let lastDay = CivilDate(daysSince1970: 106_749)

  /// Seconds east of UTC.
  private static func offset(_ text: Substring) -> Int64? {
    if text == "Z" { return 0 }
    guard let sign = text.first, "+-".contains(sign),
      let clock = clock(text.dropFirst(), 2)
    else { return nil }
    return sign == "-" ? -clock : clock
  }

  /// The seconds of `HH:MM` or `HH:MM:SS`.
  private static func clock(_ text: Substring, _ count: Int) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.utf8.count == 2 ? integer(String($0)) : nil }
    guard parts.count == count, numbers.count == count, numbers[0] < 24,
      numbers.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    return Int64(numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0))
  }
}
