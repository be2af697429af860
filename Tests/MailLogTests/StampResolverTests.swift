import MailLog
import TestSupport
import Testing

struct StampResolverTests {
  private let zone = TestZones.berlin

  /// Seconds since 1970 of a local reading as if it were UTC.
  private func seconds(_ date: String, _ clock: String = "00:00:00") throws -> Int64 {
    let parts = clock.split(separator: ":").compactMap { Int64($0) }
    let days = try #require(CivilDate(date)).daysSince1970
    return Int64(days) * 86_400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
  }

  private func resolver(
    _ reference: String,
    year: Int? = nil,
    zone: ZoneRules = .utc
  ) throws
    -> StampResolver
  {
    let reference = Timestamp(seconds: try seconds(reference, "12:00:00"))
    return StampResolver(zone: zone, reference: reference, year: year)
  }

  /// The day and time that a yearless stamp means in UTC, nil if there is none such.
  private func text(
    _ resolver: inout StampResolver,
    _ date: String,
    _ clock: String = "00:00:00"
  ) throws -> String? {
    // A leap year, which every stamp without a year is in.
    let reading = try seconds("2000-" + date, clock) - seconds("2000-01-01")
    let time = try resolver.resolve(LogStamp(value: reading, form: .yearless))
    return time?.text(offsetMinutes: LogStamp.utcMarker)
  }

  @Test func `a stamp with a zone means itself`() throws {
    var resolver = try resolver("2026-11-21")
    let stamp = LogStamp(value: -123_456_789, form: .absolute, offsetMinutes: 60)
    #expect(try resolver.resolve(stamp) == Timestamp(nanoseconds: -123_456_789))
  }

  @Test(arguments: [
    ("11-20", "2026-11-20"), ("11-21", "2026-11-21"), ("11-22", "2026-11-22"),
    ("11-23", "2025-11-23"), ("01-01", "2026-01-01"), ("12-31", "2025-12-31"),
    ("02-28", "2026-02-28"), ("03-01", "2026-03-01"), ("02-29", "2024-02-29"),
  ])
  func `the first line is of the latest year that has come`(date: String, day: String) throws {
    var resolver = try resolver("2026-11-21")
    #expect(try text(&resolver, date) == day + "T00:00:00Z")
  }

  @Test func `the year goes on at New Year, and lines that syslog shuffles stay in the old one`()
    throws
  {
    var resolver = try resolver("2026-03-10")
    #expect(try text(&resolver, "12-31", "23:59:58") == "2025-12-31T23:59:58Z")
    #expect(try text(&resolver, "01-01", "00:00:00") == "2026-01-01T00:00:00Z")
    #expect(try text(&resolver, "12-31", "23:59:59") == "2025-12-31T23:59:59Z")
    #expect(try text(&resolver, "01-01", "00:00:01") == "2026-01-01T00:00:01Z")
    #expect(try text(&resolver, "01-01", "00:59:59") == "2026-01-01T00:59:59Z")
    #expect(try text(&resolver, "01-01", "00:00:02") == "2026-01-01T00:00:02Z")
    #expect(try text(&resolver, "03-01") == "2026-03-01T00:00:00Z")
  }

  @Test func `a log that is silent from January to December stays in its year`() throws {
    var resolver = try resolver("2026-12-21")
    #expect(try text(&resolver, "01-10") == "2026-01-10T00:00:00Z")
    #expect(try text(&resolver, "12-20") == "2026-12-20T00:00:00Z")
  }

  /// The first year that reading throws.
  private func conflict(_ read: () throws -> Void) -> Int? {
    do {
      try read()
      return nil
    } catch {
      return (error as? StampResolver.YearConflict)?.firstYear
    }
  }

