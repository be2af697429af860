import Counters
import Platform

/// What the days that were asked for add up to: the next to ask for them need not wait.
///
/// A dashboard asks for the same days again and again; of days that are over nothing changes.
final class SummedPeriods: Sendable {
  private struct Period {
    var days: [DaySegment.Identity]
    var sums: PeriodSegment
  }

  /// The last one asked for comes last.
  private let periods = Locked<[Period]>([])
  /// Bytes that are kept at most, beside the last.
  private let limit: Int

  init(limit: Int = 64 << 20) {
    self.limit = limit
  }

  /// The rows of the days, added up.
  func rows(of days: [CounterSnapshot.ClosedDay]) -> PeriodSegment {
    let identities = days.map(\.rows.identity)
    let known = periods.withLock { periods -> PeriodSegment? in
      guard let index = periods.firstIndex(where: { Self.isSame($0.days, identities) }) else {
        return nil
      }
      periods.append(periods.remove(at: index))
      return periods.last?.sums
    }
    if let known { return known }
    // Others do not wait for it.
    let sums = PeriodSegment(days)
    periods.withLock { periods in
      periods.removeAll { Self.isSame($0.days, identities) }
      periods.append(Period(days: identities, sums: sums))
      while periods.count > 1, periods.reduce(0, { $0 + $1.sums.size }) > limit {
        periods.removeFirst()
      }
    }
    return sums
  }

  private static func isSame(_ left: [DaySegment.Identity], _ right: [DaySegment.Identity]) -> Bool
  {
    left.count == right.count && zip(left, right).allSatisfy { $0 === $1 }
  }
}
