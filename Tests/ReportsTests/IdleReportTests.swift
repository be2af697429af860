import Testing

@testable import Reports

@Suite struct IdleReportTests {
  static let sample = {
    var log = SampleLog()
    log.send("alice@example.org", on: "2026-11-15", messages: 2)
    log.send("alice@example.org", on: "2026-11-17")
    log.send("bob@example.org", on: "2026-11-16")
    log.send("carol@example.net", on: "2026-11-15")
    log.send("carol@example.net", on: "2026-11-18")
    return log
  }()

  @Test(arguments: [
    (1, ["alice", "carol", "bob"]), (3, ["alice", "carol", "bob"]), (4, ["alice", "bob"]),
    (5, ["bob"]), (6, []),
  ]) func `who sent nothing on the last days is idle`(_ days: Int, _ accounts: [String]) throws {
    let csv = try Self.sample.csv(.idle) { $0.idleDays = days }
    let lines = csv.split(separator: "\n").dropFirst()
    #expect(lines.map { String($0.prefix { $0 != "@" }) } == accounts)
  }

  @Test func `who sends under another domain now is not idle`() throws {
    var log = SampleLog()
    log.send("bob", as: "bob@old.example", on: "2026-11-15")
    log.send("bob", as: "bob@new.example", on: "2026-11-21")
    log.send("cy", as: "cy@old.example", on: "2026-11-15")
    log.send("cy", as: "cy@new.example", on: "2026-11-16")
    for domain in [nil, "old.example"] {
      let query = log.query {
        $0.idleDays = 3
        $0.domain = domain
      }
      let rows = try log.text(.idle, .csv, query).split(separator: "\n").dropFirst()
      #expect(rows.count == (domain == nil ? 2 : 1))
      #expect(rows.allSatisfy { $0.hasPrefix("cy,") })
      #expect(try log.text(.idle, .json, query).contains("\"total\":{\"accounts\":1,"))
    }
  }

  @Test func `a period that is too short for anybody to be idle says so`() throws {
    func table(_ days: Int) throws -> String {
      try Self.sample.text(.idle, .table, Self.sample.query { $0.idleDays = days })
    }
    #expect(try !table(6).contains("!"))
    #expect(
      try table(7).contains(
        "! These are 7 days only, of which nobody can be idle for 7: ask for fewer with --idle-days,"
      )
    )
  }

  @Test func `rows tell the last day and how long ago it was`() throws {
    #expect(
      try Self.sample.csv(.idle) { $0.idleDays = 4 } == """
        account,domain,messages,last,days
        alice@example.org,example.org,3,2026-11-17,4
        bob@example.org,example.org,1,2026-11-16,5

        """
    )
    #expect(
      try Self.sample.csv(.idle) {
        $0.idleDays = 4
        $0.sort = "days"
        $0.grouping = .sender
      } == """
        sender,domain,messages,last,days
        bob@example.org,example.org,1,2026-11-16,5
        alice@example.org,example.org,3,2026-11-17,4

        """
    )
    #expect(
      try Self.sample.csv(.idle) {
        $0.idleDays = 4
        $0.grouping = .domain
      } == """
        domain,messages,last,days
        example.org,4,2026-11-17,4

        """
    )
  }

  @Test func `the JSON has the messages of those who are idle`() throws {
    let query = Self.sample.query("2026-11-15", "2026-11-18") { $0.idleDays = 2 }
    #expect(
      try Self.sample.text(.idle, .json, query) == """
        {"view":"idle","start":"2026-11-15","end":"2026-11-18","timezone":"UTC",\
        "total":{"accounts":1,"messages":1},\
        "days":[{"date":"2026-11-15","messages":0},{"date":"2026-11-16","messages":1},\
        {"date":"2026-11-17","messages":0},{"date":"2026-11-18","messages":0}],\
        "rows":[{"account":"bob@example.org","domain":"example.org","messages":1,\
        "last":"2026-11-16","days":2}],"next":null}

        """
    )
  }
}
