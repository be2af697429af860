import Dialects
import MailLog
import Settings
import Testing

/// Instants of stamps without a year or a zone, which only their order tells.
struct YearAndZoneTests {
  private static let zones = Dictionary(
    uniqueKeysWithValues: [
      "UTC", "UTC+02:53", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns",
    ].map { ($0, ZoneRules(named: $0)) }
  ).compactMapValues { $0 }

  private func instant(_ text: String) throws -> Timestamp {
    let stamp = try #require(LineParser.firstStamp(in: Array("\(text) mx x:\n".utf8)))
    #expect(stamp.form == .absolute)
    return Timestamp(nanoseconds: stamp.value)
  }

  /// The instants of a log's stamps, in UTC or in `zone`, or how its first year was wrong.
  private func resolve(
    _ stamps: [String],
    zone: String = "UTC",
    reference: String = "2026-11-21T12:00:00Z",
    year: Int? = nil,
    firstYear: Int? = nil
  ) throws -> [String] {
    let rules = try #require(Self.zones[zone])
    var resolver = StampResolver(
      zone: rules,
      reference: try instant(reference),
      year: year,
      firstYear: firstYear
    )
    do {
      let times = try stamps.map { text in
        let line = Array("\(text) mx x:\n".utf8)
        let stamp = try #require(LineParser.firstStamp(in: line), "\(text)")
        return try resolver.resolve(stamp)?.text(like: stamp, zone: rules) ?? "none"
      }
      try resolver.end()
      return times
    } catch let conflict as StampResolver.YearConflict {
      return ["it begins in \(conflict.firstYear)"]
    }
  }

