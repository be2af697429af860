public import ArgumentParser
import Foundation
public import MailLog
import Reports

/// Which rows a report shows, and how.
struct RowOptions: ParsableArguments {
  @Option(help: "Only this domain.")
  var domain: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Column to sort by, with - in front in reverse.", valueName: "column")
  )
  var sort: String?

  @Option(
    help: ArgumentHelp(
      "The most rows (default: all; 25 in tables, 10 in the insight).",
      valueName: "N"
    )
  )
  var limit: Int?

  @Option(help: ArgumentHelp("How to write the report.", valueName: "table|json|csv"))
  var format: OutputFormat = .table

  func validate() throws {
    if let limit, limit < 0 {
      throw ValidationError("--limit \(limit) is out of range: it must not be negative")
    }
    if domain == "" { throw ValidationError("--domain is empty: leave it out for all domains") }
  }

  /// Appends the parameters that the daemon knows them by.
  func append(to query: inout [(name: String, value: String)]) {
    query.append("domain", domain)
    query.append("sort", sort)
    query.append("limit", limit)
  }
}

/// The report options, the same for every report but for what a row can stand for.
struct ReportOptions<Choice: GroupingChoice>: ParsableArguments {
  @OptionGroup var period: PeriodOptions

  @Option(help: ArgumentHelp("What a row stands for.", valueName: Choice.words))
  var by: ChosenGrouping<Choice>?

  @Flag(help: "A row per day.")
  var perDay = false

  @OptionGroup var rows: RowOptions

  var domain: String? { rows.domain }
  var sort: String? { rows.sort }
  var limit: Int? { rows.limit }
  var format: OutputFormat { rows.format }

  /// The question that the options ask of a log with these days.
  func query(
    _ view: ReportView,
    in days: ClosedRange<CivilDate>,
    zone: ZoneRules
  ) throws -> ReportQuery {
    // Who is idle shows in all the days there are.
    let span = try period.span(in: days, isOpen: view == .idle)
    var query = ReportQuery(start: span.lowerBound, end: span.upperBound, zone: zone)
    query.domain = domain
    query.grouping = by?.value
    query.isPerDay = perDay
    query.sort = sort
    query.limit = limit
    return query
  }

  /// Alerts are neither grouped nor summed up.
  func refuseForAlerts() throws {
    guard by == nil, !perDay, sort == nil else {
      throw Failure(
        .usage,
        "alerts come in the order of their time: leave out --by, --per-day, --sort"
      )
    }
  }

  var style: Style { .ofStandardOutput }
}

extension Style {
  /// Colours on a terminal only, and not with NO_COLOR (no-color.org).
  static var ofStandardOutput: Style {
    let environment = ProcessInfo.processInfo.environment
    let isOff = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return StandardOutput.isTerminal && !isOff && environment["TERM"] != "dumb" ? .ansi : .plain
  }
}

extension TLSVersion: ExpressibleByArgument {
  public init?(argument: String) { self.init(label: argument) }

  public static var allValueStrings: [String] { ["1.0", "1.1", "1.2", "1.3"] }
}

extension AlertVerdict: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}

/// A format where CSV is refused in words of the command's own, and help does not list it.
struct FormatWithoutCSV: ExpressibleByArgument {
  var value: OutputFormat

  init(_ value: OutputFormat) { self.value = value }

  init?(argument: String) {
    guard let value = OutputFormat(rawValue: argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.rawValue }

  static var allValueStrings: [String] {
    OutputFormat.allCases.filter { $0 != .csv }.map(\.rawValue)
  }
}
