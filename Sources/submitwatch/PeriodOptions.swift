public import ArgumentParser
public import MailLog

/// Which days are asked about, the same for every command.
struct PeriodOptions: ParsableArguments {
  @Option(help: ArgumentHelp("First day (default: by --days).", valueName: "YYYY-MM-DD"))
  var start: CivilDate?

  @Option(
    help: ArgumentHelp(
      "Last day, included (default: today, or the last in log files).",
      valueName: "YYYY-MM-DD"
    )
  )
  var end: CivilDate?

  @Option(help: ArgumentHelp("How many days, up to the last one (default: 7).", valueName: "N"))
  var days: Int?

  func validate() throws {
    try checkRange("--days", days, CivilDate.periodLengths)
    if days != nil, start != nil, end != nil {
      throw ValidationError("--days does not go with both --start and --end")
    }
  }

  /// Appends the parameters that the daemon knows them by.
  func append(to query: inout [(name: String, value: String)]) {
    query.append("start", start?.text)
    query.append("end", end?.text)
    query.append("days", days)
  }

  /// The days that are meant of a log.
  ///
  /// - Parameters:
  ///   - days: those of the log.
  ///   - isOpen: without `--days` all from the first are meant.
  /// - Returns: the first to the last.
  /// - Throws: if the last is before the first, or more than a century after it.
  func span(
    in days: ClosedRange<CivilDate>,
    isOpen: Bool
  ) throws(Failure) -> ClosedRange<CivilDate> {
    let count = (self.days ?? 7) - 1
    let lastDay = days.upperBound
    let first: CivilDate
    let last: CivilDate
    if let start, end == nil, self.days != nil {
      (first, last) = (start, start.advanced(by: count))
    } else {
      last = end ?? max(lastDay, start ?? lastDay)
      let isOpen = isOpen && self.days == nil
      first = start ?? (isOpen ? min(days.lowerBound, last) : last.advanced(by: -count))
    }
    guard first <= last else {
      throw Failure(.usage, "--start \(first.text) is after the last day, \(last.text)")
    }
    guard first.distance(to: last) < 36_600 else {
      throw Failure(.usage, "the period \(first.text) to \(last.text) is longer than a century")
    }
    return first...last
  }
}

extension CivilDate: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
