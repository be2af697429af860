import Dialects
import Ingest
import Platform
import Reports
import Sessions

/// Why nothing of so many lines was used.
func uselessness(of lines: Int, _ passedOver: [PassedOver: Int]) -> String {
  let reasons = passedOver.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    .map { "\($0.value) × \($0.key.explanation)" }
  let detail = reasons.isEmpty ? "the log is empty" : reasons.joined(separator: "; ")
  return "no line about submissions in \(lines) lines (\(detail))"
}

/// Says on standard error what was passed over, and what got lost.
func printSummary(_ totals: IngestTotals, isVerbose: Bool) {
  if totals.usedLines == 0 {
    StandardError.print("submitwatch: \(uselessness(of: totals.lines, totals.passedOver))")
  } else if isVerbose {
    StandardError.print("\(totals.lines) lines read, \(totals.usedLines) used; passed over:")
    for (reason, count) in totals.passedOver.sorted(by: { $0.value > $1.value }) {
      StandardError.print("  \(count)  \(reason.explanation)")
    }
  }
  let lost = totals.passedOver[.tooLong] ?? 0
  if lost > 0 { StandardError.print("submitwatch: \(lost) lines over 64 KiB were passed over") }
  let undated = totals.passedOver[.impossibleDate] ?? 0
  if undated > 0 {
    StandardError.print(
      "submitwatch: passed over \(TableText.counted(UInt64(undated), "line")) whose date or time"
        + " does not exist (29 February: see --year)"
    )
  }
  let drops = totals.drops
  let kinds = [
    ("sessions", drops.sessions), ("messages", drops.waiting + drops.early + drops.delivering),
    ("TLS states", drops.plain), ("failed logins", drops.noted),
  ]
  .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
  if !kinds.isEmpty {
    StandardError.print(
      "submitwatch: the log has more at a time than is kept, and this was given up: "
        + kinds.joined(separator: ", ")
    )
  }
  if drops.handedOn > 0 {
    let count = TableText.counted(UInt64(drops.handedOn), "message")
    StandardError.print(
      "submitwatch: the logs of a server and of the Postfix behind it are too far apart to know each"
        + " message again, and up to \(count) may count twice: give shorter pieces of both, or one"
        + " file that has all lines in the order of their time"
    )
  }
}
