package import Counters
import MailLog

/// Failed AUTH by login name or by client network.
package struct FailuresReport: Report {
  package static let view = ReportView.failures
  package let query: ReportQuery
  private let rows: FailureRows
  private let columns: [Column]
  /// Failures whose names are not kept apart, in all that is counted.
  private let overflow: UInt64

  /// - Throws: if the question makes no sense for this report.
  package init(_ counters: CounterSnapshot, _ query: ReportQuery) throws(ReportError) {
    let grouping = try query.checkedGrouping(for: Self.view)
    self.query = query
    let date = query.isPerDay ? [Column.date] : []
    columns =
      date + [
        Column(grouping.rawValue, .name), Column("failures", .failures),
        Column(grouping == .network ? "accounts" : "networks", .counterparts),
        Column("first", .first), Column("last", .last),
      ]
    let order = try RowOrder(query.sort, columns: columns)
    rows = FailureRows(counters.failures, query, grouping: grouping, order: order)
    overflow = counters.failures.overflow
  }

  package func writeCSV(to output: inout ByteWriter) -> Bool {
    output.appendHeader(columns)
    let (page, hasMore) = rows.page
    for row in page {
      output.append(date: row.date)
      output.appendCell(rows.name(row))
      output.append(",\(row.failures),\(row.counterparts),")
      output.append(row.first.text(query.zone))
      output.append(",\(row.last.text(query.zone))")
      guard output.endRow() else { return hasMore }
    }
    return hasMore
  }

  package func writeJSON(to json: inout JSONWriter) -> Bool {
    writeJSON(
      to: &json,
      total: { $0.member("failures", rows.total) },
      days: { json in
        for (date, failures) in zip(query.days, rows.days) {
          json.day(date) { $0.member("failures", failures) }
        }
      },
      rows: { json in
        let (page, hasMore) = rows.page
        for row in page {
          guard json.row(row.date, { writeJSON(row, to: &$0) }) else { break }
        }
        return hasMore
      }
    )
  }

  private func writeJSON(_ row: FailureRows.Row, to json: inout JSONWriter) {
    for column in columns where column.content != .date {
      json.key(column.title)
      switch column.content {
      case .name: json.string(rows.name(row))
      case .failures: json.value(row.failures)
      case .counterparts: json.value(row.counterparts)
      case .first: json.value(row.first.text(query.zone))
      default: json.value(row.last.text(query.zone))
      }
    }
  }

  package func writeTable(to lines: inout LineWriter) {
    lines.append(title("Failed AUTH"))
    lines.append(Line(TableText.counted(rows.total, "failure"), .dim))
    lines.append(Line())
    var table = Table(columns: columns.map(Table.Column.init))
    for row in rows.rows.prefix(query.limit ?? ReportQuery.tableLimit) {
      table.append(
        TableText.date(row.date) + [
          Piece(plainText(String(decoding: rows.name(row), as: UTF8.self))),
          Piece(String(row.failures)), Piece(String(row.counterparts)),
          Piece(DateText.table(row.first, query.zone)), Piece(DateText.table(row.last, query.zone)),
        ]
      )
    }
    table.write(to: &lines, of: rows.rows.count)
    if overflow > 0 {
      let text = "names beyond the limit are counted under (other): \(overflow) failures in all"
      lines.append(paragraph: text, tone: .dim, first: Piece(""))
    }
  }
}
