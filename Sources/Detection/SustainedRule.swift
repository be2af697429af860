import MailLog

// Channel C: an account that is busier than usual for hours on end.
extension SpikeDetector {
  /// An account is busy from the first day on which it sends so much in a day.
  static let busyDay: Float = 30
  /// What an hour's excess counts.
  private static let weight = 0.1

  func sustainedFinding(_ state: AccountState, at moment: Moment) -> Finding? {
    guard settings.sustained, let place = state.rhythm else { return nil }
    let rhythm = rhythms[place]
    let slot = hourSlots.slot(of: rhythm.hour)
    let score = Self.weight * rhythm.runningExcess(slot: slot)
    guard score >= threshold else { return nil }
    return Finding(
      rule: .sustained,
      severity: Alert.Severity(score: score, threshold: threshold),
      window: Moment.seconds[2],
      count: state.all.count(2, at: moment),
      expected: rhythm.usualDay(isWeekend: slot >= 24),
      score: score,
      extent: Int(rhythm.hoursBusy)
    )
  }

  /// Whether the running hour could make it an alert.
  @inline(__always) func mayBeSustained(_ place: Int) -> Bool {
    Self.weight * (Double(rhythms[place].excess) + 1) >= threshold
  }

  /// Counts in the account's rhythm, if it has one; whether it may be sustained.
  @inline(__always)
  mutating func addToRhythm(_ slot: Int, _ amount: UInt32, at moment: Moment) -> Bool {
    guard let place = states[slot].rhythm else { return false }
    rhythms[place].add(amount, at: moment, hourSlots)
    return settings.sustained && mayBeSustained(place)
  }

  /// A day of the account is over: from the first busy one on it has a rhythm.
  mutating func beginRhythm(_ slot: Int, at moment: Moment) {
    guard settings.sustained, states[slot].rhythm == nil,
      states[slot].all.windows[2].peak >= Self.busyDay
    else { return }
    states[slot].rhythm = rhythms.count
    rhythms.append(HourlyRhythm(hour: UInt32(truncatingIfNeeded: moment.buckets[1])))
  }

  /// Whether an account is no longer busier than usual.
  func isSustainedOver(_ state: AccountState, at moment: Moment) -> Bool {
    guard let place = state.rhythm else { return true }
    var rhythm = rhythms[place]
    rhythm.advance(to: UInt32(truncatingIfNeeded: moment.buckets[1]), hourSlots)
    return Self.weight * (Double(rhythm.excess) + 2) < threshold
  }
}
