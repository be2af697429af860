import ArgumentParser
import Counters
import Detection
import Foundation
import Ingest
import LogSources
import MailLog
import Platform
import Reports

/// `submitwatch analyze`: reports straight from log files.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Reports straight from log files: no daemon, nothing stored.",
    discussion: """
      Reads the files in the order of their time, whatever the order they are named in, and counts \
      every message of a log once, when the server accepts it; two copies of a log count twice. \
      Formats, also mixed in one file: syslog (RFC 3164, RFC 3339, RFC 5424), journalctl -o export \
      and -o json, Docker's json-file, CRI, multilog.
      """
  )

  @Option(help: ArgumentHelp("The report.", valueName: "view"))
  var view: View = .report(.insight)

  @OptionGroup var report: ReportOptions<AllGroupings>
  @OptionGroup var logs: LogOptions

  @Option(
    help: ArgumentHelp(
      "The version that cutoff supposes the server to require (default: 1.2).",
      valueName: "version"
    )
  )
  var minimum: TLSVersion?

  @Option(help: ArgumentHelp("For idle: so many days without a message.", valueName: "N"))
  var idleDays = 60

  @Flag(help: "Say on standard error what was read and what was passed over, and why.")
  var summary = false

  func validate() throws {
    try checkRange("--idle-days", idleDays, CivilDate.periodLengths)
  }

  func run() throws {
    try Failure.translating {
      let paths = logs.files
      let bar = ProgressBar(total: Self.size(of: paths))
      let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
      var options = logs.analysisOptions(threads: threads)
      options.parts = view.parts
      if view.showsAlerts { options.rules.detection = DetectionSettings() }
      let result = try LogAnalysis(paths: paths, options: options) { bar.show($0) }.run()
      bar.clear()
      printSummary(result.totals, isVerbose: summary)
      warnOfFuture(result.totals.latest, options)
      switch view {
      case .report(let view):
        let counters = result.counters.snapshot
        do {
          try print(view, counters, result.alerts, result.totals, options)
        } catch let error as ReportError {
          throw Failure(error, of: view)
        }
      case .alerts: try print(result.alerts, result.totals, options)
      }
      if let first = result.damaged.first {
        for error in result.damaged.dropFirst() { StandardError.print("submitwatch: \(error)") }
        throw Failure(first)
      }
    }
  }

  private func warnOfFuture(_ latest: Timestamp?, _ options: LogAnalysis.Options) {
    guard let latest, latest.since(options.now) > LogImport.InFuture.tolerance else { return }
    let offset = Int16(options.rules.zone.offset(at: latest.seconds) / 60)
    StandardError.print(
      "submitwatch: there are lines later than now, up to \(latest.text(offsetMinutes: offset)): "
        + "name the zone of time stamps without one with --log-timezone; where logs without years "
        + "were joined, join them from the oldest on"
    )
  }

  private var presentation: Presentation {
    var presentation = Presentation(
      width: StandardOutput.width,
      style: report.style,
      origin: .files
    )
    presentation.repeatOptions([
      "start": report.period.start?.text, "end": report.period.end?.text,
      "days": report.period.days.map(String.init), "domain": report.domain,
      "timezone": logs.timezone, "log-timezone": logs.logTimezone,
      "year": logs.year.map(String.init),
    ])
    return presentation
  }

  /// The alerts that began in the period.
  private func print(
    _ alerts: [Alert],
    _ totals: IngestTotals,
    _ options: LogAnalysis.Options
  ) throws {
    try report.refuseForAlerts()
    var calendar = LocalDays(zone: options.rules.zone)
    let last = calendar.day(of: totals.latest ?? options.now)
    let query = try report.query(.volume, in: last...last, zone: options.rules.zone)
    let text = AlertsReport(alerts, query).render(
      as: report.format,
      limit: report.limit,
      presentation
    )
    _ = try StandardOutput.write(text)
  }

  private func print(
    _ view: ReportView,
    _ counters: CounterSnapshot,
    _ alerts: [Alert],
    _ totals: IngestTotals,
    _ options: LogAnalysis.Options
  ) throws {
    var calendar = LocalDays(zone: options.rules.zone)
    let last = calendar.day(of: totals.latest ?? options.now)
    let first = counters.days.first ?? last
    var query = try report.query(view, in: min(first, last)...last, zone: options.rules.zone)
    query.minimum = minimum ?? ReportQuery.defaultMinimum
    query.idleDays = idleDays
    query.isPaged = true
    var answer = try Output.report(view, from: counters, query)
    if var insight = answer as? InsightReport {
      insight.show(alerts.map { KeptAlert($0, fired: 0) })
      answer = insight
    }
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

extension AnalyzeCommand {
  /// What can be shown of log files.
  enum View: ExpressibleByArgument, CustomStringConvertible {
    case report(ReportView)
    case alerts

    init?(argument: String) {
      if argument == "alerts" {
        self = .alerts
      } else if let view = ReportView(rawValue: argument) {
        self = .report(view)
      } else {
        return nil
      }
    }

    /// What is counted for it beside the messages of each day.
    var parts: CounterParts {
      switch self {
      case .report(let view): view.parts
      case .alerts: []
      }
    }

    var showsAlerts: Bool {
      switch self {
      case .report(let view): view == .insight
      case .alerts: true
      }
    }

    var description: String {
      switch self {
      case .report(let view): view.rawValue
      case .alerts: "alerts"
      }
    }

    static var allValueStrings: [String] { ReportView.allCases.map(\.rawValue) + ["alerts"] }
  }
}

extension ReportView: ExpressibleByArgument {}
