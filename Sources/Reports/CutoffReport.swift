package import Counters
import MailLog

/// Who would be cut off if the server required a TLS version: accounts or their domains.
package struct CutoffReport: Report {
  package static let view = ReportView.cutoff
  package var query: ReportQuery { rows.query }
  private let rows: SubmissionRows
  private let columns: [Column]
  private let lastSeen: LastBelow

  /// - Throws: if the question makes no sense for this report.
  package init(_ counters: CounterSnapshot, _ query: ReportQuery) throws(ReportError) {
    let grouping = try query.checkedGrouping(for: Self.view)
    let date = query.isPerDay ? [Column.date] : []
    columns =
      date + [
        Column(grouping.rawValue, .name), .messages, Column("below", .below),
        Column("last", .last), Column("version", .version), Column("client", .client),
      ]
    let order = try RowOrder(query.sort, columns: columns)
    rows = SubmissionRows(counters, query, rules: Self.rules(grouping), order: order)
    lastSeen = LastBelow(rows)
  }

  static func rules(_ grouping: Grouping) -> Grouper.Rules {
    Grouper.Rules(grouping: grouping, splitsByDomain: false, prefersAccount: true)
  }

  private var selection: SubmissionRows.Selection {
    let minimum = query.minimum
    return SubmissionRows.Selection(
      isListed: { $0.sums.below(minimum) > 0 },
      value: { column, row, sums, names in
        let last = column == .below ? nil : lastSeen(row, sums, names)
        return switch column {
        case .below: (sums.below(minimum), true)
        case .last:
          (last.map { UInt64(bitPattern: $0.seen.time.nanoseconds) ^ 1 << 63 }, true)
        case .version: (last.map { UInt64($0.version.rawValue) }, false)
        default: (last.flatMap { Self.place(of: $0.seen.client) }, false)
        }
      }
    )
  }

  /// Where an address stands among others, one of IPv6 by its /64; nil: it is not known.
  private static func place(of client: ClientAddress) -> UInt64? {
    client.isUnknown ? nil : client.high == 0 ? client.low : client.high
  }

  /// An account that would be cut off.
  struct Entry: Sendable {
    var name: String
    var messages: UInt64
    var below: UInt64
    var last: LastBelow.Message?
  }

  /// The first entries, and how many there are.
  func entries(limit: Int) -> (entries: [Entry], count: Int) {
    var entries: [Entry] = []
    let count = rows.forEach(limit: limit, counts: true, selection: selection) { row, sums, names in
      entries.append(
        Entry(
          name: String(decoding: names.name(row), as: UTF8.self),
          messages: sums.messages,
          below: sums.below(query.minimum),
          last: lastSeen(row, sums, names)
        )
      )
      return true
    }
    return (entries, count)
  }

  package func writeCSV(to output: inout ByteWriter) -> Bool {
    output.appendHeader(columns)
    return rows.forEachOnPage(selection: selection) { row, sums, names in
      output.append(date: row.date)
      output.appendCell(names.name(row))
      output.append(",\(sums.messages),\(sums.below(query.minimum)),")
      let last = lastSeen(row, sums, names)
      output.append(last.map { $0.seen.time.text(query.zone) } ?? "")
      output.append(",\(last?.version.label ?? ""),\(last?.client ?? "")")
      return output.endRow()
    }
  }

  package func writeJSON(to json: inout JSONWriter) -> Bool {
    let sums = PeriodSums(rows)
    return writeJSON(
      to: &json,
      total: { json in
        json.member("minimum", query.minimum.label)
        json.member("accounts", lastSeen.accounts)
        figures(sums.total, to: &json)
      },
      days: { $0.days(sums) { figures($1, to: &$0) } },
      rows: { json in
        rows.forEachOnPage(selection: selection) { row, sums, names in
          let last = lastSeen(row, sums, names)
          return json.row(row.date) { json in
            json.key(rows.rules.grouping.rawValue)
            json.string(names.name(row))
            figures(sums, to: &json)
            json.member("last", orNull: last.map { $0.seen.time.text(query.zone) })
            json.member("version", orNull: last?.version.label)
            json.member("client", orNull: last?.client)
          }
        }
      }
    )
  }

  private func figures(_ sums: Sums, to json: inout JSONWriter) {
    json.member("messages", sums.messages)
    json.member("below", sums.below(query.minimum))
  }

  package func writeTable(to lines: inout LineWriter) {
    let sums = PeriodSums(rows).total
    lines.append(title("Cut off below TLS \(query.minimum.label)"))
    let accounts = TableText.counted(UInt64(lastSeen.accounts), "account")
    let share = Sums.permille(sums.below(query.minimum), of: sums.messages)
    lines.append(
      Line(
        "\(accounts), \(sums.below(query.minimum)) of \(TableText.counted(sums.messages, "message"))"
          + " (\(TableText.percent(share)))",
        .dim
      )
    )
    if let gap = sums.unloggedTLS { lines.append(paragraph: gap, first: Piece("! ", .warning)) }
    lines.append(Line())
    var table = Table(columns: columns.map(Table.Column.init))
    let limit = query.limit ?? ReportQuery.tableLimit
    let count = rows.forEach(limit: limit, counts: true, selection: selection) { row, sums, names in
      let last = lastSeen(row, sums, names)
      table.append(
        TableText.date(row.date) + [
          names.cells(row)[0],
          Piece(String(sums.messages)),
          Piece(String(sums.below(query.minimum))),
          last.map { Piece(DateText.table($0.seen.time, query.zone)) } ?? TableText.unknown,
          last.map { Piece($0.version.label, .tls($0.version)) } ?? TableText.unknown,
          last?.client.map { Piece($0) } ?? TableText.unknown,
        ]
      )
      return true
    }
    guard sums.messages > 0 else { return table.write(to: &lines, of: count) }
    let isKnown = sums.count(.unknown) == 0
    table.write(to: &lines, of: count, empty: isKnown ? "nobody" : "nobody that the log shows")
  }
}
