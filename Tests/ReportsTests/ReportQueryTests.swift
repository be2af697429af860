import Counters
import MailLog
import Testing

@testable import Reports

/// Wrong questions are refused, and the answer says what is allowed.
@Suite struct ReportQueryTests {
  private func refusal(
    _ view: ReportView,
    _ change: (inout ReportQuery) -> Void
  ) -> String? {
    let log = SampleLog()
    do throws(ReportError) {
      _ = try Output.report(view, from: log.counters.snapshot, log.query(change))
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `an unknown column lists those there are`() {
    #expect(
      refusal(.tls) { $0.sort = "-size" }
        == "cannot sort by '-size': use one of sender, domain, messages, none, ssl3, tls1.0, "
        + "tls1.1, tls1.2, tls1.3, unknown, with - in front for the reverse"
    )
    #expect(
      refusal(.failures) { $0.sort = "messages\u{1b}" }
        == #"cannot sort by 'messages\x1B': use one of account, failures, networks, first, last, "#
        + "with - in front for the reverse"
    )
    #expect(refusal(.volume) { $0.sort = "date" } != nil)
  }

  @Test(arguments: [
    (ReportView.cutoff, Grouping.sender, "cutoff cannot go by sender: use one of account, domain"),
    (.failures, .domain, "failures cannot go by domain: use one of account, network"),
    (.volume, .network, "volume cannot go by network: use one of sender, account, domain"),
  ]) func `a grouping that makes no sense is refused`(
    _ view: ReportView,
    _ grouping: Grouping,
    _ message: String
  ) {
    #expect(refusal(view) { $0.grouping = grouping } == message)
  }

  @Test func `values out of range are refused`() {
    #expect(
      refusal(.idle) { $0.idleDays = 0 } == "--days 0 is out of range: it must be 1 or more"
    )
    #expect(
      refusal(.tls) { $0.limit = -1 } == "--limit -1 is out of range: it must be 0 or more"
    )
    #expect(
      refusal(.cutoff) { $0.minimum = .unknown }
        == "cutoff cannot require TLS version 'unknown': use ssl3, 1.0, 1.1, 1.2 or 1.3"
    )
    #expect(
      refusal(.tls) { $0.end = $0.start.advanced(by: -1) }
        == "the period ends on 2026-11-14, before it starts on 2026-11-15"
    )
    #expect(
      refusal(.idle) { $0.isPerDay = true } == "idle has no rows per day: leave out --per-day"
    )
  }

  @Test func `the insight has no CSV`() throws {
    let log = SampleLog()
    let report = try Output.report(.insight, from: log.counters.snapshot, log.query())
    #expect(throws: ReportError.unusableFormat(.csv, view: .insight)) {
      try Output.render(report, as: .csv)
    }
  }

  @Test(arguments: ReportView.lists) func `every column of a report can be sorted by`(
    _ view: ReportView
  ) throws {
    let log = VolumeReportTests.sample
    let header = try log.csv(view).prefix { $0 != "\n" }
    for column in header.split(separator: ",") {
      _ = try log.csv(view) { $0.sort = String(column) }
      _ = try log.csv(view) { $0.sort = "-" + column }
    }
  }

  @Test(arguments: ReportView.lists) func `blocks join to the whole, and a closed pipe ends it`(
    _ view: ReportView
  ) throws {
    var log = SampleLog()
    let padding = String(repeating: "x", count: 400)
    for number in 0..<800 {
      log.send("user\(number)\(padding)@example.org", on: "2026-11-15", tls: .none)
      log.fail("user\(number)\(padding)@example.org", on: "2026-11-15", client: "192.0.2.1")
    }
    let report = try Output.report(view, from: log.counters.snapshot, log.query { $0.idleDays = 1 })
    for format in OutputFormat.allCases {
      let whole = try Output.render(report, as: format)
      var joined: [UInt8] = []
      try Output.write(report, as: format) {
        joined += $0
        return true
      }
      #expect(joined == whole)
      var blocks = 0
      try Output.write(report, as: format) { _ in
        blocks += 1
        return false
      }
      #expect(blocks == 1)
    }
  }
}
