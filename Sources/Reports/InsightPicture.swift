import Counters

/// The insight as a picture for a terminal.
struct InsightPicture {
  let report: InsightReport
  let presentation: Presentation

  private var width: Int { presentation.width ?? 100 }
  private var style: Style { presentation.style }
  private var total: Sums { report.tally.sums.total }

  private static let indent = 2

  func lines() -> [Line] {
    var lines = [report.title("SMTP AUTH clients"), Line()]
    lines += figures().map(indented)
    lines.append(Line())
    guard total.messages > 0 else { return lines }
    if width >= 110 {
      // Side by side, three fifths for the days.
      let left = (width - 2 * Self.indent) * 3 / 5
      let shares = Charts.shares(total, width - left - 5, style)
      lines += Line.joined(days(left), shares, at: left + 3).map(indented)
    } else {
      lines += days(width - Self.indent).map(indented) + [Line()]
      lines += Charts.shares(total, width - Self.indent, style).map(indented)
    }
    return lines + [Line()] + busiest() + [Line()]
  }

  private func indented(_ line: Line) -> Line {
    var result = Line(line.pieces.isEmpty ? "" : "  ")
    result.append(line)
    return result
  }

  /// The key figures, as many beside each other as there is room for.
  private func figures() -> [Line] {
    let tally = report.tally
    let figures = [
      (String(tally.accounts), tally.accounts == 1 ? "account" : "accounts"),
      (String(tally.senders), tally.senders == 1 ? "sender" : "senders"),
      (String(total.messages), total.messages == 1 ? "message" : "messages"),
      (total.recipients.map(String.init) ?? "unknown", "recipients"),
      (total.bytes.map(TableText.size) ?? "unknown", "sent"),
      (String(report.failures.total), "failed AUTH"),
    ]
    let cell = (figures.flatMap { [$0.0.utf8.count, $0.1.utf8.count] }.max() ?? 0) + 2
    let columns = max(1, min(figures.count, (width - Self.indent + 2) / cell))
    // Rows of equal length: 6, 3 and 3, 2 and 2 and 2.
    let perRow = [6, 3, 2, 1].first { $0 <= columns } ?? 1
    var lines: [Line] = []
    for start in stride(from: 0, to: figures.count, by: perRow) {
      var (values, labels) = (Line(), Line())
      for (index, figure) in figures[start..<min(figures.count, start + perRow)].enumerated() {
        values.pad(to: index * cell)
        labels.pad(to: index * cell)
        values.append(Piece(figure.0, .bold))
        labels.append(Piece(figure.1, .dim))
      }
      lines += (start > 0 ? [Line()] : []) + [values, labels]
    }
    return lines
  }

  private func days(_ width: Int) -> [Line] {
    Charts.days(report.tally.sums.days, in: report.buckets, width, style)
  }

  /// The busiest senders with their messages per day, week or month and their TLS versions.
  private func busiest() -> [Line] {
    let unit = report.buckets.unit.rawValue
    let columns = [
      Table.Column("Busiest \(report.grouping.rawValue)s", isFlexible: true),
      Table.Column("messages", isRight: true),
      Table.Column("share", isRight: true),
      Table.Column("per \(unit)", isOptional: true),
      Table.Column("TLS", isOptional: true),
      Table.Column("recipients", isRight: true, isOptional: true),
      Table.Column("bytes", isRight: true, isOptional: true),
    ]
    var table = Table(columns: columns, leastWidths: (30, 8))
    for busy in report.busiest {
      let sums = busy.sums
      let share = Sums.permille(sums.messages, of: total.messages)
      let last = [TableText.number(sums.recipients), TableText.bytes(sums.bytes)]
      let first = [
        report.names.cells(busy.row)[0], Piece(String(sums.messages)),
        Piece(TableText.percent(share)), Piece(Bars.sparkline(busy.series)),
      ]
      let tls = Bars.stacked(sums, width: 10, style)
      table.append(first.map { Line([$0]) } + [tls] + last.map { Line([$0]) })
    }
    var lines = table.lines(width: width - Self.indent).map(indented)
    if report.count > report.busiest.count {
      let by = report.grouping == .sender ? "" : " --by \(report.grouping.rawValue)"
      let command = presentation.command(.volume, by)
      let rest = "and \(report.count - report.busiest.count) more: \(command)"
      lines += Line.paragraph(rest, .dim, first: Piece("  … ", .dim), width: width)
    }
    return lines
  }
}
