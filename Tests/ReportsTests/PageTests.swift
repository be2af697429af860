import Counters
import MailLog
import Testing

@testable import Reports

struct PageTests {
  private static func log() -> SampleLog {
    var log = SampleLog()
    for number in 1...5 {
      log.send("user\(number)@example.org", on: "2026-11-20", messages: UInt32(number))
      log.send("user\(number)@example.org", on: "2026-11-21", tls: .none)
      log.fail("name\(number)", on: "2026-11-20", client: "192.0.2.\(number)")
    }
    return log
  }

  @Test(arguments: [ReportView.volume, .tls, .failures, .cutoff], [1, 2, 3, 5, 10])
  func `the pages hold all rows, each once`(view: ReportView, limit: Int) throws {
    let log = Self.log()
    for isPerDay in [false, true] {
      var query = log.query {
        $0.isPerDay = isPerDay
        $0.isPaged = true
      }
      let whole = try log.text(view, .csv, query).split(separator: "\n").dropFirst()
      query.limit = limit
      var rows: [Substring] = []
      while true {
        let report = try Output.report(view, from: log.counters.snapshot, query)
        let (bytes, next) = try Output.page(report, as: .csv)
        let page = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
        #expect(page.count <= limit)
        rows += page
        guard let next else { break }
        #expect(!page.isEmpty)
        let json = try log.text(view, .json, query)
        #expect(json.hasSuffix("\"next\":\"\(next)\"}\n"))
        let isResumed = query.resume(next, view)
        #expect(isResumed)
      }
      #expect(rows == Array(whole))
    }
  }

  @Test(arguments: [ReportView.volume, .tls, .failures, .cutoff, .idle])
  func `a page without rows leads on to the first of them`(view: ReportView) throws {
    let log = Self.log()
    var query = log.query {
      $0.limit = 0
      $0.isPaged = true
      $0.end = $0.start.advanced(by: 66)
    }
    let report = try Output.report(view, from: log.counters.snapshot, query)
    let next = try #require(try Output.page(report, as: .csv).next)
    #expect(try log.text(view, .json, query).hasSuffix("\"rows\":[],\"next\":\"\(next)\"}\n"))
    let isResumed = query.resume(next, view)
    #expect(isResumed)
    query.limit = 5
    let rows = try log.text(view, .csv, query).split(separator: "\n").dropFirst()
    #expect(rows.count == 5)
  }

  @Test func `the largest limit is no limit`() throws {
    let log = Self.log()
    for offset in [0, 2] {
      let query = log.query {
        $0.limit = .max
        $0.offset = offset
      }
      let rows = try log.text(.volume, .csv, query).split(separator: "\n").dropFirst()
      #expect(rows.count == 5 - offset)
    }
  }

  @Test func `a cursor goes with its question only`() throws {
    let log = Self.log()
    let query = log.query {
      $0.limit = 2
      $0.isPaged = true
    }
    let cursor = try #require(query.nextCursor(.volume, true))
    func offset(_ cursor: String, _ query: ReportQuery, _ view: ReportView = .volume) -> Int? {
      var query = query
      return query.resume(cursor, view) ? query.offset : nil
    }
    #expect(offset(cursor, query) == 2)
    #expect(offset(cursor, log.query { $0.search = "x" }) == nil)
    #expect(offset(cursor, query, .tls) == nil)
    for wrong in ["", "-", "2", "zzzzzzzzzzzz-1", "-1-1", cursor + "x"] {
      #expect(offset(wrong, query) == nil, "\(wrong)")
    }
  }

  @Test func `without pages there is no next one`() throws {
    let log = Self.log()
    let json = try log.text(.volume, .json, log.query { $0.limit = 2 })
    #expect(json.hasSuffix("\"next\":null}\n"))
  }

  @Test func `a search keeps rows whose shown name holds it`() throws {
    var log = Self.log()
    log.send("caf\u{1}@Example.net", on: "2026-11-21")
    log.send("", as: "", on: "2026-11-21")
    func names(_ search: String, _ view: ReportView = .volume) throws -> [Substring] {
      try log.csv(view) { $0.search = search }.split(separator: "\n").dropFirst()
        .compactMap { $0.split(separator: ",").first }
    }
    #expect(try names("USER3") == ["user3@example.org"])
    #expect(try names("f\\x01@e") == ["caf\\x01@example.net"])
    #expect(try names("<>") == ["<>"])
    #expect(try names("ser9").isEmpty)
    #expect(try names("ME4", .failures) == ["name4"])
    let json = try log.text(.volume, .json, log.query { $0.search = "user1" })
    #expect(json.contains("\"total\":{\"messages\":22,"))
  }
}
