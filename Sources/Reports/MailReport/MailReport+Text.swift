import Counters

// The mail's plain text.
extension MailReport {
  package func text() -> String {
    let blocks = ["\(language.terms.title)\n\(period)\n\(summary)"] + sections.map(text) + [footer]
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func text(_ section: MailSection) -> String {
    var lines = [section.heading, String(repeating: "=", count: section.heading.count)]
    if let note = section.note { lines.append(note) }
    let rows = [section.columns.map(\.title)] + section.rows.map(\.cells)
    let safe = rows.map { $0.map(TerminalText.safe) }
    let widths = section.columns.indices.map { column in
      safe.map { TerminalText.width($0[column]) }.max() ?? 0
    }
    for row in safe {
      let cells = section.columns.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - TerminalText.width(row[column]))
        return section.columns[column].isNumber ? space + row[column] : row[column] + space
      }
      let line = cells.joined(separator: "  ")
      lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
    }
    if let more = more(section) { lines.append(more) }
    return lines.joined(separator: "\n")
  }

  /// What was left out of a table; nil: nothing.
  func more(_ section: MailSection) -> String? {
    section.more > 0 ? "\(language.number(UInt64(section.more))) \(language.terms.more)" : nil
  }

  /// The figures of the whole period in one line.
  var summary: String {
    let terms = language.terms
    let total = tally.sums.total
    guard total.messages > 0 else { return terms.nobody }
    let counts = [
      counted(UInt64(tally.accounts), terms.account), counted(total.messages, terms.message),
      total.bytes.map(language.size),
    ]
    return counts.compactMap(\.self).joined(separator: " · ")
  }

  /// Who made the report.
  var footer: String { "\(language.terms.attached)\n\(language.terms.madeOn) \(host)." }
}
