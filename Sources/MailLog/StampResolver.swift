/// Turns the stamps of one log, in the order of its lines, into instants.
///
/// RFC 3164 stamps have no year: the first line gets the latest year that does not put it after
/// `reference`, and the year goes on when December is followed by January. They have no zone: in
/// the hour that autumn repeats, a reading that goes back is the second pass.
public struct StampResolver: Sendable {
  /// The first line's year was chosen wrongly; another one fits.
  public struct YearConflict: Error, Equatable {
    public var firstYear: Int
  }

  /// The years that a user can name for the first line.
  public static let years = 1970...2199

  private let zone: ZoneRules
  /// An instant that no line is later than, but for a day.
  public var reference: Timestamp
  private let yearIsGiven: Bool
  private let givenYear: Int?
  private var firstYear: Int?
  private var year: Int?
  private var lastReading: Int64 = 0
  /// The last instant that a zoneless stamp gave, in seconds.
  private var lastInstant: Int64 = .min
  /// The reading that began an hour, whose instant is known: `hourInstant`.
  private var hour: Int64 = -3600
  private var hourInstant: Int64 = 0
  /// As `hour`, `hourInstant` and `lastReading`, of stamps that have a year.
  private var localHour: Int64 = .max
  private var localHourInstant: Int64 = 0
  private var lastLocal: Int64 = 0

  /// - Parameters:
  ///   - zone: the zone of stamps that name none.
  ///   - reference: an instant that no line is later than: when the log was last written.
  ///   - year: the year of the first line, if the user named it.
  ///   - firstYear: the year of the first line, if an earlier pass over the log found it.
  public init(zone: ZoneRules, reference: Timestamp, year: Int? = nil, firstYear: Int? = nil) {
    self.zone = zone
    self.reference = reference
    self.yearIsGiven = year != nil
    self.givenYear = year ?? firstYear
  }

  /// The instant that `stamp` means, or nil if there is none such (29 February of another year).
  ///
  /// - Throws: if the years that were chosen cannot be right, the right one for a new pass.
  @inlinable @inline(__always)
  public mutating func resolve(_ stamp: LogStamp) throws(YearConflict) -> Timestamp? {
    guard stamp.form == .absolute else { return try resolveIncomplete(stamp) }
    return Timestamp(nanoseconds: stamp.value)
  }

  /// As `resolve(_:)`, for a stamp without a zone.
  @inline(never) @usableFromInline
  mutating func resolveIncomplete(_ stamp: LogStamp) throws(YearConflict) -> Timestamp? {
    switch stamp.form {
    case .absolute:
      return Timestamp(nanoseconds: stamp.value)
    case .local:
      let seconds = Timestamp(nanoseconds: stamp.value).seconds
      let fraction = stamp.value - seconds * 1_000_000_000
      if seconds >= localHour, seconds - localHour < 3600, seconds >= lastLocal {
        lastInstant = localHourInstant + (seconds - localHour)
      } else {
        lastInstant = choose(zone.instants(ofLocal: seconds))
        localHour = seconds - seconds % 3600
        localHourInstant = lastInstant - seconds % 3600
      }
      lastLocal = seconds
      return Timestamp(nanoseconds: lastInstant * 1_000_000_000 + fraction)
    case .yearless:
      let past = stamp.value &- hour
      if past >= 0, past < 3600, stamp.value >= lastReading {
        lastReading = stamp.value
        lastInstant = hourInstant + past
        return Timestamp(seconds: lastInstant)
      }
      return try resolveYearless(stamp.value)
    }
  }

  private mutating func resolveYearless(_ reading: Int64) throws(YearConflict) -> Timestamp? {
    let halfYear: Int64 = 183 * 86_400
    var lineYear: Int
    if let year {
      lineYear = year
      if reading < lastReading - halfYear {
        lineYear += 1
      } else if reading > lastReading + 359 * 86_400 {
        // A line of late December that comes after the first ones of January.
        lineYear -= 1
      }
    } else {
      lineYear = givenYear ?? latestYear(reading)
      firstYear = lineYear
    }
    guard let local = Self.local(reading, year: lineYear) else {
      guard !yearIsGiven, let firstYear else { return nil }
      throw YearConflict(firstYear: firstYear - Self.yearsToLeap(lineYear))
    }
    let instant = choose(zone.instants(ofLocal: local))
    if !yearIsGiven, let firstYear, instant > reference.seconds + 86_400, lineYear > firstYear {
      throw YearConflict(firstYear: firstYear - 1)
    }
    if lineYear >= year ?? lineYear {
      year = lineYear
      lastReading = reading
      lastInstant = instant
      hour = reading - reading % 3600
      hourInstant = instant - reading % 3600
    }
    return Timestamp(seconds: instant)
  }

  /// Of two instants the second, if the first would go back by more than syslog shuffles lines.
  private func choose(_ instants: (first: Int64, second: Int64?)) -> Int64 {
    guard let second = instants.second, lastInstant != .min, instants.first < lastInstant - 300
    else { return instants.first }
    return second
  }

  private func latestYear(_ reading: Int64) -> Int {
    let today = (reference.seconds + 86_400) / 86_400
    var candidate = CivilDate(daysSince1970: Int32(truncatingIfNeeded: today)).components.year + 1
    // Leap years are at most eight years apart.
    for _ in 0..<10 {
      if let local = Self.local(reading, year: candidate),
        zone.instants(ofLocal: local).first <= reference.seconds + 86_400
      {
        return candidate
      }
      candidate -= 1
    }
    return candidate
  }

  /// Seconds since 1970 on the local clock; nil for 29 February of a common year.
  private static func local(_ reading: Int64, year: Int) -> Int64? {
    guard let start = CivilDate(year: year, month: 1, day: 1) else { return nil }
    var dayOfYear = reading / 86_400
    if !CivilDate.isLeap(year), dayOfYear >= 59 {
      guard dayOfYear > 59 else { return nil }
      dayOfYear -= 1
    }
    return (Int64(start.daysSince1970) + dayOfYear) * 86_400 + reading % 86_400
  }

  private static func yearsToLeap(_ year: Int) -> Int {
    (1...8).first { CivilDate.isLeap(year - $0) } ?? 8
  }
}

// What the next stamps depend on, kept over a restart.
extension StampResolver {
  /// Appends the years and instants that the stamps so far gave.
  public func write(to packed: inout PackedWriter) {
    for year in [firstYear, year] { packed.append(signed: Int64(year ?? .min)) }
    packed.append(signed: lastReading)
    packed.append(signed: lastInstant)
  }

  /// Goes on from what `write` appended; false: that cannot be from it.
  public mutating func restore(_ packed: inout PackedReader) -> Bool {
    guard let first = packed.signed(), let latest = packed.signed(),
      let reading = packed.signed(), let instant = packed.signed(),
      [first, latest].allSatisfy({ $0 == .min || (1...9999).contains($0) }),
      (0..<366 * 86_400).contains(reading)
    else { return false }
    firstYear = first == .min ? nil : Int(first)
    year = latest == .min ? nil : Int(latest)
    lastReading = reading
    lastInstant = instant
    return true
  }
}
