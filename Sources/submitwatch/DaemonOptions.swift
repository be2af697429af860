import ArgumentParser
import Foundation
import MailLog
import Reports

/// Which daemon to ask, and how to print what it answers.
struct DaemonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (default: SUBMITWATCH_SOCKET, or \(DaemonSocket.defaultPath)).",
      valueName: "path"
    ),
    completion: .file()
  )
  var socket: String?

  func validate() throws {
    if path.utf8.count > SocketPath.longest {
      throw ValidationError("the path of the socket is longer than \(SocketPath.longest) bytes")
    }
  }

  var daemon: DaemonSocket { DaemonSocket(path: path) }

  private var path: String {
    let named = ProcessInfo.processInfo.environment["SUBMITWATCH_SOCKET"] ?? ""
    return socket ?? (named.isEmpty ? DaemonSocket.defaultPath : named)
  }
}

/// Which daemon to ask about its days, and how to print what it answers.
struct LiveOptions: ParsableArguments {
  @Option(help: "The daemon's zone, which its days are of: any other is refused.")
  var timezone: String?

  @OptionGroup var options: DaemonOptions

  /// Asks for what has days, and prints it.
  func print(
    _ path: String,
    _ query: [(name: String, value: String)],
    as format: OutputFormat
  ) throws {
    var query = query
    query.append("timezone", timezone)
    try options.daemon.print(path, query, as: format, style: .ofStandardOutput)
  }
}

/// The options of the reports that the daemon makes.
struct LiveReportOptions<Choice: GroupingChoice>: ParsableArguments {
  @OptionGroup var report: ReportOptions<Choice>
  @OptionGroup var live: LiveOptions

  /// Asks for a report and prints it.
  func print(_ path: String, _ more: [(name: String, value: String)] = []) throws {
    var query = more
    report.period.append(to: &query)
    query.append("by", report.by?.value.rawValue)
    if report.perDay { query.append("per-day", "true") }
    report.rows.append(to: &query)
    try live.print(path, query, as: report.format)
  }
}

extension [(name: String, value: String)] {
  /// Appends a parameter if it has a value.
  mutating func append(_ name: String, _ value: (some CustomStringConvertible)?) {
    if let value { append((name, value.description)) }
  }
}
