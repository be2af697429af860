package import Counters
import MailLog

/// TLS usage: messages by TLS version, by sender, account or domain.
package struct TLSReport: Report {
  package static let view = ReportView.tls
  package var query: ReportQuery { rows.query }
  private let rows: SubmissionRows
  private let columns: [Column]

  /// - Throws: if the question makes no sense for this report.
  package init(_ counters: CounterSnapshot, _ query: ReportQuery) throws(ReportError) {
    let grouping = try query.checkedGrouping(for: Self.view)
    let date = query.isPerDay ? [Column.date] : []
    columns = date + Column.keys(grouping) + [.messages] + Column.tls
    let order = try RowOrder(query.sort, columns: columns)
    rows = SubmissionRows(counters, query, rules: .init(grouping: grouping), order: order)
  }

  package func writeCSV(to output: inout ByteWriter) -> Bool {
    output.appendHeader(columns)
    return rows.forEachOnPage { row, sums, names in
      names.writeCSV(row, to: &output, capacity: 8 * 21) { line in
        line.append(number: sums.messages)
        for index in sums.tls.indices {
          line.append(UInt8(ascii: ","))
          line.append(number: sums.tls[index])
        }
      }
    }
  }

  package func writeJSON(to json: inout JSONWriter) -> Bool {
    let sums = PeriodSums(rows)
    return writeJSON(
      to: &json,
      total: { json in
        json.member("messages", sums.total.messages)
        json.tls(sums.total)
      },
      days: { json in
        json.days(sums) {
          $0.volume($1)
          $0.tls($1)
        }
      },
      rows: { json in
        rows.forEachOnPage { row, sums, names in
          json.row(row.date) { json in
            names.writeJSON(row, to: &json)
            json.volume(sums)
            json.tls(sums)
            json.percent(sums)
          }
        }
      }
    )
  }

  package func writeTable(to lines: inout LineWriter) {
    let total = PeriodSums(rows).total
    // A column for each version that occurs: seven do not fit most terminals.
    let used = TLSVersion.allCases.filter { total.count($0) > 0 }
    let unused = TLSVersion.allCases.filter { total.count($0) == 0 }.map(\.column)
    lines.append(title("TLS usage"))
    lines.append(Line(TableText.totals(total), .dim))
    lines.append(Line())
    let shown = columns.filter { column in
      guard case .tls(let version) = column.content else { return true }
      return used.contains(version)
    }
    var table = Table(columns: shown.map(Table.Column.init))
    let count = rows.forEach(limit: query.limit ?? ReportQuery.tableLimit, counts: true) {
      row,
      sums,
      names in
      let shares = used.map { TableText.share(sums, $0) }
      let messages = Piece(String(sums.messages))
      table.append(TableText.date(row.date) + names.cells(row) + [messages] + shares)
      return true
    }
    table.write(to: &lines, of: count)
    if !used.isEmpty, !unused.isEmpty {
      lines.append(Line("no messages: \(unused.joined(separator: ", "))", .dim))
    }
  }
}
