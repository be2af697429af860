import MailLog

extension DaemonStatus {
  /// The status for people: `submitwatch status`.
  package func writeTable(to lines: inout LineWriter) {
    lines.append(headline)
    lines.append(paragraph: facts, tone: .dim, first: Piece(""))
    lines.append(Line())
    var table = Table(columns: Self.columns)
    for source in sources { table.append(cells(source)) }
    for line in table.lines(width: lines.presentation.width) { lines.append(line) }
    writeTotals("passed over", self.lines.passedOver, to: &lines)
    writeTotals("no room", self.lines.dropped.named, to: &lines)
    if !alerts.sinks.isEmpty {
      lines.append(paragraph: safe(alerts.text), tone: .dim, first: Piece("alerts: ", .dim))
    }
    let problems = sources.flatMap { source in
      source.problems.filter { !source.warned.contains($0) }.map { (source.name, $0) }
    }
    guard !warnings.isEmpty || !problems.isEmpty else { return }
    lines.append(Line())
    for (source, problem) in problems {
      lines.append(paragraph: safe("\(source): \(problem)"), first: Piece("! ", .warning))
    }
    for warning in warnings {
      lines.append(paragraph: safe(warning.text), first: Piece("! ", .warning))
      lines.append(paragraph: safe(warning.remedy), tone: .bold, first: Piece("  → "))
    }
  }

  private static let columns = [
    Table.Column("source", isFlexible: true), Table.Column("state"),
    Table.Column("lines", isRight: true), Table.Column("behind", isRight: true),
    Table.Column("last line"), Table.Column("gaps", isRight: true),
  ]

  private var headline: Line {
    let tone: Tone = state == .ok ? .bold : .warning
    return Line([
      Piece("submitwatchd \(safe(version))", .bold), Piece(" · "), Piece(state.rawValue, tone),
      Piece(" · since \(DateText.table(started, zone)) (\(safe(zone.name)))", .dim),
    ])
  }

  private var facts: String {
    [
      TableText.counted(days, "day"), TableText.counted(rows, "row"),
      "\(TableText.counted(lines.used, "line")) used", "\(TableText.size(database.bytes)) on disk",
      howSaved,
    ].joined(separator: ", ")
  }

  private var howSaved: String {
    if saved == nil { return "not saved yet" }
    let isSaved = unsavedSince == nil
    return isSaved ? "all saved" : "not saved for \(TableText.counted(savedAge, "second"))"
  }

  private func cells(_ source: SourceStatus) -> [Piece] {
    let behind: String? =
      source.lagSeconds.map { "\($0) s" } ?? source.lagBytes.map { TableText.size($0) }
    return [
      Piece(safe(source.name)),
      Piece(source.state.rawValue, source.state == .failed ? .warning : .normal),
      Piece(String(source.lines)),
      behind.map { Piece($0) } ?? TableText.unknown,
      source.lastLine.map { Piece(DateText.table($0, zone)) } ?? TableText.unknown,
      Piece(String(source.gaps), source.gaps > 0 ? .warning : .normal),
    ]
  }

  private func writeTotals(
    _ title: String,
    _ counts: [String: UInt64],
    to lines: inout LineWriter
  ) {
    let known = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !known.isEmpty else { return }
    let text = known.map { "\(Self.words($0.key)) \($0.value)" }.joined(separator: ", ")
    lines.append(paragraph: safe(text), tone: .dim, first: Piece("\(title): ", .dim))
  }

  /// `other program` for `otherProgram`.
  private static func words(_ key: String) -> String {
    key.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
  }

  private func safe(_ text: String) -> String {
    plainText(escapedControls(text))
  }

  /// Text of others without control characters; backslashes stay as they are.
  private func escapedControls(_ text: String) -> String {
    text.hasControls ? escapedText(text.utf8) : text
  }
}
