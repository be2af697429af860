package import Counters
package import MailLog

/// The insight: who used SMTP AUTH in the period, at a glance.
package struct InsightReport: Report {
  /// One of the busiest, with its messages in each bucket; without a domain of its own it has that of
  /// its counterparts, if there is only one.
  struct Busy: Sendable {
    var row: SubmissionRows.Row
    var sums: Sums
    var series: [UInt64]
  }

  package static let view = ReportView.insight
  package var query: ReportQuery { rows.query }
  let tally: InsightTally
  let failures: FailureRows
  let buckets: Buckets
  let busiest: [Busy]
  /// How many senders (or accounts, or domains) there are in all.
  let count: Int
  let names: RowNames
  /// The alerts that fire, of the question's domain.
  private(set) var firing: [KeptAlert] = []
  private let rows: SubmissionRows

  static let limit = 10

  /// - Throws: if the question makes no sense for this report.
  package init(_ counters: CounterSnapshot, _ query: ReportQuery) throws(ReportError) {
    let grouping = try query.checkedGrouping(for: Self.view)
    let columns =
      Column.keys(grouping) + [
        .messages, Column("recipients", .recipients), Column("bytes", .bytes),
      ] + Column.tls
    let order = try RowOrder(query.sort, columns: columns)
    // Each name once, whatever domains its counterparts have.
    let rules = Grouper.Rules(grouping: grouping, splitsByDomain: false)
    rows = SubmissionRows(counters, query, rules: rules, order: order)
    tally = InsightTally(rows)
    let byFailures = try RowOrder(nil, columns: [])
    failures = FailureRows(counters.failures, query, grouping: .network, order: byFailures)
    let buckets = Buckets(start: query.start, end: query.end)
    self.buckets = buckets

    var grouper = rows.collected()
    count = grouper.groups.count
    let groups = rows.candidates(grouper.groups, limit: query.limit ?? Self.limit)
    var names = RowNames(grouper, of: groups)
    var busiest: [Busy] = []
    rows.visit(groups, date: nil, names, limit: query.limit ?? Self.limit) { row, sums, _ in
      busiest.append(Busy(row: row, sums: sums, series: buckets.starts.map { _ in 0 }))
      return true
    }
    var domains = [NameTable.ID?](repeating: nil, count: busiest.count)
    let places = Dictionary(
      uniqueKeysWithValues: busiest.enumerated().map { ($1.row.number, $0) }
    )
    grouper.forEachRow(from: query.start, through: query.end) {
      grouper,
      day,
      account,
      sender,
      row in
      guard let group = grouper.existingGroup(account: account, sender: sender),
        let place = places[UInt32(group)]
      else { return }
      busiest[place].series[buckets.index(of: day)] += row.messages
      let domain = grouper.domain(account: account, sender: sender)
      domains[place] = (domains[place] ?? domain) == domain ? domain : NameTable.empty
    }
    for (place, domain) in domains.enumerated() {
      if grouping != .domain, let domain { busiest[place].row.domain = domain }
    }
    names.update(grouper)
    self.names = names
    self.busiest = busiest
  }

  var grouping: Grouping { rows.rules.grouping }

  /// Shows those of `alerts` that fire.
  package mutating func show(_ alerts: [KeptAlert]) {
    let query = query
    firing = alerts.filter { $0.alert.state == .firing && $0.alert.concerns(domainOf: query) }
  }

  package func writeCSV(to output: inout ByteWriter) -> Bool {
    preconditionFailure("the insight has no CSV: Output refuses it")
  }

  package func writeJSON(to json: inout JSONWriter) -> Bool {
    writeJSON(
      to: &json,
      total: writeJSONTotal,
      days: { json in
        json.days(tally.sums) {
          $0.volume($1)
          $0.tls($1)
        }
      },
      rows: { json in
        for busy in busiest where !json.output.isClosed {
          _ = json.row(nil) { json in
            names.writeJSON(busy.row, to: &json)
            json.volume(busy.sums)
            json.tls(busy.sums)
            json.percent(busy.sums)
          }
        }
        return false
      },
      rest: { json in
        json.array("alerts", of: firing) { $0.writeJSON(to: &$1, query.zone, in: query.language) }
      }
    )
  }

  private func writeJSONTotal(to json: inout JSONWriter) {
    let total = tally.sums.total
    json.member("accounts", tally.accounts)
    json.member("senders", tally.senders)
    json.volume(total)
    json.tls(total)
    json.percent(total)
    json.member("failures", failures.total)
    json.object("cutoff") { json in
      json.member("minimum", query.minimum.label)
      json.member("accounts", tally.accountsBelow)
      json.member("below", tally.messagesBelow)
    }
  }

  package func writeTable(to lines: inout LineWriter) {
    let picture = InsightPicture(report: self, presentation: lines.presentation)
    for line in picture.lines() { lines.append(line) }
    picture.writeAdvice(to: &lines)
  }
}
