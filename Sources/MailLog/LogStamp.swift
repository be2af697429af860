/// A line's own time, as far as the line itself tells.
///
/// RFC 3164 stamps have neither year nor zone: which instant they mean depends on the lines before
/// them, so `StampResolver` decides, line by line in the order of the log.
public struct LogStamp: BitwiseCopyable, Hashable, Sendable {
  public enum Form: UInt8, BitwiseCopyable, Sendable {
    /// `value` is nanoseconds since 1970 in UTC.
    case absolute
    /// `value` is seconds since the start of a leap year, local time: no year, no zone.
    case yearless
    /// `value` is nanoseconds since 1970 on the local clock: no zone.
    case local
  }

  public var value: Int64
  /// The zone that the line names, in minutes east of UTC; `utcMarker` for a literal `Z`.
  public var offsetMinutes: Int16
  /// How many digits the fraction of the second has, 0 to 9.
  public var fractionDigits: UInt8
  public var form: Form

  @inlinable public static var utcMarker: Int16 { Int16.max }

  @inlinable public init(
    value: Int64,
    form: Form,
    offsetMinutes: Int16 = 0,
    fractionDigits: UInt8 = 0
  ) {
    self.value = value
    self.form = form
    self.offsetMinutes = offsetMinutes
    self.fractionDigits = fractionDigits
  }

  /// Whether a line can have it, as far as that is not plain.
  public var isPossible: Bool {
    let isInstant =
      form == .yearless
      ? (0...366 * 86_400).contains(value) : Timestamp(stored: value) != nil
    return isInstant && fractionDigits <= 9
      && (offsetMinutes == Self.utcMarker || (-1440...1440).contains(offsetMinutes))
  }

  @inlinable public static var zero: LogStamp { LogStamp(value: 0, form: .absolute) }
}
