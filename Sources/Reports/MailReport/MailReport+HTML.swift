import Languages
import MailLog

// The mail as HTML that mail clients keep: tables, inline styles, no pictures, nothing from elsewhere.
extension MailReport {
  package func html() -> String {
    let head = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width"><title>\(Self.escaped(title))</title></head>
      <body style="margin:0;background:#f3f4f6;color:#1f2937;\(MailStyle.font)">
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 8px">
      <table role="presentation" cellpadding="0" cellspacing="0" style="max-width:880px;width:100%;background:#ffffff;border:1px solid #e5e7eb;border-radius:8px">
      <tr><td style="padding:24px 28px 8px"><h1 style="margin:0;font-size:22px;font-weight:600">\(Self.escaped(title))</h1>
      <p style="margin:4px 0 0;color:#6b7280">\(Self.escaped(period))</p>
      <p style="margin:16px 0 0;font-size:18px">\(Self.escaped(summary))</p></td></tr>

      """
    let foot = """
      <tr><td style="padding:16px 28px 24px;color:#6b7280;font-size:13px">\(Self.escaped(footer).replacing("\n", with: "<br>"))</td></tr>
      </table></td></tr></table></body></html>

      """
    return head + sections.map(html).joined() + foot
  }

  private func html(_ section: MailSection) -> String {
    let note = section.note.map { "<p style=\"\(MailStyle.note)\">\(Self.escaped($0))</p>" } ?? ""
    let hasBars = section.rows.contains { !$0.bar.isEmpty }
    let bars = hasBars ? "<th style=\"\(MailStyle.head)\" width=\"50%\"></th>" : ""
    let head = section.columns.map { column in
      "<th scope=\"col\" align=\"\(column.isNumber ? "right" : "left")\" style=\"\(MailStyle.head)\">"
        + "\(Self.escaped(column.title))</th>"
    }
    let rows = section.rows.map { row in
      let cells = zip(section.columns, row.cells).map { column, text in
        "<td align=\"\(column.isNumber ? "right" : "left")\" style=\"\(MailStyle.cell(column.isNumber))\">"
          + "\(Self.escaped(text))</td>"
      }
      let bar = hasBars ? "<td style=\"\(MailStyle.cell(false))\">\(html(bar: row.bar))</td>" : ""
      return "<tr>\(cells.joined())\(bar)</tr>\n"
    }
    let more = more(section).map { "<p style=\"\(MailStyle.note)\">\(Self.escaped($0))</p>" } ?? ""
    return """
      <tr><td style="padding:20px 28px 4px"><h2 style="margin:0 0 8px;font-size:16px;font-weight:600">\(Self.escaped(section.heading))</h2>\(note)
      <table cellpadding="0" cellspacing="0" width="100%" style="border-collapse:collapse;font-size:13px">
      <thead><tr>\(head.joined())\(bars)</tr></thead><tbody>
      \(rows.joined())</tbody></table>\(more)</td></tr>

      """
  }

  /// A bar of one colour a version; what is left of the width stays empty.
  private func html(bar: [(version: TLSVersion, length: UInt64)]) -> String {
    let parts = bar.filter { $0.length > 0 }
    guard !parts.isEmpty else { return "" }
    let cells = parts.map { part in
      "<td width=\"\(max(1, part.length / 10))%\" bgcolor=\"\(MailStyle.colour(part.version))\""
        + " style=\"height:12px;line-height:12px;font-size:1px\""
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
    for scalar in TerminalText.safe(text).unicodeScalars {
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
  static let note = "margin:0 0 8px;color:#6b7280;font-size:13px"
  static let head =
    "padding:6px 10px 6px 0;border-bottom:1px solid #d1d5db;color:#6b7280;font-weight:600"

  static func cell(_ isNumber: Bool) -> String {
    let padding = "padding:6px 10px 6px 0;border-bottom:1px solid #f3f4f6"
    return isNumber
      ? "\(padding);white-space:nowrap;font-variant-numeric:tabular-nums"
      : "\(padding);word-break:break-word"
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
