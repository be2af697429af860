/// The days of a zone: tells that of an instant, fast while instants stay on the same one.
public struct LocalDays: Sendable {
  public let zone: ZoneRules
  @usableFromInline var today = CivilDate(daysSince1970: 0)
  /// The instants, in nanoseconds, that are surely on `today`.
  @usableFromInline var from: Int64 = 0
  @usableFromInline var until: Int64 = 0

  public init(zone: ZoneRules) {
    self.zone = zone
  }

  @inlinable @inline(__always)
  public mutating func day(of time: Timestamp) -> CivilDate {
    if time.nanoseconds >= from, time.nanoseconds < until { return today }
    return goTo(time)
  }

  /// Makes the day of `time` today.
  @inline(never) @usableFromInline mutating func goTo(_ time: Timestamp) -> CivilDate {
    let seconds = time.seconds
    let number = zone.index(at: seconds)
    let civil = CivilTime(local: seconds + Int64(zone.offsets[number]))
    today = civil.date
    var first = seconds - Int64(civil.second)
    var last = first + 86_400
    if number > 0 { first = max(first, zone.transitions[number - 1]) }
    if number < zone.transitions.count { last = min(last, zone.transitions[number]) }
    from = first &* 1_000_000_000
    until = last &* 1_000_000_000
    return today
  }

  /// The instant at which `day` begins: midnight, or the first moment after a gap at midnight.
  public func start(of day: CivilDate) -> Timestamp {
    Timestamp(seconds: zone.instants(ofLocal: Int64(day.daysSince1970) * 86_400).first)
  }
}
