extension Timestamp {
  /// The instant as RFC 3339 writes it, with so many digits of the second's fraction.
  ///
  /// `offsetMinutes` is the zone to show, east of UTC; `LogStamp.utcMarker` gives `Z`.
  public func text(offsetMinutes: Int16, fractionDigits: UInt8 = 0) -> String {
    let isUTC = offsetMinutes == LogStamp.utcMarker
    let civil = CivilTime(local: seconds + (isUTC ? 0 : Int64(offsetMinutes) * 60))
    var text = "\(civil.date.text)T\(civil.clock)"
    if fractionDigits > 0 {
      let fraction = digits(Int(nanoseconds - seconds * 1_000_000_000), 9)
      text += "." + fraction.prefix(Int(fractionDigits))
    }
    guard !isUTC else { return text + "Z" }
    let minutes = Int(abs(offsetMinutes))
    return text + (offsetMinutes < 0 ? "-" : "+") + digits(minutes / 60, 2) + ":"
      + digits(minutes % 60, 2)
  }

  /// The instant as RFC 3339 writes it, on the clock of `zone`, in whole seconds.
  public func text(_ zone: ZoneRules) -> String {
    let offset = zone.offset(at: seconds)
    return text(offsetMinutes: offset == 0 ? LogStamp.utcMarker : Int16(offset / 60))
  }

  /// As a log line stamped it; `zone` is that of stamps without one.
  public func text(like stamp: LogStamp, zone: ZoneRules) -> String {
    let offset =
      stamp.form == .absolute ? stamp.offsetMinutes : Int16(zone.offset(at: seconds) / 60)
    return text(offsetMinutes: offset, fractionDigits: stamp.fractionDigits)
  }
}
