import MailLog

/// The windows that are counted, the shortest first, and an instant's place in their buckets.
struct Moment: BitwiseCopyable, Sendable {
  static let seconds: InlineArray<3, Int> = [600, 3600, 86_400]
  /// In nanoseconds.
  static let hour: Int64 = 3_600_000_000_000

  /// Since 1970, not negative.
  let nanoseconds: Int64
  /// The number of the bucket in each window.
  let buckets: InlineArray<3, Int64>

  @inline(__always) init(_ time: Timestamp) {
    self.init(nanoseconds: time.nanoseconds)
  }

  @inline(__always) init(nanoseconds: Int64) {
    let time = max(0, nanoseconds)
    self.nanoseconds = time
    buckets = [time / 600_000_000_000, time / 3_600_000_000_000, time / 86_400_000_000_000]
  }

  /// The share of the bucket before that still counts.
  @inline(__always) func share(_ window: Int) -> Double {
    let length = Int64(Self.seconds[window]) &* 1_000_000_000
    return 1 - Double(nanoseconds &- buckets[window] &* length) / Double(length)
  }

  var time: Timestamp { Timestamp(nanoseconds: nanoseconds) }
}

/// How much came in the last while, from two buckets; the peak of the day; the record of all days.
struct SlidingCount: BitwiseCopyable, Sendable {
  var current: UInt32 = 0
  var previous: UInt32 = 0
  var peak: Float = 0
  var record: Float = 0

  /// Goes on from one bucket to another, which is not earlier.
  @inline(__always) mutating func roll(from old: Int64, to new: Int64) {
    guard new != old else { return }
    previous = new == old &+ 1 ? current : 0
    current = 0
  }

  @inline(__always) func count(share: Double) -> Double {
    Double(current) + Double(previous) * share
  }

  /// How far the count is above the record, both with `floor` added.
  @inline(__always) func ratio(share: Double, floor: Double) -> Double {
    (count(share: share) + floor) / (Double(record) + floor)
  }
}

/// What of a day's peak goes into the record.
enum DayLearning: Sendable {
  case whole
  /// At most four times what the record is: the day had an alert.
  case capped
  /// Nothing, and what is counted is forgotten: somebody else sent it.
  case none
}

/// One channel of an account: what it counts in three windows.
struct SlidingCounts: BitwiseCopyable, Sendable {
  var windows = InlineArray<3, SlidingCount>(repeating: SlidingCount())

  /// What is added to counts and records of 10 minutes, an hour, a day: few messages are no alarm.
  typealias Floors = InlineArray<3, Double>
  static var floors: Floors { [24, 32, 64] }
  static var newNetworkFloors: Floors { [12, 16, 32] }

  @inline(__always) mutating func roll(from old: Moment, to new: Moment) {
    windows[0].roll(from: old.buckets[0], to: new.buckets[0])
    windows[1].roll(from: old.buckets[1], to: new.buckets[1])
    windows[2].roll(from: old.buckets[2], to: new.buckets[2])
  }

  /// Counts; the largest ratio of the windows.
  @inline(__always)
  mutating func add(_ amount: UInt32, at moment: Moment, _ floors: Floors) -> Double {
    var largest = 0.0
    for window in 0..<3 {
      let share = moment.share(window)
      let sum = windows[window].current.addingReportingOverflow(amount)
      windows[window].current = sum.overflow ? .max : sum.partialValue
      let count = windows[window].count(share: share)
      windows[window].peak = max(windows[window].peak, Float(count))
      let ratio = (count + floors[window]) / (Double(windows[window].record) + floors[window])
      largest = max(largest, ratio)
    }
    return largest
  }

  func count(_ window: Int, at moment: Moment) -> Double {
    windows[window].count(share: moment.share(window))
  }

  /// The window with the largest ratio, and that ratio.
  func worst(at moment: Moment, _ floors: Floors) -> (window: Int, ratio: Double) {
    var worst = (window: 0, ratio: 0.0)
    for window in 0..<3 {
      let ratio = windows[window].ratio(share: moment.share(window), floor: floors[window])
      if ratio > worst.ratio { worst = (window, ratio) }
    }
    return worst
  }

  /// Whether the counts of 10 minutes and an hour are within their records.
  func isWithinRecord(at moment: Moment) -> Bool {
    count(0, at: moment) <= Double(windows[0].record)
      && count(1, at: moment) <= Double(windows[1].record)
  }

  /// The day is over: its peaks go into the records, which fade to `fading` of what they are.
  mutating func close(_ learning: DayLearning, fading: Float, _ floors: Floors) {
    for window in 0..<3 {
      let (peak, record) = (windows[window].peak, windows[window].record)
      let floor = Float(floors[window])
      let learnt: Float =
        switch learning {
        case .whole: peak
        case .capped: min(peak, 4 * (record + floor) - floor)
        case .none: 0
        }
      windows[window].record = max(record, learnt) * fading
      windows[window].peak = 0
      if case .none = learning { windows[window].forgetCounts() }
    }
  }

  /// Begins anew, but for peaks and records.
  @inline(never) mutating func forgetCounts() {
    for window in 0..<3 { windows[window].forgetCounts() }
  }
}

extension SlidingCount {
  fileprivate mutating func forgetCounts() {
    current = 0
    previous = 0
  }
}
