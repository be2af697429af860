import HTTPTypes
import MailLog
import Reports

extension Route {
  static let reports: [Route] = [
    report(
      .insight,
      "/v1/insight",
      "The period at a glance: accounts, messages, TLS shares, a series of days, the busiest.",
      Parameter.period + [.domain, .grouping(.insight), .sort, .limit, .minimum, .timezone]
    ),
    report(
      .volume,
      "/v1/report/volume",
      "Sending volume: messages, recipients and bytes by sender, account or domain.",
      list(.volume)
    ),
    report(
      .tls,
      "/v1/report/tls",
      "TLS usage: messages by TLS version, by sender, account or domain.",
      list(.tls)
    ),
    report(
      .volume,
      "/v1/domains",
      "The domains of the senders, with what was sent.",
      Parameter.period + [.sort, .timezone] + Parameter.paging,
      schema: "Domains"
    ) { $0.grouping = .domain },
    report(
      .failures,
      "/v1/failures",
      "Failed AUTH by login name or by client network.",
      list(.failures)
    ),
    report(
      .cutoff,
      "/v1/cutoff",
      "Who would be cut off if the server required a TLS version.",
      list(.cutoff) + [.minimum]
    ),
    report(
      .idle,
      "/v1/idle",
      "Who used SMTP AUTH before, and not on the last days of the period, which begins with the"
        + " first day that is kept.",
      [.start, .end, .idleDays, .domain, .grouping(.idle), .sort, .timezone] + Parameter.paging
    ),
  ]

  private static func list(_ view: ReportView) -> [Parameter] {
    Parameter.period + [.domain, .grouping(view), .perDay, .sort, .timezone] + Parameter.paging
  }

  private static func report(
    _ view: ReportView,
    _ path: String,
    _ summary: String,
    _ parameters: [Parameter],
    schema: String? = nil,
    _ change: @escaping @Sendable (inout ReportQuery) -> Void = { _ in }
  ) -> Route {
    Route(
      path: path,
      summary: summary,
      parameters: parameters,
      mediaTypes: view == .insight ? [.json, .text] : [.json, .csv, .text],
      schema: schema ?? view.rawValue.prefix(1).uppercased() + view.rawValue.dropFirst(),
      isReport: true,
      action: .get { call in
        var query = try ReportQuery(view, call.items, call.published)
        query.language = call.language
        change(&query)
        if let cursor = call.items[.cursor], !query.resume(cursor, view) {
          throw Problem.badCursor(cursor)
        }
        if call.mediaType == .text { try checkTable(call) }
        return try answer(view, query, call)
      }
    )
  }

  /// A table is made in one piece, for people: it has a few rows, and no pages.
  private static func checkTable(_ call: Call) throws(Problem) {
    let most = 10_000
    if let limit = call.items[.limit], Parameter.integer(limit).map({ $0 > most }) ?? false {
      throw .badParameter("limit", limit, "at most \(most) in a table; JSON and CSV have all rows")
    }
    if let cursor = call.items[.cursor] {
      throw .badParameter("cursor", cursor, "left out of a table: JSON and CSV have pages")
    }
  }

  private static func answer(
    _ view: ReportView,
    _ query: ReportQuery,
    _ call: Call
  ) throws -> Answer {
    do throws(ReportError) {
      let report = try report(view, query, call.published)
      let firstDay = call.published.firstDay(of: query)
      if call.mediaType == .text {
        return Answer(call, keptSince: firstDay) { report.writeTable(to: &$0) }
      }
      let format: OutputFormat = call.mediaType == .csv ? .csv : .json
      let (bytes, next) = try Output.page(report, as: format)
      return Answer(call, bytes, next: next).telling(keptSince: firstDay)
    } catch {
      throw Problem(error)
    }
  }
}

extension Route {
  private static func report(
    _ view: ReportView,
    _ query: ReportQuery,
    _ published: Published
  ) throws(ReportError) -> any Report {
    let report = try Output.report(view, from: published.counters, query)
    guard var insight = report as? InsightReport else { return report }
    insight.show(published.alerts)
    return insight
  }
}

extension Published {
  /// The first day kept, if the question begins before it.
  func firstDay(of query: ReportQuery) -> CivilDate? { query.start < firstDay ? firstDay : nil }
}

extension Answer {
  /// A table for people; `keptSince`: the first day kept, if it has less than was asked for.
  init(_ call: Call, keptSince firstDay: CivilDate?, table write: (inout LineWriter) -> Void) {
    self.init(call) { lines in
      write(&lines)
      if let firstDay { lines.append(keptSince: firstDay) }
    }
  }

  /// The answer, which says for programs what a table says for people.
  func telling(keptSince firstDay: CivilDate?) -> Answer {
    var answer = self
    answer.fields[.firstDay] = firstDay?.text
    return answer
  }
}

extension HTTPField.Name {
  fileprivate static let firstDay = named("submitwatch-first-day")
}

extension Problem {
  /// The question makes no sense for the report.
  init(_ error: ReportError) {
    self = .badParameter(error.field.parameter, error.value, error.allowed)
  }
}

extension ReportError.Field {
  /// What a request calls it.
  fileprivate var parameter: String {
    switch self {
    case .end: Parameter.end.name
    case .days: Parameter.idleDays.name
    case .limit: Parameter.limit.name
    case .grouping: "by"
    case .sort: Parameter.sort.name
    case .minimum: Parameter.minimum.name
    case .perDay: Parameter.perDay.name
    case .format: "Accept"
    }
  }
}
