/// What a calendar and a clock show: a day, and the seconds since its midnight.
public struct CivilTime: BitwiseCopyable, Sendable {
  public let date: CivilDate
  public let second: Int

  /// The reading `local` seconds after 1970-01-01 00:00, or before it.
  public init(local: Int64) {
    let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    date = CivilDate(daysSince1970: Int32(truncatingIfNeeded: days))
    second = Int(local - days * 86_400)
  }

  /// The reading in `zone` at an instant.
  public init(_ time: Timestamp, _ zone: ZoneRules) {
    self.init(local: time.seconds + Int64(zone.offset(at: time.seconds)))
  }

  /// `10:00:01`.
  public var clock: String {
    "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
  }
}
