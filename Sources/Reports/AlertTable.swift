package import MailLog

/// Alerts for people: `submitwatch alerts`.
package struct AlertTable: Sendable {
  private let alerts: [KeptAlert]
  private let count: Int
  private let firing: Int
  private let zone: ZoneRules
  private let origin: Presentation.Origin

  private let period: String
  /// What is said of alerts that are not among all.
  private let remark: String?

  /// - Parameters:
  ///   - alerts: what is shown, the newest first.
  ///   - all: how many there are in all, and how many of them fire.
  ///   - zone: the zone of the times.
  ///   - period: which alerts `all` are.
  ///   - remark: what else there is.
  ///   - origin: whether there is a daemon that can be told a verdict.
  package init(
    _ alerts: [KeptAlert],
    of all: (count: Int, firing: Int),
    _ zone: ZoneRules,
    period: String = "",
    remark: String? = nil,
    origin: Presentation.Origin = .daemon
  ) {
    (self.alerts, self.zone, self.period, self.remark, self.origin) =
      (alerts, zone, period, remark, origin)
    (count, firing) = all
  }

  package func write(to lines: inout LineWriter) {
    var title = Line("Alerts", .bold)
    title.append(Piece(" · \(firing) firing, \(count - firing) past\(period)"))
    title.append(Piece(" (\(plainText(zone.name)))", .dim))
    lines.append(title)
    if let remark { lines.append(Line(remark, .dim)) }
    lines.append(Line())
    guard !alerts.isEmpty else { return lines.append(Line("no alerts", .dim)) }
    var table = Table(columns: Self.columns)
    for kept in alerts { table.append(cells(kept)) }
    table.write(to: &lines, of: count)
    let firing = alerts.filter { $0.alert.state == .firing }
    for kept in firing {
      lines.append(Line())
      lines.append(paragraph: plainText(kept.alert.text), first: Piece("! ", .warning))
      for line in kept.alert.evidence.prefix(3) {
        lines.append(Line("  " + plainText(line), .dim))
      }
    }
    writeAdvice(firing.first { $0.judgement == nil }, to: &lines)
  }

  private static let columns = [
    Table.Column("started"), Table.Column("state"), Table.Column("severity"),
    Table.Column("account", isFlexible: true), Table.Column("rule"),
    Table.Column("count", isRight: true), Table.Column("expected", isRight: true),
    Table.Column("verdict", isOptional: true), Table.Column("id", isOptional: true),
  ]

  private func cells(_ kept: KeptAlert) -> [Piece] {
    let alert = kept.alert
    var expected = ByteWriter()
    expected.append(hundredths: Alert.hundredths(alert.expected))
    let isFiring = alert.state == .firing
    return [
      Piece(DateText.table(alert.started, zone)),
      Piece(kept.outcome, isFiring ? .warning : .dim),
      Piece(alert.severity.rawValue, alert.severity == .critical ? .warning : .normal),
      Piece(plainText(alert.account)), Piece(alert.rule.rawValue),
      Piece(String(alert.count)), Piece(String(decoding: expected.bytes, as: UTF8.self)),
      kept.judgement.map { Piece($0.verdict.rawValue) } ?? TableText.unknown, Piece(alert.id),
    ]
  }

  private func writeAdvice(_ kept: KeptAlert?, to lines: inout LineWriter) {
    guard let kept, origin == .daemon else { return }
    lines.append(Line())
    lines.append(Line("If it is the owner's mail:", .dim))
    lines.append(Line("  submitwatch alerts verdict \(kept.alert.id) legitimate", .dim))
  }
}
