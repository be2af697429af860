import Counters
import MailLog
import Testing

@testable import Reports

/// Wrong questions are refused, and the answer says what is wrong and what is allowed.
@Suite struct ReportQueryTests {
  private func refusal(
    _ view: ReportView,
    _ change: (inout ReportQuery) -> Void
  ) -> ReportError? {
    let log = SampleLog()
    do throws(ReportError) {
      _ = try Output.report(view, from: log.counters.snapshot, log.query(change))
      return nil
    } catch {
      return error
    }
  }

  @Test func `an unknown column lists those there are`() {
    #expect(
      refusal(.tls) { $0.sort = "-size" }
        == ReportError(
          .sort,
          "-size",
          allowed: "one of sender, domain, messages, none, ssl3, tls1.0, tls1.1, tls1.2, tls1.3,"
            + " unknown, with - in front for the reverse"
        )
    )
    #expect(
      refusal(.failures) { $0.sort = "messages\u{1b}" }?.description
        == #"the report's sort cannot be 'messages\x1B': it must be one of account, failures, "#
        + "networks, first, last, with - in front for the reverse"
    )
    #expect(refusal(.volume) { $0.sort = "date" }?.field == .sort)
  }

  @Test(arguments: [
    (ReportView.cutoff, Grouping.sender, "one of account, domain"),
    (.failures, .domain, "one of account, network"),
    (.volume, .network, "one of sender, account, domain"),
  ]) func `a grouping that makes no sense is refused`(
    _ view: ReportView,
    _ grouping: Grouping,
    _ allowed: String
  ) {
    #expect(
      refusal(view) { $0.grouping = grouping }
        == ReportError(.grouping, grouping.rawValue, allowed: allowed)
    )
  }

  @Test func `values out of range are refused`() {
    #expect(
      refusal(.idle) { $0.idleDays = 0 } == ReportError(.days, "0", allowed: "1 or more")
    )
    #expect(
      refusal(.tls) { $0.limit = -1 } == ReportError(.limit, "-1", allowed: "0 or more")
    )
    #expect(
      refusal(.cutoff) { $0.minimum = .unknown }
        == ReportError(.minimum, "unknown", allowed: "ssl3, 1.0, 1.1, 1.2 or 1.3")
    )
    #expect(
      refusal(.tls) { $0.end = $0.start.advanced(by: -1) }
        == ReportError(.end, "2026-11-14", allowed: "2026-11-15, the first day, or later")
    )
    #expect(
      refusal(.idle) { $0.isPerDay = true } == ReportError(.perDay, "true", allowed: "left out")
    )
  }

  @Test func `the insight has no CSV`() throws {
    let log = SampleLog()
    let report = try Output.report(.insight, from: log.counters.snapshot, log.query())
    #expect(throws: ReportError(.format, "csv", allowed: "table or json")) {
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
