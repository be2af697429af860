import ArgumentParser
import Counters
import Foundation
import Ingest
import LogSources
import MailLog
import Reports

/// `submitwatch analyze`: reports straight from log files.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Reports straight from log files: no daemon, nothing stored.",
    discussion: """
      Reads the files in the order of their time, whatever the order they are named in, and counts \
      every message once, when the server accepts it. Formats, also mixed in one file: syslog \
      (RFC 3164, RFC 3339, RFC 5424), journalctl -o export and -o json, Docker's json-file, CRI.
      """
  )

  @Option(help: ArgumentHelp("The report.", valueName: "view"))
  var view: ReportView = .insight

  @OptionGroup var report: ReportOptions
  @OptionGroup var logs: LogOptions

  @Option(
    help: ArgumentHelp(
      "The version that cutoff supposes the server to require.",
      valueName: "version"
    )
  )
  var minimum: TLSVersion = .tls12

  @Option(help: ArgumentHelp("For idle: so many days without a message.", valueName: "N"))
  var idleDays = 60

  @Flag(help: "Say on standard error what was read and what was passed over, and why.")
  var summary = false

  func run() throws {
    try Failure.translating {
      let paths = logs.files
      let bar = ProgressBar(total: Self.size(of: paths))
      let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
      let options = logs.analysisOptions(threads: threads)
      let result = try LogAnalysis(paths: paths, options: options) { bar.show($0) }.run()
      bar.clear()
      printSummary(result.totals, isVerbose: summary)
      try print(result.counters.snapshot, result.totals, options)
      if let first = result.damaged.first {
        for error in result.damaged.dropFirst() { StandardError.print("submitwatch: \(error)") }
        throw Failure(first)
      }
    }
  }

  private func print(
    _ counters: CounterSnapshot,
    _ totals: IngestTotals,
    _ options: LogAnalysis.Options
  ) throws {
    var calendar = MailLog.Calendar(zone: options.zone)
    let last = calendar.day(of: totals.latest ?? options.now)
    let first = counters.days.first ?? last
    var query = try report.query(view, in: min(first, last)...last, zone: options.zone)
    query.minimum = minimum
    query.idleDays = idleDays
    let answer = try Output.report(view, from: counters, query)
    let presentation = Presentation(
      width: StandardOutput.width,
      style: report.style,
      origin: .files
    )
    var failure: (any Error)?
    try Output.write(answer, as: report.format, presentation) { bytes in
      do {
        return try StandardOutput.write(bytes)
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
  }

  private static func size(of paths: [String]) -> Int64 {
    paths.reduce(0) { sum, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
    }
  }
}

extension ReportView: ExpressibleByArgument {}
