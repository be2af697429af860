import MailLog

/// What is kept of every account: 176 bytes.
struct AccountState: BitwiseCopyable, Sendable {
  /// The time of the last event, in nanoseconds since 1970.
  var last: Int64
  /// Channel A.
  var all = SlidingCounts()
  /// Channel B: what came from networks that are new today.
  var new = SlidingCounts()
  var networks = KnownNetworks()
  /// The version of the snapshot that it changed in last.
  var version: UInt32 = 0
  /// The number + 1 of its rhythm in the lower 24 bits, flags above.
  private var packed: UInt32 = 0

  init(at time: Moment) {
    last = time.nanoseconds
    isFirstDay = true
  }

  init(last: Int64, packed: UInt32) {
    self.last = last
    self.packed = packed
  }

  /// All that `packed` holds but the number of the rhythm.
  var flags: UInt32 { packed >> 24 }

  /// The place of its rhythm, which only busy accounts have.
  var rhythm: Int? {
    get { packed & 0xff_ffff == 0 ? nil : Int(packed & 0xff_ffff) - 1 }
    set { packed = packed & 0xff00_0000 | UInt32(newValue.map { $0 + 1 } ?? 0) }
  }

  /// The day on which it was seen first: all networks count as known.
  var isFirstDay: Bool {
    get { packed >> 24 & 1 != 0 }
    set { packed = packed & ~(1 << 24) | (newValue ? 1 << 24 : 0) }
  }

  /// For so many days from today on, the record rises with care: today or lately it had an alert,
  /// and what it sent then is still in the count of a day.
  var alertDays: UInt32 {
    get { packed >> 25 & 3 }
    set { packed = packed & ~(3 << 25) | min(newValue, 3) << 25 }
  }

  /// Somebody else sent what was sent today.
  var leavesOutToday: Bool {
    get { packed >> 27 & 1 != 0 }
    set { packed = packed & ~(1 << 27) | (newValue ? 1 << 27 : 0) }
  }

  /// It has alerts that nobody judged yet.
  var hasOpenVerdict: Bool {
    get { packed >> 28 & 1 != 0 }
    set { packed = packed & ~(1 << 28) | (newValue ? 1 << 28 : 0) }
  }

  /// It has so many failed logins that its next submission may be an alert.
  var hasFailures: Bool {
    get { packed >> 29 & 1 != 0 }
    set { packed = packed & ~(1 << 29) | (newValue ? 1 << 29 : 0) }
  }

  /// What of today is learnt.
  var learning: DayLearning {
    leavesOutToday ? .none : alertDays > 0 ? .capped : .whole
  }

  /// The days up to now, `days` of them, are over.
  mutating func close(days: Int) {
    let fading = fading(days: days)
    all.close(learning, fading: fading, SlidingCounts.floors)
    new.close(learning, fading: fading, SlidingCounts.newNetworkFloors)
    isFirstDay = false
    leavesOutToday = false
    alertDays -= min(alertDays, UInt32(clamping: days))
  }

  /// Brings the counts up to a later time, or to an earlier one if the clock was put back by more
  /// than a day; the time that then counts.
  @inline(__always) mutating func advance(to moment: Moment) -> Moment {
    let behind = last &- moment.nanoseconds
    guard behind != 0 else { return moment }
    let before = Moment(nanoseconds: last)
    if behind > 0 {
      // The lines of several hosts come shuffled.
      if behind < 86_400_000_000_000 { return before }
      forgetCounts()
    } else {
      all.roll(from: before, to: moment)
      new.roll(from: before, to: moment)
    }
    last = moment.nanoseconds
    return moment
  }

  @inline(never) private mutating func forgetCounts() {
    for window in 0..<3 {
      all.windows[window].forgetCounts()
      new.windows[window].forgetCounts()
    }
  }
}
