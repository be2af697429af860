/// An instant: nanoseconds since 1970-01-01 00:00:00 UTC, from 1678 to 2262.
public struct Timestamp: BitwiseCopyable, Codable, Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  @inlinable public init(seconds: Int64) {
    self.nanoseconds = seconds &* 1_000_000_000
  }

  /// Whole seconds, rounded towards the past.
  @inlinable public var seconds: Int64 {
    let quotient = nanoseconds / 1_000_000_000
    return nanoseconds % 1_000_000_000 < 0 ? quotient - 1 : quotient
  }

  /// The last instant of the second that begins now.
  @inlinable public var endOfSecond: Timestamp {
    Timestamp(nanoseconds: nanoseconds &+ 999_999_999)
  }

  @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The nanoseconds from `earlier` to `self`; negative where the log's clock went back.
  @inlinable public func since(_ earlier: Timestamp) -> Int64 {
    nanoseconds &- earlier.nanoseconds
  }
}

extension Timestamp {
  /// What comes back from where it was stored: from 1960 to 2200, in nanoseconds.
  ///
  /// Stamps are of 1970 to 2199, and no time that is reckoned from them is far off. Of two such
  /// instants the distance can always be told.
  static var storable: Range<Int64> {
    let day: Int64 = 86_400 * 1_000_000_000
    return -3653 * day..<84_371 * day
  }

  /// Whether an instant can be in that unit of time, as they are numbered.
  public static func isStorable(_ number: Int64, inUnitsOf length: Int64) -> Bool {
    (storable.lowerBound / length..<storable.upperBound / length).contains(number)
  }

  /// An instant as it was stored; nil: it cannot have been.
  public init?(stored nanoseconds: Int64) {
    guard Self.storable.contains(nanoseconds) else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}