  @Test func `the year turns from December to January, and back for a late line`() throws {
    #expect(
      try resolve(
        ["Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02"],
        reference: "2026-01-05T00:00:00Z"
      ) == [
        "2025-12-31T23:59:58+00:00", "2026-01-01T00:00:01+00:00", "2025-12-31T23:59:59+00:00",
        "2026-01-01T00:00:02+00:00",
      ]
    )
    #expect(
      try resolve(
        ["Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02", "Feb  1 00:00:00"],
        reference: "2026-03-05T00:00:00Z"
      ) == [
        "2026-01-01T00:00:01+00:00", "2025-12-31T23:59:59+00:00", "2026-01-01T00:00:02+00:00",
        "2026-02-01T00:00:00+00:00",
      ]
    )
  }

  @Test func `the first line has the latest year that is not in the future`() throws {
    #expect(try resolve(["Nov 21 11:59:59"]) == ["2026-11-21T11:59:59+00:00"])
    // A day's grace for clocks that differ.
    #expect(try resolve(["Nov 22 11:59:59"]) == ["2026-11-22T11:59:59+00:00"])
    #expect(try resolve(["Nov 22 12:00:01"]) == ["2025-11-22T12:00:01+00:00"])
    #expect(
      try resolve(["Jan  1 00:00:00"], reference: "2026-12-31T23:00:00Z")
        == ["2027-01-01T00:00:00+00:00"]
    )
    #expect(try resolve(["Feb 29 12:00:00"]) == ["2024-02-29T12:00:00+00:00"])
    #expect(
      try resolve(["Feb 29 12:00:00"], reference: "2103-11-21T12:00:00Z")
        == ["2096-02-29T12:00:00+00:00"]
    )
  }

  @Test func `a log of more than a year begins as many years earlier`() throws {
    let stamps = ["Aug  1 00:00:00", "Dec 31 00:00:00", "Jan  1 00:00:00", "Jun  1 00:00:00"]
    let expected = [
      "2025-08-01T00:00:00+00:00", "2025-12-31T00:00:00+00:00", "2026-01-01T00:00:00+00:00",
      "2026-06-01T00:00:00+00:00",
    ]
    #expect(try resolve(stamps) == ["it begins in 2025"])
    #expect(try resolve(stamps, firstYear: 2025) == expected)
    #expect(try resolve(stamps, year: 2025) == expected)
    #expect(try resolve(stamps + ["Nov 30 00:00:00"], firstYear: 2025) == ["it begins in 2024"])
  }

  @Test func `29 February tells the year, unless the user names another`() throws {
    let stamps = ["Feb 28 23:00:00", "Feb 29 12:00:00", "Mar  1 00:00:00"]
    #expect(try resolve(stamps) == ["it begins in 2024"])
    let expected = [
      "2024-02-28T23:00:00+00:00", "2024-02-29T12:00:00+00:00", "2024-03-01T00:00:00+00:00",
    ]
    #expect(try resolve(stamps, firstYear: 2024) == expected)
    #expect(try resolve(stamps, year: 2024) == expected)
    #expect(
      try resolve(stamps, year: 2026)
        == ["2026-02-28T23:00:00+00:00", "none", "2026-03-01T00:00:00+00:00"]
    )
  }

  @Test func `a log may be silent for most of a year`() throws {
    #expect(
      try resolve(["Mar  1 00:00:00", "Nov 20 00:00:00"], year: 2026)
        == ["2026-03-01T00:00:00+00:00", "2026-11-20T00:00:00+00:00"]
    )
    #expect(
      try resolve(["Nov 20 00:00:00", "Mar  1 00:00:00"], year: 2025)
        == ["2025-11-20T00:00:00+00:00", "2026-03-01T00:00:00+00:00"]
    )
  }

  @Test func `in the hour that autumn repeats, a clock that goes back is in the second pass`()
    throws
  {
    #expect(
      try resolve(
        [
          "Oct 25 01:59:59", "Oct 25 02:00:00", "Oct 25 02:59:59", "Oct 25 02:59:57",
          "Oct 25 02:00:00", "Oct 25 02:00:03", "Oct 25 02:00:01", "Oct 25 02:59:59",
          "Oct 25 03:00:00",
        ],
        zone: "Europe/Berlin"
      ) == [
        "2026-10-25T01:59:59+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:59:59+02:00",
        "2026-10-25T02:59:57+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:00:03+01:00",
        "2026-10-25T02:00:01+01:00", "2026-10-25T02:59:59+01:00", "2026-10-25T03:00:00+01:00",
      ]
    )
    // A log that starts in that hour, and one that is silent for the first pass.
    #expect(
      try resolve(["Oct 25 02:30:00", "Oct 25 02:10:00"], zone: "Europe/Berlin")
        == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:10:00+01:00"]
    )
    #expect(
      try resolve(
        ["2026-10-25T02:30:00", "2026-10-25T02:10:00", "2026-10-25T02:31:00.25"],
        zone: "Europe/Berlin"
      ) == [
        "2026-10-25T02:30:00+02:00", "2026-10-25T02:10:00+01:00", "2026-10-25T02:31:00.25+01:00",
      ]
    )
  }

  @Test func `an hour that spring leaves out is read as if the clock had not been moved`() throws {
    #expect(
      try resolve(
        ["Mar 29 01:59:59", "Mar 29 02:30:00", "Mar 29 02:40:00", "Mar 29 03:00:00"],
        zone: "Europe/Berlin"
      ) == [
        "2026-03-29T01:59:59+01:00", "2026-03-29T03:30:00+02:00", "2026-03-29T03:40:00+02:00",
        "2026-03-29T03:00:00+02:00",
      ]
    )
  }

  @Test func `a clock that is set back is believed`() throws {
    #expect(
      try resolve(["Nov 20 10:00:00", "Nov 20 08:00:00", "Nov 20 08:00:01", "Nov 19 08:00:00"])
        == [
          "2026-11-20T10:00:00+00:00", "2026-11-20T08:00:00+00:00", "2026-11-20T08:00:01+00:00",
          "2026-11-19T08:00:00+00:00",
        ]
    )
  }

  @Test func `a stamp without a zone is in the log's zone, another in its own`() throws {
    let stamps = ["Nov 20 00:30:00", "2026-11-20T00:30:00", "2026-11-20T00:30:00.5+01:00"]
    #expect(
      try resolve(stamps, zone: "UTC+02:53")
        == [
          "2026-11-20T00:30:00+02:53", "2026-11-20T00:30:00+02:53",
          "2026-11-20T00:30:00.5+01:00",
        ]
    )
    // Half an hour of daylight saving time, which begins and ends within an hour of the clock.
    #expect(
      try resolve(
        [
          "Apr  5 01:10:00", "Apr  5 01:40:00", "Apr  5 01:59:00", "Apr  5 01:31:00",
          "Apr  5 02:00:00",
        ],
        zone: "Australia/Lord_Howe"
      ) == [
        "2026-04-05T01:10:00+11:00", "2026-04-05T01:40:00+11:00", "2026-04-05T01:59:00+11:00",
        "2026-04-05T01:31:00+10:30", "2026-04-05T02:00:00+10:30",
      ]
    )
  }

  @Test func `a zone may leave out half an hour`() throws {
    #expect(
      try resolve(
        ["Oct  4 01:59:00", "Oct  4 02:30:00", "Oct  4 02:31:00"],
        zone: "Australia/Lord_Howe"
      ) == [
        "2026-10-04T01:59:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T02:31:00+11:00",
      ]
    )
  }

  @Test func `an hour that is known is the same as an hour that is worked out`() throws {
    // Every second line is in another hour: nothing is remembered.
    for zone in ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"] {
      for day in ["Mar 29", "Apr  5", "Oct 25", "Nov  1", "Nov  2"] {
        let stamps = stride(from: 0, to: 1440, by: 7).map { minute in
          "\(day) \(digits(minute / 60, 2)):\(digits(minute % 60, 2)):30"
        }
        let alone = try stamps.map { try resolve([$0], zone: zone)[0] }
        #expect(try resolve(stamps, zone: zone) == alone, "\(day) in \(zone)")
      }
    }
  }
}
