import Testing

@testable import Reports

@Suite struct FailuresReportTests {
  static let sample = {
    var log = SampleLog()
    log.fail("alice@example.org", on: "2026-11-15", hour: 9, client: "192.0.2.7")
    log.fail("alice@example.org", on: "2026-11-15", hour: 10, client: "192.0.2.99", attempts: 2)
    log.fail("alice@example.org", on: "2026-11-16", hour: 8, client: "198.51.100.1")
    log.fail("", on: "2026-11-16", hour: 7, client: "2001:db8:0:1::5", attempts: 4)
    log.fail("root", on: "2026-11-16", hour: 6, client: "192.0.2.1")
    log.fail("root", on: "2026-11-22", client: "192.0.2.1", attempts: 50)
    return log
  }()

  @Test func `rows go by account with the number of its networks`() throws {
    #expect(
      try Self.sample.csv(.failures) == """
        account,failures,networks,first,last
        (unknown),4,1,2026-11-16T07:00:00Z,2026-11-16T07:00:00Z
        alice@example.org,4,2,2026-11-15T09:00:00Z,2026-11-16T08:00:00Z
        root,1,1,2026-11-16T06:00:00Z,2026-11-16T06:00:00Z

        """
    )
  }

  @Test func `rows go by network with the number of its accounts`() throws {
    #expect(
      try Self.sample.csv(.failures) { $0.grouping = .network } == """
        network,failures,accounts,first,last
        192.0.2.0/24,4,2,2026-11-15T09:00:00Z,2026-11-16T06:00:00Z
        2001:db8::/48,4,1,2026-11-16T07:00:00Z,2026-11-16T07:00:00Z
        198.51.100.0/24,1,1,2026-11-16T08:00:00Z,2026-11-16T08:00:00Z

        """
    )
  }

  @Test func `rows per day are in the order of the days`() throws {
    #expect(
      try Self.sample.csv(.failures) {
        $0.isPerDay = true
        $0.limit = 3
      } == """
        date,account,failures,networks,first,last
        2026-11-15,alice@example.org,3,1,2026-11-15T09:00:00Z,2026-11-15T10:00:00Z
        2026-11-16,(unknown),4,1,2026-11-16T07:00:00Z,2026-11-16T07:00:00Z
        2026-11-16,alice@example.org,1,1,2026-11-16T08:00:00Z,2026-11-16T08:00:00Z

        """
    )
  }

  @Test(arguments: [
    ("networks", "alice"), ("-failures", "root"), ("account", "(unknown)"), ("first", "(unknown)"),
    ("-first", "alice"), ("last", "alice"), ("-account", "root"),
  ]) func `rows are sorted by any column`(_ sort: String, _ first: String) throws {
    let lines = try Self.sample.csv(.failures) { $0.sort = sort }.split(separator: "\n")
    #expect(lines[1].hasPrefix(first))
  }

  @Test func `one domain can be asked for`() throws {
    let some = try Self.sample.csv(.failures) { $0.domain = "example.org" }
    #expect(some.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("alice") })
    let none = try Self.sample.csv(.failures) { $0.domain = "(none)" }
    #expect(none.split(separator: "\n").count == 3)
  }

  @Test func `the JSON has a figure for each day`() throws {
    let query = Self.sample.query("2026-11-15", "2026-11-17") { $0.limit = 1 }
    #expect(
      try Self.sample.text(.failures, .json, query) == """
        {"view":"failures","start":"2026-11-15","end":"2026-11-17","timezone":"UTC",\
        "total":{"failures":9},"days":[{"date":"2026-11-15","failures":3},\
        {"date":"2026-11-16","failures":6},{"date":"2026-11-17","failures":0}],\
        "rows":[{"account":"(unknown)","failures":4,"networks":1,\
        "first":"2026-11-16T07:00:00Z","last":"2026-11-16T07:00:00Z"}],"next":null}

        """
    )
  }
}
