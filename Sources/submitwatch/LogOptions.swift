import ArgumentParser
import Dialects
import Foundation
import Ingest
import MailLog
import Sessions

/// What the commands that read log files have in common.
struct LogOptions: ParsableArguments {
  @Option(help: "Zone of time stamps that name none: IANA name or UTC±HH:MM (default: --timezone).")
  var logTimezone: String?

  @Option(help: "Year of each file's first line, for stamps without one (default: inferred).")
  var year: Int?

  @Option(help: "Zone of the report's days: IANA name or UTC±HH:MM (default: the system's).")
  var timezone: String?

  @Argument(
    help: """
      Log files, plain or compressed (gzip, bzip2, xz, zstd), in any order; - is standard input.
      """,
    completion: .file()
  )
  var files: [String]

  func validate() throws {
    if files.isEmpty { throw ValidationError("name a log file, or - for standard input") }
    if let year, !(1970...2199).contains(year) {
      throw ValidationError("--year \(year) is out of range: it must be 1970 to 2199")
    }
    for name in [timezone, logTimezone].compactMap({ $0 }) where ZoneRules(named: name) == nil {
      throw ValidationError(
        "'\(escapedText(name.utf8))' is no time zone: use a name such as Europe/Berlin, or UTC±HH:MM"
      )
    }
  }

  /// How to read the files; `threads`: by how many.
  func analysisOptions(threads: Int) -> LogAnalysis.Options {
    var options = LogAnalysis.Options(
      now: Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    )
    options.zone = timezone.flatMap { ZoneRules(named: $0) } ?? .system
    options.logZone = logTimezone.flatMap { ZoneRules(named: $0) } ?? options.zone
    options.year = year
    options.threads = threads
    return options
  }
}

/// Says on standard error what was passed over, and what got lost.
func printSummary(_ totals: IngestTotals, isVerbose: Bool) {
  if totals.usedLines == 0 {
    let reasons = totals.passedOver.sorted { $0.value > $1.value }
      .map { "\($0.value) × \($0.key.explanation)" }
    let detail = reasons.isEmpty ? "the log is empty" : reasons.joined(separator: "; ")
    StandardError.print(
      "submitwatch: no line about submissions in \(totals.lines) lines (\(detail))"
    )
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
      "submitwatch: \(undated) lines were passed over, as their date or time does not exist"
        + " (29 February: see --year)"
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
}
