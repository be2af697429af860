/// Turns the stamps of one log, in the order of its lines, into instants.
///
/// RFC 3164 stamps have no year: each line is of the latest year that does not put it more than a
/// day behind `reference`. Of a file that spans more than a year the lines are of as many years
/// earlier as their stamps pass the end of that window, and later ones if the user named the year
/// of the first. They have no zone: in the hour that autumn repeats, a reading that goes back is
/// the second pass, and one of a live log whose second pass has come.
public struct StampResolver: Sendable {
  /// The first line's year was chosen wrongly; another one fits.
  public struct YearConflict: Error, Equatable {
    public var firstYear: Int
  }

  /// The years that a user can name for the first line.
  public static let years = 1970...2199

  /// A step over more than half of the window, which may be the end of a year.
  ///
  /// If a line comes back to where it began, it was a wrong clock, or lines of another host.
  private struct Jump {
    var start: Int64
    var end: Int64
    /// In front of it.
    var yearsBack: Int
  }

  private let zone: ZoneRules
  /// There is no second pass over the log with another year: no year conflicts.
  private let isLive: Bool
  private let yearIsGiven: Bool
  private let givenYear: Int?
  private var reference: Timestamp
  private var linesAreNew = false
  private var window: YearWindow
  private var firstYear: Int?
  /// The log's first lines are a year older than the latest time that they may be of.
  private var beginsYearAgo = false
  /// The year of the last line, as it was saved.
  private var savedYear: Int?
  /// Lines may be of earlier years than those of the window: their order tells.
  private var followsOrder: Bool
  /// How many years earlier than in the window the lines are.
  private var yearsBack = 0
  private var jump: Jump?
  /// The lines go on day by day where the window ends.
  private var goesPastEnd = false
  private var hasLeapDay = false
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
  ///   - isLive: the log is read once, as it grows.
  public init(
    zone: ZoneRules,
    reference: Timestamp,
    year: Int? = nil,
    firstYear: Int? = nil,
    isLive: Bool = false
  ) {
    self.zone = zone
    self.isLive = isLive
    self.reference = reference
    yearIsGiven = year != nil
    givenYear = year ?? firstYear
    followsOrder = !isLive || year != nil
    window = YearWindow(endingAt: reference.seconds + 86_400, zone: zone)
  }

  /// What the last stamp without a zone meant.
  public var last: Timestamp? { lastInstant == .min ? nil : Timestamp(seconds: lastInstant) }

  /// The lines that come were written by `reference`; `areNew`: just now.
  ///
  /// For a log that is live.
  public mutating func expectLines(by reference: Timestamp, areNew: Bool) {
    self.reference = reference
    linesAreNew = areNew
    if followsOrder {
      if let year = savedYear { beginYears(at: lastReading, year) }
      savedYear = nil
      let now = YearWindow(endingAt: reference.seconds + 86_400, zone: zone)
      // The user's year is that of the first line: once the lines are late enough, or new, time tells.
      let isPast = now.year(of: lastReading) > window.year(of: lastReading) - yearsBack
      followsOrder = !areNew && (firstYear == nil || isPast)
    }
    guard !followsOrder else { return }
    yearsBack = 0
    guard !window.ends(at: reference.seconds + 86_400) else { return }
    window = YearWindow(endingAt: reference.seconds + 86_400, zone: zone)
    hour = -3600
  }

  /// Looks at the stamps of the log's first lines, which are live.
  ///
  /// Those later than `reference` are of a clock that is ahead, or a year old: then the next ones
  /// are, too.
  public mutating func begin(with stamps: some Sequence<LogStamp>) {
    let next = stamps.first { $0.form == .yearless && !isAhead($0.value) }
    beginsYearAgo = next.map { window.place(of: $0.value) < YearWindow.length / 2 } ?? false
  }

  /// Begins a window of which `reading`, of this year, is one of the first: it may be late itself.
  private mutating func beginYears(at reading: Int64, _ year: Int) {
    let local = YearWindow.local(reading, year: year)
    let start = zone.instants(ofLocal: local ?? YearWindow.local(0, year: year) ?? 0).first
    window = YearWindow(endingAt: start + YearWindow.length - Self.week, zone: zone)
  }

