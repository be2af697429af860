package import Counters
import MailLog

/// Sending volume: messages, recipients and bytes by sender, account or domain.
package struct VolumeReport: Report {
  package static let view = ReportView.volume
  package var query: ReportQuery { rows.query }
  private let rows: SubmissionRows
  private let columns: [Column]

  /// - Throws: if the question makes no sense for this report.
  package init(_ counters: CounterSnapshot, _ query: ReportQuery) throws(ReportError) {
    let grouping = try query.checkedGrouping(for: Self.view)
    let date = query.isPerDay ? [Column.date] : []
    columns =
      date + Column.keys(grouping) + [
        .messages, Column("recipients", .recipients), Column("bytes", .bytes),
      ]
    let order = try RowOrder(query.sort, columns: columns)
    rows = SubmissionRows(counters, query, rules: .init(grouping: grouping), order: order)
  }

  package func writeCSV(to output: inout ByteWriter) -> Bool {
    output.appendHeader(columns)
    return rows.forEachOnPage { row, sums, names in
      names.writeCSV(row, to: &output, capacity: 3 * 21) { line in
        line.append(number: sums.messages)
        line.append(UInt8(ascii: ","))
        if let recipients = sums.recipients { line.append(number: recipients) }
        line.append(UInt8(ascii: ","))
        if let bytes = sums.bytes { line.append(number: bytes) }
      }
    }
  }

  package func writeJSON(to json: inout JSONWriter) -> Bool {
    let sums = PeriodSums(rows)
    return writeJSON(
      to: &json,
      total: { $0.volume(sums.total) },
      days: { $0.days(sums) { $0.volume($1) } },
      rows: { json in
        rows.forEachOnPage { row, sums, names in
          json.row(row.date) { json in
            names.writeJSON(row, to: &json)
            json.volume(sums)
          }
        }
      }
    )
  }

  package func writeTable(to lines: inout LineWriter) {
    let total = PeriodSums(rows).total
    lines.append(title("Sending volume"))
    lines.append(Line(TableText.totals(total), .dim))
    lines.append(Line())
    var table = Table(columns: columns.map(Table.Column.init))
    let count = rows.forEach(limit: query.limit ?? ReportQuery.tableLimit, counts: true) {
      row,
      sums,
      names in
      table.append(
        TableText.date(row.date) + names.cells(row) + [
          Piece(String(sums.messages)),
          TableText.number(sums.recipients),
          TableText.bytes(sums.bytes),
        ]
      )
      return true
    }
    table.write(to: &lines, of: count)
  }
}
