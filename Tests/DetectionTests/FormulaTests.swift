import MailLog
import TestSupport
import Testing

@testable import Detection

/// The formulas against plain versions of them, which keep all that they were told.
struct FormulaTests {
  private static let lengths = [600.0, 3600, 86_400]

  /// c = the bucket's sum + the sum of the one before · (1 − the share of the bucket that is over).
  private static func count(
    _ events: [(time: Double, amount: Int)],
    _ now: Double,
    _ length: Double
  )
    -> Double
  {
    let bucket = (now / length).rounded(.down)
    func sum(_ number: Double) -> Int {
      events.filter { ($0.time / length).rounded(.down) == number }.reduce(0) { $0 + $1.amount }
    }
    return Double(sum(bucket)) + Double(sum(bucket - 1)) * (1 - (now / length - bucket))
  }

  @Test(arguments: 0..<20)
  func `sliding counts are those of two buckets`(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var events: [(time: Double, amount: Int)] = []
    var now = 1_767_571_200.0
    var state = AccountState(at: Moment(Timestamp(nanoseconds: Int64(now * 1e9))))
    var peaks = [0.0, 0, 0]
    for _ in 0..<300 {
      let pauses = [1, 30, 300, 900, 4000, 50_000]
      now += Double(numbers.below(pauses[numbers.below(6)] + 1))
      let amount = 1 + numbers.below(9)
      events.append((now, amount))
      let moment = state.advance(to: Moment(Timestamp(nanoseconds: Int64(now * 1e9))))
      let ratio = state.all.add(UInt32(amount), at: moment, SlidingCounts.floors)
      var expected = 0.0
      for (window, length) in Self.lengths.enumerated() {
        let count = Self.count(events, now, length)
        peaks[window] = max(peaks[window], count)
        #expect(abs(state.all.count(window, at: moment) - count) < 1e-6 * (1 + count))
        #expect(
          abs(Double(state.all.windows[window].peak) - peaks[window]) < 1e-6 * (1 + peaks[window])
        )
        expected = max(expected, (count + [24, 32, 64][window]) / [24, 32, 64][window])
      }
      #expect(abs(ratio - expected) < 1e-9 * expected)
    }
  }

  @Test(arguments: 0..<20)
  func `records are the largest peak of all days, each faded`(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var counts = SlidingCounts()
    var record = 0.0
    for _ in 0..<100 {
      let peak = Double(numbers.below(2000))
      let days = 1 + numbers.below(5)
      let learning = [DayLearning.whole, .whole, .capped, .none][numbers.below(4)]
      counts.windows[1].peak = Float(peak)
      counts.windows[1].current = 7
      let learnt =
        switch learning {
        case .whole: peak
        case .capped: min(peak, 4 * (record + 32) - 32)
        case .none: 0.0
        }
      record = max(record, learnt) * exp2(-Double(days) / 90)
      counts.close(learning, fading: fading(days: days), SlidingCounts.floors)
      #expect(abs(Double(counts.windows[1].record) - record) < 1e-4 * (1 + record))
      #expect(counts.windows[1].peak == 0)
      if case .none = learning { #expect(counts.windows[1].current == 0) }
    }
  }

  private func exp2(_ exponent: Double) -> Double {
    exponential(exponent * 0.693_147_180_559_945_3)
  }

  @Test(arguments: 0..<20)
  func `eight networks are remembered, those of today leave first if they are many`(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var networks = KnownNetworks()
    var model: [(hash: UInt32, first: Int, last: Int)] = []
    var hour = 490_000
    for _ in 0..<2000 {
      hour += numbers.below(3)
      let (hash, day) = (UInt32(1 + numbers.below(14)), hour / 24)
      let isKnown = numbers.below(10) == 0
      let isNew = networks.see(
        hash,
        day: UInt16(day),
        hour: UInt16(truncatingIfNeeded: hour),
        isKnown: isKnown
      )
      if let place = model.firstIndex(where: { $0.hash == hash }) {
        model[place].last = hour
        #expect(isNew == (model[place].first == day))
        continue
      }
      #expect(isNew == !isKnown)
      let entry = (hash, isKnown ? 0 : day, hour)
      guard model.count == 8 else {
        model.append(entry)
        continue
      }
      let today = model.indices.filter { model[$0].first == day }
      let leaving = today.count >= 4 ? today : Array(model.indices)
      let oldest = leaving.min { (model[$0].last, $0) < (model[$1].last, $1) }
      model[oldest ?? 0] = entry
    }
  }

  /// Channel C as the words say it, with every observation kept.
  private struct SlowRhythm {
    var hours: [(slot: Int, y: Double, count: Double)] = []
    var learnt: [Int: [Double]] = [:]
    var residuals: [(hour: Int, square: Double)] = []
    var excess = 0.0

    mutating func close(_ slot: Int, _ count: Double) {
      let y = naturalLogarithm(1 + count)
      hours.append((slot, y, count))
      let now = hours.count
      var value = y
      if let (mean, deviation) = expected(slot, now) {
        if qualifies {
          excess = max(0, excess + min((y - mean) / deviation, 2) - 1)
        }
        let clipped = max(-3 * deviation, min(3 * deviation, y - mean))
        residuals.append((now, clipped * clipped))
        value = mean + clipped
      }
      learnt[slot, default: []].append(value)
    }

    private func expected(_ slot: Int, _ now: Int) -> (mean: Double, deviation: Double)? {
      guard let values = learnt[slot], values.count >= 2 else { return nil }
      var (sum, weight) = (0.0, 0.0)
      for (age, value) in values.reversed().enumerated() {
        let share = exponential(-Double(age) * 0.693_147_180_559_945_3 / 8)
        sum += share * value
        weight += share
      }
      let mean = sum / weight
      var (squares, count) = (0.0, 0.0)
      for (hour, square) in residuals {
        let share = exponential(Double(now - hour) * naturalLogarithm(0.998))
        squares += share * square
        count += share
      }
      let spread = ((20 * 0.09 + squares) / (20 + count)).squareRoot()
      return (mean, max(spread * (1 + 1 / weight).squareRoot(), exponential(-mean / 2)))
    }

    private var qualifies: Bool {
      guard hours.count >= 240 else { return false }
      var (sum, weight) = (0.0, 0.0)
      for (age, hour) in hours.reversed().enumerated() {
        let share = exponential(Double(age) * naturalLogarithm(0.998))
        sum += share * hour.count
        weight += share
      }
      return sum * 24 >= 30 * weight
    }
  }

  @Test(arguments: [(UInt64(1), 40), (2, 200), (3, 8), (4, 3000)])
  func `what is usual in an hour, and the excess, are those of all observations`(
    seed: UInt64,
    perDay: Int
  ) {
    var numbers = SeededNumbers(seed)
    let slots = HourSlots(zone: .utc)
    let first: UInt32 = 490_992
    var rhythm = HourlyRhythm(hour: first)
    var slow = SlowRhythm()
    var largest = 0.0
    for hour in 0..<600 {
      // From the 400th hour on twice as much.
      let mean = perDay / 24 * (hour >= 400 ? 3 : 1)
      let count = numbers.below(2 * mean + 2)
      rhythm.count = UInt32(count)
      let slot = slots.slot(of: first + UInt32(hour))
      rhythm.closeHour(slot: slot)
      slow.close(slot, Double(count))
      largest = max(largest, slow.excess)
      #expect(abs(Double(rhythm.excess) - slow.excess) < 0.02 + 0.01 * slow.excess, "hour \(hour)")
    }
    if perDay >= 40 { #expect(largest > 3) }
  }

  @Test func `a slot is an hour of a weekday, or of a day of the weekend`() {
    let slots = HourSlots(zone: .utc)
    let monday = UInt32(Feed.start.seconds / 3600)
    for hour in 0..<24 * 14 {
      let weekend = hour / 24 % 7 >= 5
      #expect(slots.slot(of: monday + UInt32(hour)) == hour % 24 + (weekend ? 24 : 0))
    }
  }

  @Test func `an account takes the room that it should`() {
    #expect(MemoryLayout<AccountState>.stride == 176)
    #expect(MemoryLayout<HourlyRhythm>.stride == 172)
    #expect(MemoryLayout<RejectionState>.stride == 64)
  }
}
