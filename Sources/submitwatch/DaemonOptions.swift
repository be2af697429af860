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
    // unix(7): sun_path has room for 108 bytes, the last of them 0.
    if path.utf8.count > 107 {
      throw ValidationError("the path of the socket is longer than 107 bytes")
    }
  }

  var daemon: DaemonSocket { DaemonSocket(path: path) }

  private var path: String {
    let named = ProcessInfo.processInfo.environment["SUBMITWATCH_SOCKET"] ?? ""
    return socket ?? (named.isEmpty ? DaemonSocket.defaultPath : named)
  }
}

/// The options of the reports that the daemon makes.
struct LiveReportOptions: ParsableArguments {
  @OptionGroup var report: ReportOptions

  @Option(help: "The daemon's zone, which its days are of: any other is refused.")
  var timezone: String?

  @OptionGroup var options: DaemonOptions

  /// Asks for a report and prints it.
  func print(_ path: String, _ more: [(name: String, value: String)] = []) throws {
    var query = more
    query.append("start", report.start?.text)
    query.append("end", report.end?.text)
    query.append("days", report.days)
    query.append("domain", report.domain)
    query.append("by", report.by?.rawValue)
    if report.perDay { query.append("per-day", "true") }
    query.append("sort", report.sort)
    query.append("limit", report.limit)
    query.append("timezone", timezone)
    try options.daemon.print(path, query, as: report.format, style: report.style)
  }
}

extension [(name: String, value: String)] {
  /// Appends a parameter if it has a value.
  mutating func append(_ name: String, _ value: (some CustomStringConvertible)?) {
    if let value { append((name, value.description)) }
  }
}
