import MailLog
import TestSupport
import Testing

/// The years of whole logs whose stamps have none: read as often as it takes, and as they grow.
struct YearsOfLogsTests {
  /// Seconds since 1970 of a date in UTC, at ten o'clock where it names no time.
  private func seconds(_ text: String) throws -> Int64 {
    let parts = text.split(separator: " ")
    let days = Int64(try #require(CivilDate(parts[0])).daysSince1970)
    guard parts.count > 1 else { return days * 86_400 + 36_000 }
    let clock = parts[1].split(separator: ":").compactMap { Int64($0) }
    return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }

  private func stamp(_ text: String) throws -> LogStamp {
    // A leap year, which every stamp without a year is in.
    LogStamp(value: try seconds("2000-" + text) - seconds("2000-01-01 00:00:00"), form: .yearless)
  }

  private func text(_ time: Timestamp?) -> String {
    String((time?.text(offsetMinutes: LogStamp.utcMarker) ?? "none").prefix(10))
  }

  private func at(_ text: String) throws -> Timestamp {
    // Some time after the lines.
    Timestamp(seconds: try seconds(text) + (text.contains(" ") ? 0 : 7000))
  }

  /// The days of a file's lines, which was written last at `end`, and how often it was read.
  private func analyzed(_ log: [String], by end: String) throws -> (days: [String], passes: Int) {
    var firstYear: Int?
    for pass in 1...9 {
      var resolver = StampResolver(zone: .utc, reference: try at(end), firstYear: firstYear)
      do {
        let days = try log.map { text(try resolver.resolve(try stamp($0))) }
        try resolver.end()
        return (days, pass)
      } catch let conflict as StampResolver.YearConflict {
        firstYear = conflict.firstYear
      }
    }
    return ([], 9)
  }

  private func live(year: Int? = nil) throws -> StampResolver {
    StampResolver(zone: .utc, reference: try at("1970-01-01"), year: year, isLive: true)
  }

  /// The days of lines that were written by `end`.
  private func read(
    _ log: [String],
    by end: String,
    _ resolver: inout StampResolver
  ) throws -> [String] {
    try log.map { line in
      resolver.expectLines(by: try at(end), areNew: false)
      return text(try resolver.resolve(try stamp(line)))
    }
  }

  /// Logs by when they were written last, and the days of their lines.
  private static let logs: [(end: String, days: [String])] = [
    // Another host's lines are ten days late.
    ("2027-01-08", ["2027-01-08", "2026-12-29", "2027-01-08", "2027-01-08"]),
    // A clock that is wrong at the start of the system.
    ("2026-03-10", ["2026-03-10", "2025-10-04", "2025-10-04", "2026-03-10"]),
    ("2026-11-20", ["2026-11-20", "2026-01-01", "2026-01-01", "2026-11-20"]),
    ("2026-11-20", ["2026-06-10", "2025-12-01", "2026-06-10", "2026-11-20"]),
    // One that is ahead for seconds, also at the end.
    ("2026-11-20", ["2026-11-20", "2025-11-25", "2026-11-20", "2025-11-25"]),
    ("2026-11-20", ["2025-11-25", "2026-11-20", "2026-11-20"]),
    // Silence of more than half a year.
    ("2026-11-23", ["2025-12-20", "2026-11-23", "2026-11-23"]),
    ("2026-11-23", ["2025-11-26", "2026-11-23"]),
    ("2026-04-15", ["2025-10-01", "2026-04-15"]),
    ("2026-04-15", ["2025-06-01", "2025-05-20", "2026-04-15"]),
    ("2026-12-31", ["2026-01-10", "2026-12-20"]),
    // New Year, and leap days.
    ("2026-01-03", ["2025-12-31", "2026-01-01", "2025-12-31", "2026-01-02"]),
    ("2024-03-05", ["2024-02-28", "2024-02-29", "2024-03-01", "2023-12-31"]),
    ("2024-02-28", ["2024-02-29", "2024-02-28"]),
    ("2025-02-10", ["2024-02-29", "2024-03-01", "2025-02-01"]),
    ("2026-12-31", ["2026-12-31", "2027-01-01", "2026-12-31"]),
  ]

  @Test(arguments: logs)
  func `each line is of the latest year that the log's end allows, read at once or live`(
    end: String,
    days: [String]
  ) throws {
    let log = days.map { String($0.dropFirst(5)) }
    #expect(try analyzed(log, by: end).days == days)
    var resolver = try live()
    #expect(try read(log, by: end, &resolver) == days)
  }

  @Test func `a log of many years is read twice, whatever wrong clocks wrote into it`() throws {
    var days = [2023, 2024, 2025, 2026].flatMap { year in
      (1...12).map { "\(year)-\(digits($0, 2))-10" }
    }
    days = Array(days.drop { $0 < "2023-05" }.prefix { $0 < "2026-09" })
    #expect(try analyzed(days.map { String($0.dropFirst(5)) }, by: "2026-08-11").passes == 2)
    for place in days.indices {
      for wrong in ["01-01", "03-05", "06-20", "10-04", "12-31"] {
        var log = days.map { String($0.dropFirst(5)) }
        log.insert(contentsOf: [wrong, wrong, log[place]], at: place + 1)
        var found = try analyzed(log, by: "2026-08-11").days
        found.removeSubrange(place + 1...place + 3)
        #expect(found == days, "\(wrong) behind \(days[place])")
      }
    }
  }

  @Test func `a log that goes on day by day behind its file's time is not cut there`() throws {
    let days = (20...29).map { "2026-11-\($0)" }
    let found = try analyzed(days.map { String($0.dropFirst(5)) }, by: "2026-11-22")
    #expect(found.days == days)
    #expect(found.passes == 1)
  }

  @Test func `rotated files are as old as they say, and the clock's year ends with it`() throws {
    var resolver = try live()
    #expect(try read(["12-03"], by: "2023-12-04", &resolver) == ["2023-12-03"])
    #expect(try read(["11-10"], by: "2026-11-10", &resolver) == ["2026-11-10"])
    #expect(
      try read(["11-20", "11-23"], by: "2026-11-23", &resolver) == ["2026-11-20", "2026-11-23"]
    )
    // The first line under a clock that was years behind.
    resolver = try live()
    #expect(try read(["11-23"], by: "2020-01-01", &resolver) == ["2019-11-23"])
    #expect(
      try read(["11-23", "11-24"], by: "2026-11-24", &resolver) == ["2026-11-23", "2026-11-24"]
    )
  }

  @Test func `a year that is named goes on with the lines of a live log up to now`() throws {
    let days = [
      "2023-06-01", "2023-12-31", "2024-01-01", "2023-12-31", "2024-05-01", "2024-08-01",
      "2024-11-25", "2025-01-15", "2025-06-25", "2025-10-01", "2025-12-29", "2026-03-01",
      "2026-07-01", "2026-11-20",
    ]
    var file = StampResolver(zone: .utc, reference: try at("2026-11-21"), year: 2023)
    var resolver = try live(year: 2023)
    for day in days {
      #expect(text(try file.resolve(try stamp(String(day.dropFirst(5))))) == day)
      #expect(try read([String(day.dropFirst(5))], by: "2026-11-21", &resolver) == [day])
      // A restart.
      resolver = try saved(resolver, year: 2023)
    }
    #expect(
      try read(["11-21", "11-19"], by: "2026-11-22", &resolver) == ["2026-11-21", "2026-11-19"]
    )
    // Then nothing for more than a year.
    #expect(try read(["12-20"], by: "2027-12-20", &resolver) == ["2027-12-20"])
    #expect(try read(["01-02"], by: "2028-01-02", &resolver) == ["2028-01-02"])
  }

  @Test func `lines that come just now are of this year, whatever year was named`() throws {
    var resolver = try live(year: 2024)
    #expect(try read(["06-01"], by: "2026-02-10", &resolver) == ["2024-06-01"])
    resolver.expectLines(by: try at("2026-02-10"), areNew: true)
    #expect(text(try resolver.resolve(try stamp("02-10"))) == "2026-02-10")
    resolver = try saved(resolver, year: 2024)
    #expect(try read(["02-11"], by: "2026-02-11", &resolver) == ["2026-02-11"])
  }

  @Test func `a live log of just a year begins a year ago, one that is ahead of the clock now`()
    throws
  {
    func days(_ lines: [String], by end: String) throws -> [String] {
      var resolver = try live()
      let (stamps, end) = (try lines.map(stamp), try at(end))
      resolver.expectLines(by: end, areNew: false)
      resolver.begin(with: stamps)
      return try stamps.map { text(try resolver.resolve($0)) }
    }
    let year = ["10-24", "10-24", "10-25", "03-01", "10-23"]
    #expect(
      try days(year, by: "2026-10-23") == [
        "2025-10-24", "2025-10-24", "2025-10-25", "2026-03-01", "2026-10-23",
      ]
    )
    #expect(try days(["10-24", "10-24"], by: "2026-10-23") == ["2026-10-24", "2026-10-24"])
    #expect(
      try days(["10-24", "10-23", "10-24"], by: "2026-10-23") == [
        "2026-10-24", "2026-10-23", "2026-10-24",
      ]
    )
    // Behind a rotated file.
    var resolver = try live()
    #expect(try read(["10-23"], by: "2025-10-23", &resolver) == ["2025-10-23"])
    #expect(try read(["10-24"], by: "2026-10-23", &resolver) == ["2025-10-24"])
  }

  private func saved(_ resolver: StampResolver, year: Int?) throws -> StampResolver {
    var packed = PackedWriter()
    resolver.write(to: &packed)
    var restored = try live(year: year)
    var bytes = PackedReader(packed.bytes)
    let isRestored = restored.restore(&bytes)
    #expect(isRestored)
    return restored
  }

  @Test func `a state that ends in a leap second is one`() throws {
    var resolver = try live()
    resolver.expectLines(by: try at("2017-01-01"), areNew: true)
    let second = LogStamp(value: 366 * 86_400, form: .yearless)
    #expect(text(try resolver.resolve(second)) == "2017-01-01")
    resolver = try saved(resolver, year: nil)
    #expect(try read(["01-01"], by: "2017-01-01", &resolver) == ["2017-01-01"])
  }

  @Test(arguments: [nil, 2026])
  func `a state whose year had run ahead is put right`(year: Int?) throws {
    // As it was saved once behind a line of 29 December, in January 2027.
    var packed = PackedWriter()
    for value in [2027, 2028] { packed.append(signed: Int64(value)) }
    packed.append(signed: try stamp("12-29").value)
    packed.append(signed: try seconds("2027-12-29"))
    var resolver = try live(year: year)
    var bytes = PackedReader(packed.bytes)
    let isRestored = resolver.restore(&bytes)
    #expect(isRestored)
    #expect(
      try read(["01-08", "01-09"], by: "2027-01-09", &resolver) == ["2027-01-08", "2027-01-09"]
    )
  }

  @Test func `a line that came just now in the hour that autumn repeats is in its second pass`()
    throws
  {
    /// What lines of 25 October mean that are read at these times of UTC.
    func read(_ lines: [(line: String, now: String)], areNew: Bool) throws -> [String] {
      var resolver = StampResolver(
        zone: TestZones.berlin,
        reference: try at("2026-10-24"),
        isLive: true
      )
      return try lines.map { line, now in
        resolver.expectLines(by: try at("2026-10-25 \(now)"), areNew: areNew)
        let time = try resolver.resolve(try stamp("10-25 \(line)"))
        return String(time?.text(offsetMinutes: LogStamp.utcMarker).dropFirst(11) ?? "none")
      }
    }
    // The first pass was silent, or had some lines.
    let silent = [("01:30:00", "00:00:00"), ("02:10:00", "01:10:01"), ("02:40:00", "01:40:01")]
    #expect(try read(silent, areNew: true) == ["23:30:00Z", "01:10:00Z", "01:40:00Z"])
    #expect(try read(silent, areNew: false) == ["23:30:00Z", "00:10:00Z", "00:40:00Z"])
    let early = [("02:05:00", "00:05:00"), ("02:10:00", "00:10:02"), ("02:11:00", "01:11:01")]
    #expect(try read(early, areNew: true) == ["00:05:00Z", "00:10:00Z", "01:11:00Z"])
    // A clock that is ahead by some seconds, and a line that is late by minutes.
    #expect(try read([("02:10:00", "01:09:50")], areNew: true) == ["01:10:00Z"])
    #expect(try read([("02:50:00", "01:10:00")], areNew: true) == ["00:50:00Z"])
  }
}
