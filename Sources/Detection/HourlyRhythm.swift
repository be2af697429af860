import MailLog

/// Channel C: what a busy account usually sends in each hour, and how long it has been busier.
///
/// 172 bytes. Weekdays have hours of their own, and days of the weekend have. What is counted is y = ln(1 + count of the hour). Hours are those since 1970.
struct HourlyRhythm: BitwiseCopyable, Sendable {
  static let slotCount = 48
  /// Means of y, in steps of 1/4096: those of weekdays' hours, then those of weekends'.
  var means = InlineArray<48, UInt16>(repeating: 0)
  /// How often each was observed, at most 255.
  var observations = InlineArray<48, UInt8>(repeating: 0)
  /// The hours that are over, since the account is observed; at most 65,535.
  var age: UInt16 = 0
  /// For how many hours it has been busier than usual.
  var hoursBusy: UInt16 = 0
  /// The running hour, and what came in it.
  var hour: UInt32
  var count: UInt32 = 0
  /// S: the sum of what was above the usual, in standard deviations.
  var excess: Float = 0
  /// The decayed sum and number of squared residuals.
  var squares: Float = 0
  var squareCount: Float = 0
  /// The decayed sum of what came.
  var sum: Float = 0

  init(hour: UInt32) {
    self.hour = hour
  }

  private static let decay = 0.998
  /// Half of an observation's weight is left after eight more.
  private static let fade = exponential(-0.693_147_180_559_945_3 / 8)
  private static let meanScale = 4096.0
  /// Behind so many silent hours all begins anew.
  static let longestSilence: UInt32 = 60 * 24

  /// Whether it sends enough, for long enough, to be judged: 30 a day over ten days.
  var qualifies: Bool {
    guard age >= 240 else { return false }
    let hours = (1 - exponential(Double(age) * naturalLogarithm(Self.decay))) / (1 - Self.decay)
    return Double(sum) * 24 >= 30 * hours
  }

  /// What an hour with that slot and y is above the usual; nil: the slot is not known well.
  private func surprise(_ slot: Int, _ y: Double) -> (residual: Double, deviation: Double)? {
    let observed = observations[slot]
    guard observed >= 2 else { return nil }
    let mean = Double(means[slot]) / Self.meanScale
    let variance = (20 * 0.09 + Double(squares)) / (20 + Double(squareCount))
    let weight = Self.weight(of: observed)
    let deviation = max(
      (variance * (1 + 1 / weight)).squareRoot(),
      exponential(-mean / 2)
    )
    return (y - mean, deviation)
  }

  /// So many observations, the older ones faded.
  private static func weight(of observations: UInt8) -> Double {
    (1 - exponential(-0.693_147_180_559_945_3 / 8 * Double(observations))) / (1 - fade)
  }

  /// The running hour is over, which has this slot.
  mutating func closeHour(slot: Int) {
    let y = naturalLogarithm(1 + Double(count))
    age = age == .max ? .max : age + 1
    sum = Float(Double(sum) * Self.decay + Double(count))
    squares = Float(Double(squares) * Self.decay)
    squareCount = Float(Double(squareCount) * Self.decay)
    var learnt = y
    if let (residual, deviation) = surprise(slot, y) {
      if qualifies {
        let step = min(residual / deviation, 2) - 1
        excess = max(0, excess + Float(step))
        hoursBusy = excess > 0 ? (hoursBusy == .max ? .max : hoursBusy + 1) : 0
      } else {
        excess = 0
        hoursBusy = 0
      }
      let clipped = max(-3 * deviation, min(3 * deviation, residual))
      squares += Float(clipped * clipped)
      squareCount += 1
      learnt = y - residual + clipped
    }
    learn(slot, learnt)
    hour += 1
    count = 0
  }

  private mutating func learn(_ slot: Int, _ y: Double) {
    if observations[slot] < .max { observations[slot] += 1 }
    let mean = Double(means[slot]) / Self.meanScale
    let next = mean + (y - mean) / Self.weight(of: observations[slot])
    means[slot] = UInt16(max(0, min(65_535, (next * Self.meanScale).rounded())))
  }

  /// S with the running hour, which has this slot, as far as it went.
  func runningExcess(slot: Int) -> Double {
    let y = naturalLogarithm(1 + Double(count))
    guard qualifies, let (residual, deviation) = surprise(slot, y) else { return Double(excess) }
    return max(0, Double(excess) + min(residual / deviation, 2) - 1)
  }

  /// What is usual on such a day.
  func usualDay(isWeekend: Bool) -> Double {
    var sum = 0.0
    for hour in 0..<24 {
      let mean = Double(means[hour + (isWeekend ? 24 : 0)]) / Self.meanScale
      sum += exponential(mean) - 1
    }
    return sum
  }
}

/// The slot of an hour in the zone of the reports.
struct HourSlots: Sendable {
  let zone: ZoneRules

  func slot(of hour: UInt32) -> Int {
    let civil = CivilTime(Timestamp(seconds: Int64(hour) * 3600), zone)
    let isWeekend = civil.date.weekday >= 5
    return civil.second / 3600 + (isWeekend ? 24 : 0)
  }
}

extension HourlyRhythm {
  /// Counts in the hour of an instant; hours in between are over.
  mutating func add(_ amount: UInt32, at moment: Moment, _ slots: HourSlots) {
    advance(to: UInt32(truncatingIfNeeded: moment.buckets[1]), slots)
    let sum = count.addingReportingOverflow(amount)
    count = sum.overflow ? .max : sum.partialValue
  }

  mutating func advance(to now: UInt32, _ slots: HourSlots) {
    guard now > hour else { return }
    guard now - hour <= Self.longestSilence else {
      self = HourlyRhythm(hour: now)
      return
    }
    while hour < now { closeHour(slot: slots.slot(of: hour)) }
  }
}