  @Test func `a line that cannot be of its year names another first year`() throws {
    var resolver = try resolver("2026-11-21")
    #expect(try text(&resolver, "02-01") == "2026-02-01T00:00:00Z")
    #expect(
      conflict {
        _ = try text(&resolver, "02-29")
      } == 2024
    )
    resolver = try self.resolver("2026-02-01")
    #expect(try text(&resolver, "01-01") == "2026-01-01T00:00:00Z")
    #expect(try text(&resolver, "06-01") == "2025-06-01T00:00:00Z")
    #expect(
      conflict {
        _ = try text(&resolver, "10-01")
        _ = try text(&resolver, "01-01")
        try resolver.end()
      } == 2025
    )
  }

  @Test func `a year that the user names stands`() throws {
    var resolver = try resolver("2020-01-01", year: 2025)
    #expect(try text(&resolver, "02-28") == "2025-02-28T00:00:00Z")
    #expect(try text(&resolver, "02-29") == nil)
    #expect(try text(&resolver, "08-01") == "2025-08-01T00:00:00Z")
    #expect(try text(&resolver, "12-31") == "2025-12-31T00:00:00Z")
    #expect(try text(&resolver, "01-01") == "2026-01-01T00:00:00Z")
  }

  /// What a reader does: after a conflict it reads again, with the year that the conflict names.
  private func readAgain(_ readings: [Int64], zone: ZoneRules, reference: Int64) -> [Int64]? {
    var firstYear: Int?
    for _ in 0..<50 {
      var resolver = StampResolver(
        zone: zone,
        reference: Timestamp(seconds: reference),
        firstYear: firstYear
      )
      do throws(StampResolver.YearConflict) {
        var instants: [Int64] = []
        for reading in readings {
          let time = try resolver.resolve(LogStamp(value: reading, form: .yearless))
          instants.append(time?.seconds ?? -1)
        }
        try resolver.end()
        return instants
      } catch {
        firstYear = error.firstYear
      }
    }
    return nil
  }

  @Test(arguments: [ZoneRules.utc, TestZones.odd])
  func `logs of any length find their years`(zone: ZoneRules) throws {
    var numbers = SeededNumbers(13)
    let offset = Int64(zone.offsets[0])
    for _ in 0..<400 {
      var instant = Int64(numbers.below(1_500_000_000)) + 100_000_000
      let years = numbers.below(12)
      var instants: [Int64] = []
      while instants.count < 3 || instant < instants[0] + Int64(years) * 31_557_600 {
        instants.append(instant)
        instant += Int64(numbers.below(100 * 86_400))
      }
      let readings = try instants.map { instant in
        let local = instant + offset
        let date = CivilDate(daysSince1970: Int32(local / 86_400)).text
        return try seconds("2000" + date.dropFirst(4)) - seconds("2000-01-01") + local % 86_400
      }
      let last = try #require(instants.last)
      let found = readAgain(readings, zone: zone, reference: last + Int64(numbers.below(1000)))
      #expect(found == instants)
    }
  }

  @Test func `in the hour that autumn repeats, a reading that goes back is the second pass`() throws
  {
    var resolver = try resolver("2026-11-21", zone: zone)
    // 2026-10-25: 03:00 summer time, 01:00 UTC, is 02:00 again.
    for (clock, expected) in [
      ("01:59:59", "2026-10-24T23:59:59Z"), ("02:00:00", "2026-10-25T00:00:00Z"),
      ("02:59:59", "2026-10-25T00:59:59Z"), ("02:00:01", "2026-10-25T01:00:01Z"),
      ("02:00:00", "2026-10-25T01:00:00Z"), ("02:30:00", "2026-10-25T01:30:00Z"),
      ("02:59:59", "2026-10-25T01:59:59Z"), ("03:00:00", "2026-10-25T02:00:00Z"),
    ] {
      #expect(try text(&resolver, "10-25", clock) == expected)
    }
  }

  @Test func `syslog may shuffle lines in the repeated hour`() throws {
    var resolver = try resolver("2026-11-21", zone: zone)
    #expect(try text(&resolver, "10-25", "02:10:00") == "2026-10-25T00:10:00Z")
    #expect(try text(&resolver, "10-25", "02:09:58") == "2026-10-25T00:09:58Z")
    #expect(try text(&resolver, "10-25", "02:10:01") == "2026-10-25T00:10:01Z")
  }

  @Test func `a reading in the gap of spring is as if the clock went on`() throws {
    var resolver = try resolver("2026-11-21", zone: zone)
    #expect(try text(&resolver, "03-29", "01:59:59") == "2026-03-29T00:59:59Z")
    #expect(try text(&resolver, "03-29", "02:30:00") == "2026-03-29T01:30:00Z")
    #expect(try text(&resolver, "03-29", "03:00:00") == "2026-03-29T01:00:00Z")
  }

  @Test func `local stamps with a year fold alike and keep their fraction`() throws {
    var resolver = try resolver("2026-11-21", zone: zone)
    for (clock, expected) in [
      ("02:40:00", "2026-10-25T00:40:00.250Z"), ("02:20:00", "2026-10-25T01:20:00.250Z"),
      ("02:45:00", "2026-10-25T01:45:00.250Z"), ("03:10:00", "2026-10-25T02:10:00.250Z"),
    ] {
      let local = try seconds("2026-10-25", clock) * 1_000_000_000 + 250_000_000
      let time = try resolver.resolve(LogStamp(value: local, form: .local, fractionDigits: 3))
      #expect(time?.text(offsetMinutes: LogStamp.utcMarker, fractionDigits: 3) == expected)
    }
  }
}
