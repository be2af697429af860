import ArgumentParser
import Ingest
import MailLog
import Platform
import Settings

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
    try checkRange("--year", year, StampResolver.years)
    try checkZone(timezone)
    try checkZone(logTimezone)
  }

  /// How to read the files; `threads`: by how many.
  func analysisOptions(threads: Int) -> LogAnalysis.Options {
    var options = LogAnalysis.Options(now: .now)
    options.rules.zone = timezone.flatMap { ZoneRules(named: $0) } ?? .system
    options.logZone = logTimezone.flatMap { ZoneRules(named: $0) } ?? options.rules.zone
    options.year = year
    options.threads = threads
    return options
  }
}
