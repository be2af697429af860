import Counters
import Languages
import MailLog

// The mail's plain text.
extension MailReport {
  package func text() -> String {
    let head = [title, period, gone, summary].compactMap { $0 }.joined(separator: "\n")
    return ([head] + sections.map(text) + [footer]).joined(separator: "\n\n") + "\n"
  }

  /// The columns that a cell gets at most: what needs more moves the rest of its own row only.
  private static let widthLimit = 60

  private func text(_ section: MailSection) -> String {
    var lines = [section.heading, String(repeating: "=", count: section.heading.count)]
    if let note = section.note { lines.append(note) }
    let titles = section.hasTitles ? [section.columns.map(\.title)] : []
    let rows = titles + section.rows.map(\.cells)
    let safe = rows.map { $0.map(plainText) }
    let widths = section.columns.indices.map { column in
      safe.map { TerminalText.width($0[column]) }.filter { $0 <= Self.widthLimit }.max() ?? 0
    }
    for row in safe {
      let cells = section.columns.indices.map { column in
        let missing = widths[column] - TerminalText.width(row[column])
        let space = String(repeating: " ", count: max(0, missing))
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
    guard section.more > 0 else { return nil }
    let key = section.isAttached ? "mail-more" : "mail-others"
    return language.term(key, n: UInt64(section.more))
  }

  /// The figures of the whole period in one line; nil: there are none.
  var summary: String? {
    let total = tally.sums.total
    guard total.messages > 0 else { return isGone ? nil : language.term("mail-nobody") }
    let size = total.bytes.map { [language.size($0)] } ?? []
    return (counts + size).joined(separator: " · ")
  }

  /// Who made the report.
  var footer: String {
    let (limit, count) = (UInt64(fileLimit), UInt64(senderCount))
    let files =
      count <= limit
      ? language.term("mail-attached")
      : language.term("mail-attached-part", n: count, ["limit": language.number(limit)])
    return "\(files)\n\(language.term("mail-made", ["host": host]))"
  }
}
