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
  }

  private static let rowLimit = ReportQuery.tableLimit

  private var title: Line {
    var line = Line([
      Piece(role == .sender ? "Sender " : "Account ", .dim),
      Piece(TerminalText.safe(name), .bold),
      Piece(" · \(DateText.period(query.start, query.end))"),
    ])
    line.append(Piece(" (\(TerminalText.safe(query.zone.name)))", .dim))
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
        Line(TerminalText.safe(name)), Line(String(sums.messages)), Line(TableText.percent(share)),
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
    guard !accounts.isEmpty else { return }
    lines.append(Line())
    let hasNames = accounts.count > 1
    let place = hasNames ? "the accounts" : "account \(TerminalText.safe(accounts[0].name))"
    lines.append(
      Line([Piece("Recent clients", .bold), Piece(" of \(place), in all the days kept", .dim)])
    )
    var table = Table(columns: Self.clientColumns(hasNames))
    for (name, notes, client) in recentClients.prefix(Self.rowLimit) {
      let cells = [
        Piece(TerminalText.safe(client.address.networkText)),
        client.tls == .unknown ? TableText.unknown : Piece(client.tls.label, .tls(client.tls)),
        notes.cipher(of: client).map { Piece(TerminalText.safe($0)) } ?? TableText.unknown,
        Piece(String(client.messages)), Piece(DateText.table(client.first, query.zone)),
        Piece(DateText.table(client.last, query.zone)),
      ]
      table.append((hasNames ? [Piece(TerminalText.safe(name))] : []) + cells)
    }
    if recentClients.isEmpty { lines.append(Line("none", .dim)) }
    if !recentClients.isEmpty { for line in table.lines(width: width) { lines.append(line) } }
    if !mechanisms.isEmpty {
      let text = mechanisms.map { "\($0.name) \($0.messages)" }.joined(separator: ", ")
      lines.append(Line())
      lines.append(paragraph: text, first: Piece("SASL mechanisms: ", .dim))
    }
    let rejections = accounts.reduce(0) { $0 + $1.notes.rejections }
    guard rejections > 0 else { return }
    lines.append(
      paragraph: "\(TableText.counted(rejections, "command or message", "commands or messages"))"
        + " refused by the server",
      first: Piece("! ", .warning)
    )
  }

  private static func clientColumns(_ hasNames: Bool) -> [Table.Column] {
    let name = [Table.Column("account", isFlexible: true)]
    return (hasNames ? name : []) + [
      Table.Column("network"), Table.Column("TLS"),
      Table.Column("cipher", isFlexible: true, isOptional: true),
      Table.Column("messages", isRight: true), Table.Column("first"), Table.Column("last"),
    ]
  }

  /// The one seen last first.
  private var recentClients: [(account: String, notes: AccountNotes, client: AccountDetails.Client)]
  {
    accounts.flatMap { account in
      account.notes.clients.map { (account.name, account.notes, $0) }
    }.sorted { $0.client.last > $1.client.last }
  }

  /// The most used first, as a terminal may show them.
  private var mechanisms: [(name: String, messages: UInt64)] {
    var counts: [String: UInt64] = [:]
    for account in accounts {
      for mechanism in account.notes.mechanisms {
        counts[mechanism.name, default: 0] += mechanism.messages
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { ($0.key.isEmpty ? "not logged" : TerminalText.safe($0.key), $0.value) }
  }
}
