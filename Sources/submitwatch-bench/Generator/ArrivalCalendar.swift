/// When clients come: spread over the days so that the log reaches its size on the last one.
struct ArrivalCalendar {
  /// What an arrival adds to a log, as if seen 20 times before the first one.
  private static let firstGuess = (byteCount: 5000.0, weight: 20.0)
  /// How busy each hour is.
  private static let hours: [Double] = [
    2, 1, 1, 1, 1, 2, 4, 8, 14, 16, 15, 13, 12, 13, 14, 13, 11, 9, 7, 6, 5, 4, 3, 3,
  ]

  /// The end of the last day, in microseconds since 1970.
  let end = Int64(CalendarDay.last + 1) * 86_400_000_000
  /// Whether the arrival that was handed out last is the first one of its day.
  private(set) var isFirstOfDay = false

  private let byteCount: Double
  private var day: Int
  private var arrivalsOfDay = 0
  private var plannedOfDay = 0
  private var arrivalCount = 0
  private let hoursBusy: Double
  private var remainingWeight: Double

  init(_ recipe: LogRecipe) {
    byteCount = Double(recipe.byteCount)
    let firstDay = CalendarDay.last + 1 - recipe.dayCount
    day = firstDay - 1
    hoursBusy = Self.hours.reduce(0, +)
    remainingWeight = (firstDay...CalendarDay.last).reduce(0) { $0 + Self.weight(of: $1) }
  }

  /// The time of the next arrival; nil when there is none before the end.
  mutating func next(writtenByteCount: Int, _ random: inout SplitMix64) -> Int64? {
    if arrivalsOfDay == plannedOfDay {
      guard day < CalendarDay.last else { return nil }
      beginDay(writtenByteCount: Double(writtenByteCount))
    }
    isFirstOfDay = arrivalsOfDay == 0
    let position = Double(arrivalsOfDay) + 0.9 * random.fraction()
    arrivalsOfDay += 1
    arrivalCount += 1
    return Int64(day) * 86_400_000_000 + time(atShare: position / Double(plannedOfDay))
  }

  private mutating func beginDay(writtenByteCount: Double) {
    day += 1
    let guess = Self.firstGuess
    let each =
      (guess.byteCount * guess.weight + writtenByteCount) / (guess.weight + Double(arrivalCount))
    let rest = max(0, byteCount - writtenByteCount)
    let share = Self.weight(of: day) / remainingWeight
    remainingWeight -= Self.weight(of: day)
    plannedOfDay = max(1, Int(rest * share / each))
    arrivalsOfDay = 0
  }

  /// The time of day, in microseconds, by which `share` of the day's clients have come.
  private func time(atShare share: Double) -> Int64 {
    var rest = share * hoursBusy
    for (hour, busy) in Self.hours.enumerated() {
      if rest < busy { return Int64((Double(hour) + rest / busy) * 3_600_000_000) }
      rest -= busy
    }
    return 86_399_000_000
  }

  private static func weight(of day: Int) -> Double {
    CalendarDay(daysSince1970: day).isWeekend ? 0.4 : 1
  }
}
