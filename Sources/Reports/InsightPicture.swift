import MailLog

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
      lines += Self.joined(days(left), shares(width - left - 5), at: left + 3).map(indented)
    } else {
      lines += days(width - Self.indent).map(indented) + [Line()]
      lines += shares(width - Self.indent).map(indented)
    }
    return lines + [Line()] + busiest() + [Line()]
  }

  private func indented(_ line: Line) -> Line {
    var result = Line(line.pieces.isEmpty ? "" : "  ")
    result.append(line)
    return result
  }

  /// Two blocks side by side, the second from column `start` on.
  private static func joined(_ left: [Line], _ right: [Line], at start: Int) -> [Line] {
    (0..<max(left.count, right.count)).map { index in
      var line = index < left.count ? left[index] : Line()
      guard index < right.count else { return line }
      line.pad(to: start)
      line.append(right[index])
      return line
    }
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

  /// A bar for each day, week or month, as long as its messages, divided by TLS version.
  private func days(_ width: Int) -> [Line] {
    let sums = report.buckets.sums(report.tally.sums.days)
    let labels = report.buckets.labels
    let label = labels.map(TerminalText.width).max() ?? 0
    let largest = sums.map(\.messages).max() ?? 0
    let number = String(largest).utf8.count
    let bar = max(1, width - label - number - 4)
    var lines = [Line("Messages per \(report.buckets.unit.rawValue)", .bold)]
    for (text, sums) in zip(labels, sums) {
      let count = String(sums.messages)
      var line = Line(text, sums.messages == 0 ? .dim : .normal)
      line.pad(to: label + 2)
      let length = Bars.length(sums.messages, of: largest, width: bar)
      line.append(Bars.stacked(sums, width: length, style))
      line.pad(to: label + 2 + bar + 2 + number - count.utf8.count)
      line.append(Piece(count, sums.messages == 0 ? .dim : .normal))
      lines.append(line)
    }
    return lines
  }

  /// The share of each TLS version that occurs; the blocks explain those of the days.
  private func shares(_ width: Int) -> [Line] {
    let used = Bars.stack.filter { total.count($0) > 0 }
    let label = (used.map { Bars.name($0).utf8.count }.max() ?? 0) + 2
    let number = used.map { TableText.share(total, $0).width }.max() ?? 0
    let bar = max(1, width - label - number - 4)
    var lines = [Line("TLS", .bold)]
    for version in used {
      let share = TableText.share(total, version)
      let block = Bars.block(version, style)
      var line = Line([Piece(block, .tls(version)), Piece(" \(Bars.name(version))")])
      line.pad(to: label + 2)
      let length = Bars.length(total.count(version), of: total.messages, width: bar)
      line.append(Piece(String(repeating: block, count: length), .tls(version)))
      line.pad(to: label + 2 + bar + 2 + number - share.width)
      line.append(Piece(share.text))
      lines.append(line)
    }
    return lines
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
      let command = presentation.command(.volume)
      lines.append(Line("  … and \(report.count - report.busiest.count) more: \(command)", .dim))
    }
    return lines
  }
}
