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
