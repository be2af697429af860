package import MailLog

/// The alerts that logs would have raised: `submitwatch analyze --view alerts`.
package struct AlertsReport: Sendable {
  private let alerts: [KeptAlert]
  /// Alerts of other days.
  private let others: Int
  private let query: ReportQuery

  /// The alerts that began in the query's period and are of its domain, the latest first.
  package init(_ alerts: [Alert], _ query: ReportQuery) {
    let ofDomain = alerts.filter { $0.concerns(domainOf: query) }
    self.alerts = ofDomain.filter { $0.began(onDaysOf: query) }.map { KeptAlert($0, fired: 0) }
    others = ofDomain.count - self.alerts.count
    self.query = query
  }

  /// Writes the alerts; `limit`: the most of them, nil for all, and for 25 in a table.
  package func render(
    as format: OutputFormat,
    limit: Int?,
    _ presentation: Presentation
  ) -> [UInt8] {
    let most = limit ?? (format == .table ? ReportQuery.tableLimit : .max)
    let shown = Array(alerts.prefix(most))
    switch format {
    case .table:
      var lines = LineWriter(presentation)
      let all = (alerts.count, alerts.count { $0.alert.state == .firing })
      let remark = others == 0 ? nil : "\(others) more began on other days (--days, --start)"
      AlertTable(
        shown,
        of: all,
        query.zone,
        period: " · \(DateText.period(query.start, query.end))",
        remark: remark,
        origin: presentation.origin
      ).write(to: &lines)
      return lines.output.bytes
    case .json:
      var json = JSONWriter()
      shown.writeJSON(to: &json, query.zone, next: nil) { $0.period(query) }
      json.output.append("\n")
      return json.output.bytes
    case .csv:
      var output = ByteWriter()
      shown.writeCSV(to: &output, query.zone)
      return output.bytes
    }
  }
}
