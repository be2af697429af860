import MailLog

/// What an account has sent in the windows that have a cap; kept only where there are caps.
struct CapState: VersionedState {
  var version: UInt32 = 0
  /// 10 minutes, an hour, a day; empty where there is no cap.
  private var windows = InlineArray<3, RecentCount>(repeating: RecentCount())

  mutating func add(_ amount: UInt32, _ window: Int, at moment: Moment) {
    windows[window].add(amount, in: RecentCount.unit(window, of: moment))
  }

  func count(_ window: Int, at moment: Moment) -> UInt64 {
    windows[window].count(in: RecentCount.unit(window, of: moment))
  }

  init() {}

  func write(to packed: inout PackedWriter) {
    for window in 0..<3 { windows[window].write(to: &packed) }
  }

  init?(_ packed: inout PackedReader) {
    for window in 0..<3 {
      guard let count = RecentCount(&packed) else { return nil }
      windows[window] = count
    }
  }
}

/// A count of the last while that holds nothing older, unlike a `SlidingCount`, which estimates.
///
/// Time goes in units of a six-hundredth of the window: so much of what is about to leave it may be
/// missing.
private struct RecentCount: Sendable {
  private struct Run {
    var unit: Int64
    var count: UInt32
  }

  private static let units: Int64 = 600

  /// The oldest first.
  private var runs: [Run] = []
  /// So many of them are over.
  private var past = 0
  /// Of those that are not.
  private var sum: UInt64 = 0

  init() {}

  /// The number of the unit that a moment is in.
  static func unit(_ window: Int, of moment: Moment) -> Int64 {
    moment.nanoseconds / (Int64(Moment.seconds[window]) * 1_000_000_000 / units)
  }

  mutating func add(_ amount: UInt32, in unit: Int64) {
    // The clock was put back by more than a day.
    if let last = runs.last, last.unit > unit { self = RecentCount() }
    while past < runs.count, runs[past].unit <= unit - Self.units {
      sum -= UInt64(runs[past].count)
      past += 1
    }
    if past > runs.count / 2 {
      runs.removeFirst(past)
      past = 0
    }
    if runs.last?.unit != unit { runs.append(Run(unit: unit, count: 0)) }
    let room = UInt32.max - runs[runs.count - 1].count
    runs[runs.count - 1].count += min(amount, room)
    sum += UInt64(min(amount, room))
  }

  /// What counts in a unit that is not earlier than the last one.
  func count(in unit: Int64) -> UInt64 {
    let over = runs[past...].prefix { $0.unit <= unit - Self.units }
    return over.reduce(sum) { $0 - UInt64($1.count) }
  }

  func write(to packed: inout PackedWriter) {
    packed.append(UInt64(runs.count - past))
    for run in runs[past...] {
      packed.append(signed: run.unit)
      packed.append(UInt64(run.count))
    }
  }

  init?(_ packed: inout PackedReader) {
    guard let count = packed.number(), count <= Self.units else { return nil }
    for _ in 0..<count {
      guard let unit = packed.signed(), let count = packed.number32(),
        unit > runs.last?.unit ?? .min
      else { return nil }
      runs.append(Run(unit: unit, count: count))
      sum += UInt64(count)
    }
  }
}
