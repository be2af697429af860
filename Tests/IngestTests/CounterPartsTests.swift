import Counters
import Ingest
import MailLog
import Reports
import Testing

/// An analysis that counts only what its report shows.
struct CounterPartsTests {
  @Test(arguments: ReportView.allCases)
  func `a report needs no more than the parts of its view`(view: ReportView) throws {
    var differs = false
    for log in Capture.all.compactMap(\.plainLog) {
      let whole = try report(view, of: log, counting: .all)
      #expect(try report(view, of: log, counting: view.parts) == whole)
      differs = try differs || report(view, of: log, counting: []) != whole
    }
    // And no less: the logs have what it shows.
    #expect(differs == !view.parts.isEmpty)
  }

  private func report(
    _ view: ReportView,
    of log: Capture.Log,
    counting parts: CounterParts
  ) throws -> [[UInt8]] {
    var options = log.capture.options
    options.parts = parts
    let counters = try LogAnalysis(paths: log.paths, options: options).run().counters.snapshot
    let days = counters.days
    let last = days.last ?? ImportRun.today
    let query = ReportQuery(start: days.first ?? last, end: last, zone: options.rules.zone)
    let report = try Output.report(view, from: counters, query)
    return try [OutputFormat.table, .json].map { try Output.render(report, as: $0) }
  }
}
