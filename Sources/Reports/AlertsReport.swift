package import MailLog

/// The alerts that logs would have raised: `submitwatch analyze --view alerts`.
package struct AlertsReport: Sendable {
  private let alerts: [Alert]
  /// Alerts of other days.
  private let others: Int
  private let query: ReportQuery

  /// The alerts that began in the query's period and are of its domain, the latest first.
  package init(_ alerts: [Alert], _ query: ReportQuery) {
    var calendar = LocalDays(zone: query.zone)
    let ofDomain = alerts.filter { alert in
      query.domain.map { alert.concerns(domain: $0) } ?? true
    }
    self.alerts = ofDomain.filter { alert in
      (query.start...query.end).contains(calendar.day(of: alert.started))
    }
    others = ofDomain.count - self.alerts.count
    self.query = query
  }

  /// Writes the alerts; `limit`: the most of them, nil for all, and for 25 in a table.
  package func render(
    as format: OutputFormat,
    limit: Int?,
    _ presentation: Presentation
  ) -> [UInt8] {
    let shown = alerts.prefix(limit ?? (format == .table ? ReportQuery.tableLimit : .max))
    switch format {
    case .table:
      var lines = LineWriter(presentation)
      let rows = shown.map { KeptAlert($0, fired: 0) }
      let all = (alerts.count, alerts.count { $0.state == .firing })
      let remark = others == 0 ? nil : "\(others) more began on other days (--days, --start)"
      AlertTable(
        rows,
        of: all,
        query.zone,
        period: " · \(DateText.period(query.start, query.end))",
        remark: remark,
        origin: presentation.origin
      ).write(to: &lines)
      return lines.output.bytes
    case .json:
      var json = JSONWriter()
      json.object { json in
        json.member("view", "alerts")
        json.period(query)
        json.array("rows", of: Array(shown)) { $0.writeJSON(to: &$1, query.zone) }
        json.member("next", orNull: nil as String?)
      }
      json.output.append("\n")
      return json.output.bytes
    case .csv:
      var output = ByteWriter()
      Alert.writeCSVHeader(to: &output)
      for alert in shown { alert.writeCSV(to: &output, query.zone) }
      return output.bytes
    }
  }
}
