import ArgumentParser
import Dialects
import LogSources
import MailLog
import Platform

/// `submitwatch import`: older logs for the daemon.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Hands older logs to the daemon, which counts what it does not know yet.",
    discussion: """
      The files may be named in any order and overlap each other and what was counted already: \
      every message counts once. They are sent one after the other, in the order in which they were \
      written. Of a file that cannot be read to its end nothing is counted; a file that has lines, \
      but none about submissions, is told. Needs root, or the group submitwatch-admin.
      """
  )

  @Option(
    help: "Zone of time stamps that name none: IANA name or UTC±HH:MM (default: the daemon's)."
  )
  var logTimezone: String?

  @Option(help: "Year of each file's first line, for stamps without one (default: inferred).")
  var year: Int?

  @Option(
    help: """
      Host of lines that name none, as in Exim's own logs (default: the daemon's). Name it for the \
      log of another host, or its messages are taken for those of this one.
      """
  )
  var host: String?

  @OptionGroup var options: DaemonOptions

  @Argument(
    help: "Log files, plain or compressed (gzip, bzip2, xz, zstd); - is standard input.",
    completion: .file()
  )
  var files: [String]

  func validate() throws {
    if files.isEmpty { throw ValidationError("name a log file, or - for standard input") }
    if files.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("standard input can be read only once")
    }
    try checkRange("--year", year, StampResolver.years)
    try checkZone(logTimezone)
    if let host, !HostKey.isName(host) {
      throw ValidationError(
        "'\(escapedText(host.utf8))' is no host's name: use letters, digits and . - _ :"
      )
    }
  }

  func run() throws {
    try Failure.translating {
      // Rotated logs in the order in which they were written; standard input ends now.
      let inputs = try RejectLogs.leftOut(of: files).map { try LogInput.open(path: $0) }
        .sorted { ($0.modified?.nanoseconds ?? .max) < ($1.modified?.nanoseconds ?? .max) }
      let bar = ProgressBar(total: inputs.reduce(0) { $0 + ($1.size ?? 0) })
      defer { bar.clear() }
      var summary = ImportSummary()
      var (isUseful, isUseless) = (false, false)
      var sent: Int64 = 0
      for (number, input) in inputs.enumerated() {
        do {
          let part = try send(input) { [sent] in bar.show(sent + input.consumed) }
          summary += part
          isUseful = isUseful || part.isUseful
          if part.isUseless {
            isUseless = true
            bar.clear()
            part.warn(of: input.name)
          }
        } catch {
          bar.clear()
          if number > 0 { try summary.print(files: number) }
          throw error
        }
        sent += input.size ?? 0
      }
      bar.clear()
      try summary.print(files: inputs.count)
      guard isUseful || !isUseless else {
        throw Failure(.badData, "nothing was imported: name the log of a mail server")
      }
    }
  }

  private func send(_ input: LogInput, show: @escaping () -> Void) throws -> ImportSummary {
    var request = request(for: input)
    request.body = { limit in
      show()
      var bytes = [UInt8](repeating: 0, count: limit)
      let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
      bytes.removeLast(limit - count)
      return bytes
    }
    do {
      return try options.daemon.answer(to: request, as: ImportSummary.self)
    } catch let error as LogSourceError where error.isDamage {
      throw Failure(
        Failure.status(of: error),
        "\(error.problem); nothing of it is counted, get a complete copy"
      )
    }
  }

  /// The request without its body: what the daemon cannot see in the lines.
  private func request(for input: LogInput) -> DaemonClient.Request {
    // The daemon answers when it has counted all of it, which takes what it takes.
    var request = DaemonClient.Request(path: "/v1/import", patience: 0)
    request.query.append("name", escapedText(input.name.utf8))
    request.query.append("modified", input.modified?.seconds)
    request.query.append("log-timezone", logTimezone)
    request.query.append("year", year)
    request.query.append("host", host)
    request.headers = [
      ("Content-Type", "application/octet-stream"), ("Accept", "application/json"),
    ]
    return request
  }
}

/// What the daemon tells about an import.
struct ImportSummary: Decodable {
  var lines = 0
  var submissions = 0
  var alreadyCounted = 0
  var tooOld = 0
  /// Lines that told something of a submission; nil: the daemon does not say.
  var used: Int?
  var passedOver: [String: Int]?

  /// Whether there was anything about submissions, as far as is known.
  var isUseful: Bool { used != 0 }

  /// Whether it has lines, and none about submissions; a log that is empty is none the worse for it.
  var isUseless: Bool { !isUseful && lines > 0 }

  /// Says on standard error that a file was of no use, and why.
  func warn(of name: String) {
    let reasons = PassedOver.allCases.compactMap { reason in
      passedOver?[reason.label].map { (reason, $0) }
    }
    let why = uselessness(of: lines, Dictionary(uniqueKeysWithValues: reasons))
    StandardError.print("submitwatch: '\(escapedText(name.utf8))': \(why)")
  }

  static func += (left: inout Self, right: Self) {
    left.lines += right.lines
    left.submissions += right.submissions
    left.alreadyCounted += right.alreadyCounted
    left.tooOld += right.tooOld
  }

  func print(files: Int) throws {
    let text = """
      \(files) \(files == 1 ? "file" : "files"), \(lines) lines: \(submissions) submissions \
      counted, \(alreadyCounted) known already\(tooOld > 0 ? ", \(tooOld) too old to be kept" : "")

      """
    _ = try StandardOutput.write(Array(text.utf8))
  }
}
