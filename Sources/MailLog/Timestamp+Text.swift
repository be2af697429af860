extension Timestamp {
  /// The instant as RFC 3339 writes it, with so many digits of the second's fraction.
  ///
  /// `offsetMinutes` is the zone to show, east of UTC; `LogStamp.utcMarker` gives `Z`.
  public func text(offsetMinutes: Int16, fractionDigits: UInt8 = 0) -> String {
    let isUTC = offsetMinutes == LogStamp.utcMarker
    let offset = isUTC ? 0 : Int64(offsetMinutes) * 60
    let local = seconds + offset
    let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let second = Int(local - days * 86_400)
    var text = CivilDate(daysSince1970: Int32(truncatingIfNeeded: days)).text
    text += "T\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
    if fractionDigits > 0 {
      let fraction = digits(Int(nanoseconds - seconds * 1_000_000_000), 9)
      text += "." + fraction.prefix(Int(fractionDigits))
    }
    guard !isUTC else { return text + "Z" }
    let minutes = Int(abs(offsetMinutes))
    return text + (offsetMinutes < 0 ? "-" : "+") + digits(minutes / 60, 2) + ":"
      + digits(minutes % 60, 2)
  }

  /// As a log line stamped it; `zone` is that of stamps without one.
  public func text(like stamp: LogStamp, zone: ZoneRules) -> String {
    let offset =
      stamp.form == .absolute ? stamp.offsetMinutes : Int16(zone.offset(at: seconds) / 60)
    return text(offsetMinutes: offset, fractionDigits: stamp.fractionDigits)
  }
}