  /// The instant that `stamp` means, or nil if there is none such (29 February of another year).
  ///
  /// - Throws: if the years that were chosen cannot be right, the right one for a new pass; not for
  ///   a log that is live.
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
        let instants = zone.instants(ofLocal: seconds)
        lastInstant = choose(instants)
        localHour = isSure(instants) ? seconds - seconds % 3600 : .max
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
    let year = try year(of: reading)
    guard let local = YearWindow.local(reading, year: year) else { return nil }
    let instants = zone.instants(ofLocal: local)
    let instant = choose(instants)
    lastReading = reading
    lastInstant = instant
    hour = isSure(instants) ? reading - reading % 3600 : -3600
    hourInstant = instant - reading % 3600
    return Timestamp(seconds: instant)
  }

  private mutating func year(of reading: Int64) throws(YearConflict) -> Int {
    if firstYear == nil {
      begin(with: reading)
    } else if followsOrder {
      step(to: reading)
    }
    let latest = window.year(of: reading)
    if isLive, !followsOrder, !linesAreNew, isAhead(reading), isYearAgo { return latest - 1 }
    if yearIsGiven, followsOrder { return latest - yearsBack }
    if followsOrder, YearWindow.isLeapDay(reading), let firstYear {
      let missing = YearWindow.yearsBack(to: reading, from: latest - yearsBack)
      guard missing == 0 else { throw YearConflict(firstYear: firstYear - missing) }
      hasLeapDay = true
    }
    // Later than the window is only what a wrong clock wrote, or a log whose file's time is wrong.
    let year = latest - (goesPastEnd ? yearsBack : max(0, yearsBack))
    return year - YearWindow.yearsBack(to: reading, from: year)
  }

  private mutating func begin(with reading: Int64) {
    let latest = window.year(of: reading)
    let year = givenYear ?? (latest - YearWindow.yearsBack(to: reading, from: latest))
    firstYear = year
    guard followsOrder else { return }
    if yearIsGiven { beginYears(at: reading, year) } else { yearsBack = latest - year }
  }

  /// Whether the latest time that a line may be of has not come yet.
  private func isAhead(_ reading: Int64) -> Bool {
    let year = window.year(of: reading)
    guard let local = YearWindow.local(reading, year: year) else { return false }
    return zone.instants(ofLocal: local).first > reference.seconds + 2 * Self.tolerance
  }

  /// Whether lines go on a year ago, rather than just now on a clock that is ahead.
  private var isYearAgo: Bool {
    lastInstant == .min ? beginsYearAgo : lastInstant < reference.seconds - YearWindow.length / 2
  }

  /// How late a line may be over the end of a window, or a clock wrong for some time.
  private static var week: Int64 { 7 * 86_400 }

  private mutating func step(to reading: Int64) {
    let (from, to) = (window.place(of: lastReading), window.place(of: reading))
    guard abs(to - from) > YearWindow.length / 2 else { return }
    if let before = jump, abs(to - before.start) <= Self.week {
      yearsBack = before.yearsBack
      jump = nil
      return
    }
    jump = Jump(start: from, end: to, yearsBack: yearsBack)
    // Back to the start is the next year; on to the end a silent time, but for a late line.
    if to < from {
      yearsBack -= 1
      goesPastEnd = to - from + YearWindow.length <= 86_400
    } else if to - from >= YearWindow.length - Self.week {
      yearsBack += 1
    }
  }

  /// Looks whether the last line is of the year that `reference` tells.
  ///
  /// - Throws: if it is not, the year of the first line for a new pass.
  public func end() throws(YearConflict) {
    guard !isLive, !yearIsGiven, let firstYear else { return }
    var last = yearsBack
    if let jump, jump.yearsBack > yearsBack, jump.start >= YearWindow.length - Self.week,
      abs(window.place(of: lastReading) - jump.end) <= Self.week
    {
      // The log had come to its end already.
      last = jump.yearsBack
    }
    guard last < 0 || last > 0 && !hasLeapDay else { return }
    throw YearConflict(firstYear: firstYear + last)
  }

  /// Whether the hour's lines are all in one pass, unless they go back: a live line may have come
  /// too late for the first one.
  private func isSure(_ instants: (first: Int64, second: Int64?)) -> Bool {
    !isLive || instants.second == nil
  }

  /// How far syslog shuffles lines, and clocks of hosts differ.
  private static var tolerance: Int64 { 300 }

  /// Of two instants the second, if the first would go back, or if a line that came just now may be
  /// of it.
  private func choose(_ instants: (first: Int64, second: Int64?)) -> Int64 {
    guard let second = instants.second else { return instants.first }
    let goesBack = lastInstant != .min && instants.first < lastInstant - Self.tolerance
    let hasCome = linesAreNew && second <= reference.seconds + Self.tolerance
    return goesBack || hasCome ? second : instants.first
  }
}

// What the next stamps depend on, kept over a restart.
extension StampResolver {
  /// Appends the years and instants that the stamps so far gave.
  public func write(to packed: inout PackedWriter) {
    let year = followsOrder ? savedYear ?? window.year(of: lastReading) - yearsBack : nil
    for year in [firstYear, firstYear == nil ? nil : year] {
      packed.append(signed: Int64(year ?? .min))
    }
    packed.append(signed: lastReading)
    packed.append(signed: lastInstant)
  }

  /// Goes on from what `write` appended; false: that cannot be from it.
  public mutating func restore(_ packed: inout PackedReader) -> Bool {
    guard let first = packed.signed(), let latest = packed.signed(),
      let reading = packed.signed(), let instant = packed.signed(),
      [first, latest].allSatisfy({ $0 == .min || (1...9999).contains($0) }),
      instant == .min || Timestamp.isStorable(instant, inUnitsOf: 1_000_000_000),
      // The last second of a leap year may be a leap second.
      (0...366 * 86_400).contains(reading)
    else { return false }
    firstYear = first == .min ? nil : Int(first)
    savedYear = latest == .min || !yearIsGiven ? nil : Int(latest)
    followsOrder = followsOrder && (firstYear == nil || savedYear != nil)
    lastReading = reading
    lastInstant = instant
    return true
  }
}
