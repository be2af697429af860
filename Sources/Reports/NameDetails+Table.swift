import Counters
import MailLog

extension NameDetails {
  /// The details for people: `submitwatch sender`.
  package func writeTable(to lines: inout LineWriter) {
    let presentation = lines.presentation
    lines.append(title)
    lines.append(Line(TableText.totals(sums.total), .dim))
    lines.append(Line())
    if sums.total.messages > 0 {
      for line in charts(presentation) { lines.append(line) }
      lines.append(Line())
      for line in othersTable(presentation) { lines.append(line) }
      if others.count > Self.rowLimit {
        let text = "… and \(others.count - Self.rowLimit) more (--format json has all)"
        lines.append(Line(text, .dim))
      }
    } else {
      lines.append(
        Line("No message in this period. Other days: --days, --start and --end.", .dim)
      )
    }
    writeNotes(to: &lines, presentation.width)
    writeAlerts(to: &lines)
  }

  private func writeAlerts(to lines: inout LineWriter) {
    guard !alerts.isEmpty else { return }
    lines.append(Line())
    lines.append(Line("Alerts", .bold))
    for kept in alerts.prefix(5) {
      let alert = kept.alert
      let isFiring = alert.state == .firing
      let judged = kept.judgement.map { ", judged \($0.verdict.rawValue)" } ?? ""
      let text = "\(DateText.table(alert.started, query.zone)): \(plainText(alert.text))"
      lines.append(
        paragraph: text + (isFiring ? "" : " (\(kept.outcome)\(judged))"),
        first: isFiring ? Piece("! ", .warning) : Piece("– ", .dim)
      )
    }
    if alerts.count > 5 { lines.append(Line("… and \(alerts.count - 5) more", .dim)) }
  }

  private static let rowLimit = ReportQuery.tableLimit

  private var title: Line {
    var line = Line([
      Piece(role == .sender ? "Sender " : "Account ", .dim),
      Piece(plainText(name), .bold),
      Piece(" · \(DateText.period(query.start, query.end))"),
    ])
    line.append(Piece(" (\(plainText(query.zone.name)))", .dim))
    return line
  }

  /// The days, and the TLS versions below or beside them.
  private func charts(_ presentation: Presentation) -> [Line] {
    let (width, style) = (presentation.width ?? 100, presentation.style)
    let buckets = Buckets(start: query.start, end: query.end)
    guard width >= 110 else {
      return Charts.days(sums.days, in: buckets, width, style) + [Line()]
        + Charts.shares(sums.total, width, style)
    }
    let left = width * 3 / 5
    return Line.joined(
      Charts.days(sums.days, in: buckets, left, style),
      Charts.shares(sums.total, width - left - 3, style),
      at: left + 3
    )
  }

  /// The names of the other role.
  private func othersTable(_ presentation: Presentation) -> [Line] {
    let columns = [
      Table.Column(role == .sender ? "account" : "sender", isFlexible: true),
      Table.Column("messages", isRight: true), Table.Column("share", isRight: true),
      Table.Column("TLS", isOptional: true),
      Table.Column("recipients", isRight: true, isOptional: true),
      Table.Column("bytes", isRight: true, isOptional: true),
    ]
    var table = Table(columns: columns, leastWidths: (30, 8))
    for (name, sums) in others.prefix(Self.rowLimit) {
      let share = Sums.permille(sums.messages, of: self.sums.total.messages)
      table.append([
        Line(plainText(name)), Line(String(sums.messages)), Line(TableText.percent(share)),
        Bars.stacked(sums, width: 10, presentation.style),
        Line([TableText.number(sums.recipients)]), Line([TableText.bytes(sums.bytes)]),
      ])
    }
    return table.lines(width: presentation.width)
  }
}

// What is kept of accounts, of all their days.
extension NameDetails {
  private func writeNotes(to lines: inout LineWriter, _ width: Int?) {
    for (name, notes) in accounts ?? [] {
      lines.append(Line())
      let place = Piece(" of account \(plainText(name)), in all the days kept", .dim)
      lines.append(Line([Piece("Recent clients", .bold), place]))
      writeClients(of: notes, to: &lines, width)
      if !notes.mechanisms.isEmpty {
        let used = notes.mechanisms.map { name, messages in
          "\(name.isEmpty ? "not logged" : plainText(name)) \(messages)"
        }
        let text = used.joined(separator: ", ")
        lines.append(paragraph: text, first: Piece("SASL mechanisms: ", .dim))
      }
      guard notes.rejections > 0 else { continue }
      let refused = TableText.counted(
        notes.rejections,
        "command or message",
        "commands or messages"
      )
      lines.append(paragraph: "\(refused) refused or bounced", first: Piece("! ", .warning))
    }
  }

  private func writeClients(of notes: AccountNotes, to lines: inout LineWriter, _ width: Int?) {
    guard !notes.clients.isEmpty else { return lines.append(Line("none", .dim)) }
    let limit = role == .account ? AccountDetails.clientLimit : Self.clientLimit
    var table = Table(columns: [
      Table.Column("network"), Table.Column("TLS"), Table.Column("first"), Table.Column("last"),
      Table.Column("messages", isRight: true, isOptional: true),
      Table.Column("cipher", isFlexible: true, isOptional: true),
    ])
    for client in notes.clients.prefix(limit) {
      table.append([
        Piece(plainText(client.address.networkText)),
        client.tls == .unknown ? TableText.unknown : Piece(client.tls.label, .tls(client.tls)),
        Piece(DateText.table(client.first, query.zone)),
        Piece(DateText.table(client.last, query.zone)), Piece(String(client.messages)),
        notes.cipher(of: client).map { Piece(plainText($0)) } ?? TableText.unknown,
      ])
    }
    for line in table.lines(width: width) { lines.append(line) }
    guard notes.clients.count > limit else { return }
    lines.append(Line("… and \(notes.clients.count - limit) more", .dim))
  }

  /// The most clients of each account that sent as a sender.
  private static let clientLimit = 8
}
