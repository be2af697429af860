package import Counters
import MailLog

/// Who used SMTP AUTH in the period but not on its last days: accounts, senders or domains.
///
/// The period should begin with the first day that is kept.
package struct IdleReport: Report {
  package static let view = ReportView.idle
  package var query: ReportQuery { rows.query }
  private let rows: SubmissionRows
  private let columns: [Column]
  /// By name: the last day with a message; a name without a domain may have several groups.
  private let lastDays: [NameTable.ID: CivilDate]

  /// - Throws: if the question makes no sense for this report.
  package init(_ counters: CounterSnapshot, _ query: ReportQuery) throws(ReportError) {
    let grouping = try query.checkedGrouping(for: Self.view)
    columns =
      Column.keys(grouping) + [.messages, Column("last", .last), Column("days", .days)]
    let order = try RowOrder(query.sort, columns: columns)
    rows = SubmissionRows(counters, query, rules: .init(grouping: grouping), order: order)
    lastDays = grouping == .domain ? [:] : Self.lastDays(counters, query, grouping)
  }

  /// Of names with several groups, whatever domain is asked for.
  private static func lastDays(
    _ counters: CounterSnapshot,
    _ query: ReportQuery,
    _ grouping: Grouping
  ) -> [NameTable.ID: CivilDate] {
    var grouper = Grouper(counters, domain: nil, rules: .init(grouping: grouping))
    grouper.collect(from: query.start, through: query.end)
    let split = grouper.groups.filter { $0.domain != Grouper.ownDomain }
    return Dictionary(split.map { ($0.name, $0.lastDay) }, uniquingKeysWith: max)
  }

  private var selection: SubmissionRows.Selection {
    SubmissionRows.Selection(
      isListed: isIdle,
      value: { column, row, _, _ in
        let days = UInt64(idleDays(row.lastDay))
        return (column == .days ? days : ~days, true)
      }
    )
  }

  private func idleDays(_ lastDay: CivilDate) -> Int { lastDay.distance(to: query.end) }

  private func isIdle(_ group: Grouper.Group) -> Bool {
    idleDays(lastDays[group.name] ?? group.lastDay) >= query.idleDays
  }

  package func writeCSV(to output: inout ByteWriter) -> Bool {
    output.appendHeader(columns)
    return rows.forEachOnPage(selection: selection) { row, sums, names in
      let last = Array(row.lastDay.text.utf8)
      return names.writeCSV(row, to: &output, capacity: 2 * 21 + last.count + 1) { line in
        line.append(number: sums.messages)
        line.append(UInt8(ascii: ","))
        line.append(last.span, last.indices)
        line.append(UInt8(ascii: ","))
        line.append(number: UInt64(idleDays(row.lastDay)))
      }
    }
  }

  package func writeJSON(to json: inout JSONWriter) -> Bool {
    let (count, days) = idleMessages()
    return writeJSON(
      to: &json,
      total: { json in
        json.member(rows.rules.grouping.rawValue + "s", count)
        json.member("messages", days.reduce(0, +))
      },
      days: { json in
        for (date, messages) in zip(query.days, days) {
          json.day(date) { $0.member("messages", messages) }
        }
      },
      rows: { json in
        rows.forEachOnPage(selection: selection) { row, sums, names in
          json.row(nil) { json in
            names.writeJSON(row, to: &json)
            json.member("messages", sums.messages)
            json.member("last", row.lastDay.text)
            json.member("days", idleDays(row.lastDay))
          }
        }
      }
    )
  }

  package func writeTable(to lines: inout LineWriter) {
    let (idle, _) = idleMessages()
    let noun = rows.rules.grouping.rawValue
    lines.append(title("Idle for \(TableText.counted(UInt64(query.idleDays), "day")) or more"))
    lines.append(Line(TableText.counted(UInt64(idle), noun), .dim))
    if let gap = shortPeriod(lines.presentation.origin) {
      lines.append(paragraph: gap, first: Piece("! ", .warning))
    }
    lines.append(Line())
    var table = Table(columns: columns.map(Table.Column.init))
    let limit = query.limit ?? ReportQuery.tableLimit
    let count = rows.forEach(limit: limit, counts: true, selection: selection) { row, sums, names in
      table.append(
        names.cells(row) + [
          Piece(String(sums.messages)), Piece(row.lastDay.text),
          Piece(String(idleDays(row.lastDay))),
        ]
      )
      return true
    }
    table.write(to: &lines, of: count)
  }

  /// Why nobody can be idle for so long, and what to do about it; nil: somebody can.
  private func shortPeriod(_ origin: Presentation.Origin) -> String? {
    let days = query.start.distance(to: query.end) + 1
    guard query.idleDays >= days else { return nil }
    let remedy =
      switch origin {
      case .files: "ask for fewer with --idle-days, or read older logs, too"
      case .daemon:
        "ask for fewer with --days, begin earlier with --start if older days are kept, or have"
          + " more kept ('retention' in the configuration)"
      }
    return "These are \(TableText.counted(UInt64(days), "day")) only, of which nobody can be idle"
      + " for \(query.idleDays): \(remedy)."
  }

  /// How many are idle, and what they sent on each day of the period.
  private func idleMessages() -> (count: Int, days: [UInt64]) {
    var grouper = Grouper(rows.counters, domain: query.domain, rules: rows.rules)
    grouper.collect(from: query.start, through: query.end)
    var days = [UInt64](repeating: 0, count: query.days.count)
    grouper.forEachRow(from: query.start, through: query.end) {
      grouper,
      day,
      account,
      sender,
      row in
      guard let index = grouper.existingGroup(account: account, sender: sender),
        isIdle(grouper.groups[index])
      else { return }
      days[query.start.distance(to: day)] += row.messages
    }
    return (Set(grouper.groups.lazy.filter(isIdle).map(\.name)).count, days)
  }
}
