import Counters
import Languages
import MailLog

// The mail as HTML that mail clients keep: tables, inline styles, no pictures, nothing from elsewhere.
extension MailReport {
  package func html() -> String {
    let head = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width,initial-scale=1">
      <meta name="color-scheme" content="light"><meta name="supported-color-schemes" content="light">
      <title>\(Self.escaped(title))</title>
      <style>@media (max-width:640px){.o{padding:0!important}.p{padding-left:16px!important;padding-right:16px!important}.t{font-size:19px!important}}</style></head>
      <body style="margin:0;padding:0;background:#f3f4f6;color:#1f2937;\(MailStyle.font)">
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6"><tr><td class="o" align="center" style="padding:24px 12px">
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed;max-width:880px;width:100%;background:#ffffff;border:1px solid #e5e7eb;border-radius:8px">
      <tr><td class="p" style="padding:28px 32px 4px"><h1 style="margin:0;font-size:22px;line-height:28px;font-weight:600">\(Self.escaped(title))</h1>
      <p style="margin:4px 0 0;color:#6b7280;font-size:14px">\([period, gone].compactMap { $0.map(Self.escaped) }.joined(separator: "<br>"))</p></td></tr>

      """
    let foot = """
      <tr><td class="p" style="padding:24px 32px 28px"><p style="margin:0;padding:16px 0 0;border-top:1px solid #e5e7eb;color:#6b7280;font-size:13px;line-height:20px">\(Self.escaped(footer).replacing("\n", with: "<br>"))</p></td></tr>
      </table></td></tr></table></body></html>

      """
    return head + tiles + sections.map(html).joined() + foot
  }

  /// The figures of the whole period.
  private var tiles: String {
    let total = tally.sums.total
    guard total.messages > 0 else {
      return summary.map { summary in
        "<tr><td class=\"p\" style=\"padding:20px 32px\">\(Self.escaped(summary))</td></tr>\n"
      } ?? ""
    }
    let below = language.percent(Sums.permille(total.below(query.minimum), of: total.messages))
    var tiles = [
      (language.number(UInt64(tally.accounts)), language.term("accounts")),
      (language.number(total.messages), language.term("messages")),
      (below, language.term("below", ["minimum": query.minimum.label])),
    ]
    if let bytes = total.bytes {
      tiles.insert((language.size(bytes), language.term("size")), at: 2)
    }
    let cells = tiles.map { figure, label in
      "<td width=\"\(100 / tiles.count)%\" valign=\"top\" style=\"padding:0 8px 0 0\">"
        + "<div class=\"t\" style=\"font-size:26px;line-height:32px;font-weight:600;color:#111827\">"
        + "\(Self.escaped(figure))</div><div style=\"color:#6b7280;font-size:12px;line-height:16px\">"
        + "\(Self.escaped(label))</div></td>"
    }
    return """
      <tr><td class="p" style="padding:20px 32px 4px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed"><tr>\(cells.joined())</tr></table></td></tr>

      """
  }

  private func html(_ section: MailSection) -> String {
    let note = section.note.map { "<p style=\"\(MailStyle.note)\">\(Self.escaped($0))</p>" } ?? ""
    let hasBars = section.rows.contains { !$0.bar.isEmpty }
    let rows = section.rows.map { row in
      let cells = zip(section.columns, row.cells).map { column, text in
        "<td\(column.alignment) style=\"\(MailStyle.cell(column))\">\(Self.escaped(text))</td>"
      }
      let bar = hasBars ? "<td style=\"\(MailStyle.cell)\">\(html(bar: row.bar))</td>" : ""
      return "<tr>\(cells.joined())\(bar)</tr>\n"
    }
    let more = more(section).map { "<p style=\"\(MailStyle.note)\">\(Self.escaped($0))</p>" } ?? ""
    return """
      <tr><td class="p" style="padding:28px 32px 0"><h2 style="margin:0 0 6px;font-size:16px;line-height:22px;font-weight:600">\(Self.escaped(section.heading))</h2>\(note)
      <div style="overflow-x:auto"><table cellpadding="0" cellspacing="0" width="100%" style="border-collapse:collapse;font-size:13px;line-height:18px">
      \(head(section, hasBars: hasBars))<tbody>
      \(rows.joined())</tbody></table></div>\(more)</td></tr>

      """
  }

  private func head(_ section: MailSection, hasBars: Bool) -> String {
    guard section.hasTitles else { return "" }
    let cells = section.columns.map { column in
      "<th scope=\"col\"\(column.alignment) valign=\"bottom\" style=\"\(MailStyle.head)\">"
        + "\(Self.escaped(column.title))</th>"
    }
    let bars = hasBars ? "<th width=\"55%\" style=\"\(MailStyle.head)\"></th>" : ""
    return "<thead><tr>\(cells.joined())\(bars)</tr></thead>"
  }

  /// A bar of one colour a version; what is left of the width stays empty.
  private func html(bar: [(version: TLSVersion, length: UInt64)]) -> String {
    let parts = bar.filter { $0.length > 0 }
    guard !parts.isEmpty else { return "" }
    let cells = parts.map { part in
      "<td width=\"\(max(1, part.length / 10))%\" bgcolor=\"\(MailStyle.colour(part.version))\""
        + " style=\"height:14px;line-height:14px;font-size:1px\""
        + " title=\"\(Self.escaped(language.name(of: part.version)))\">&nbsp;</td>"
    }
    let rest = 1000 - min(1000, parts.reduce(0) { $0 + $1.length })
    let space = rest >= 10 ? "<td width=\"\(rest / 10)%\" style=\"font-size:1px\">&nbsp;</td>" : ""
    return "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr>"
      + "\(cells.joined())\(space)</tr></table>"
  }

  /// Text from the log as text of the page.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in plainText(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// What mail clients keep of a style sheet: inline styles.
private enum MailStyle {
  static let font = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
  static let note = "margin:6px 0 8px;color:#6b7280;font-size:13px;line-height:18px"
  static let head =
    "padding:6px 16px 6px 0;border-bottom:1px solid #d1d5db;color:#6b7280;font-size:12px;font-weight:600"
  static let cell = "padding:6px 16px 6px 0;border-bottom:1px solid #eef0f2"

  static func cell(_ column: MailSection.Column) -> String {
    if column.isText { return "\(cell);min-width:175px;word-break:break-word" }
    return "\(cell);white-space:nowrap"
      + (column.isNumber ? ";font-variant-numeric:tabular-nums" : ";vertical-align:top")
  }

  /// Told apart by people who see red and green alike, too (Okabe and Ito's palette).
  static func colour(_ version: TLSVersion) -> String {
    switch version {
    case .none: "#d55e00"
    case .ssl3: "#a0440a"
    case .tls10: "#e69f00"
    case .tls11: "#f0d94a"
    case .tls12: "#56b4e9"
    case .tls13: "#0072b2"
    case .unknown: "#9ca3af"
    }
  }
}

extension MailSection.Column {
  fileprivate var alignment: String { isNumber ? " align=\"right\"" : " align=\"left\"" }
}
