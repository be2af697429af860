import MailLog

/// The days of a period, cut into as many pieces as a chart has room for.
struct Buckets: Sendable {
  enum Unit: String, Sendable { case day, week, month }

  let unit: Unit
  let start: CivilDate
  let end: CivilDate
  /// The first day of each piece.
  let starts: [CivilDate]

  /// Up to 31 days: days; up to 26 weeks: weeks from Monday on; beyond: calendar months.
  init(start: CivilDate, end: CivilDate) {
    let count = start.distance(to: end) + 1
    let unit = count <= 31 ? Unit.day : count <= 182 ? .week : .month
    self.start = start
    self.end = end
    self.unit = unit
    starts = (start...end).filter { day in
      switch unit {
      case .day: true
      case .week: day == start || day.weekday == 0
      case .month: day == start || day.components.day == 1
      }
    }
  }

  /// What each piece adds up to, from the figures of each day.
  func sums(_ days: [Sums]) -> [Sums] {
    var sums = starts.map { _ in Sums() }
    var bucket = 0
    for (offset, day) in days.enumerated() {
      let date = start.advanced(by: offset)
      if bucket + 1 < starts.count, date >= starts[bucket + 1] { bucket += 1 }
      sums[bucket].add(day)
    }
    return sums
  }

  func index(of day: CivilDate) -> Int {
    let after = starts.firstIndex { $0 > day } ?? starts.count
    return max(0, after - 1)
  }

  /// `Sun 15 Nov`, `16 Nov – 22 Nov` or `Nov 2026`, all of one width.
  var labels: [String] {
    let labels = starts.indices.map { index in
      let first = starts[index]
      switch unit {
      case .day: return "\(DateText.weekdays[first.weekday]) \(Self.padded(first))"
      case .week:
        let last = index + 1 < starts.count ? starts[index + 1].advanced(by: -1) : end
        return "\(Self.padded(first)) – \(Self.padded(last))"
      case .month:
        let (year, month, _) = first.components
        return "\(DateText.months[month - 1]) \(year)"
      }
    }
    return labels
  }

  private static func padded(_ date: CivilDate) -> String {
    (date.components.day < 10 ? " " : "") + DateText.short(date)
  }
}
