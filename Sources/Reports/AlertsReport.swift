package import MailLog

/// The alerts that logs would have raised: `submitwatch analyze --view alerts`.
package struct AlertsReport: Sendable {
  private let alerts: [Alert]
  private let zone: ZoneRules

  /// - Parameters:
  ///   - alerts: the latest first.
  ///   - zone: the zone of the times.
  package init(_ alerts: [Alert], _ zone: ZoneRules) {
    self.alerts = alerts
    self.zone = zone
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
      AlertTable(rows, of: alerts.count, zone, origin: presentation.origin).write(to: &lines)
      return lines.output.bytes
    case .json:
      var json = JSONWriter()
      json.beginObject()
      json.key("view")
      json.value("alerts")
      json.key("timezone")
      json.value(zone.name)
      json.key("rows")
      json.beginArray()
      for alert in shown { alert.writeJSON(to: &json, zone) }
      json.endArray()
      json.next(nil)
      json.endObject()
      json.output.append("\n")
      return json.output.bytes
    case .csv:
      var output = ByteWriter()
      Alert.writeCSVHeader(to: &output)
      for alert in shown { alert.writeCSV(to: &output, zone) }
      return output.bytes
    }
  }
}
