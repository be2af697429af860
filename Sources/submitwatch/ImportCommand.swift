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
      every message counts once. Files that are named together count as one log: sessions may go \
      on from one to the next, and a Dovecot and the Postfix behind it may have a file each. If \
      one of them cannot be read to its end nothing is counted; a file that has lines, but none \
      about submissions, is told. Needs root, or the group submitwatch-admin.
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
      // Standard input ends now.
      let inputs = try RejectLogs.leftOut(of: files).map { try LogInput.open(asOnDisk: $0) }
      let bar = ProgressBar(total: inputs.reduce(0) { $0 + ($1.size ?? 0) })
      defer { bar.clear() }
      let summary = try send(inputs, bar)
      bar.clear()
      try summary.print(files: inputs.count)
      try summary.checkUse()
    }
  }

  private func send(_ inputs: [LogInput], _ bar: ProgressBar) throws -> ImportSummary {
    var upload = ImportUpload(inputs)
    var request = request
    request.body = { limit in
      bar.show(upload.sent)
      let part = try upload.next(limit)
      if part.isEmpty { bar.show("all is sent; the daemon counts") }
      return part
    }
    do {
      return try options.daemon.answer(to: request, as: ImportSummary.self)
    } catch let error as LogSourceError {
      throw Failure(Failure.status(of: error), error.refusal)
    }
  }

  /// The request without its body.
  private var request: DaemonClient.Request {
    // The daemon answers when it has counted all of it, which takes what it takes.
    var request = DaemonClient.Request(path: "/v1/import", patience: 0)
    request.query.append("files", "true")
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
  struct File: Decodable {
    var name: String
    var lines: Int
    /// Lines that told something of a submission.
    var used: Int
    var passedOver: [String: Int]

    /// Whether it has lines, and none about submissions; a log that is empty is none the worse for
    /// it.
    var isUseless: Bool { used == 0 && lines > 0 }

    /// Says on standard error that it was of no use, and why.
    func warn() {
      let reasons = PassedOver.allCases.compactMap { reason in
        passedOver[reason.label].map { (reason, $0) }
      }
      let why = uselessness(of: lines, Dictionary(uniqueKeysWithValues: reasons))
      StandardError.print("submitwatch: '\(escapedText(name.utf8))': \(why)")
    }
  }

  var lines: Int
  var submissions: Int
  var alreadyCounted: Int
  var tooOld: Int
  var files: [File]

  func print(files: Int) throws {
    let text = """
      \(files) \(files == 1 ? "file" : "files"), \(lines) lines: \(submissions) submissions \
      counted, \(alreadyCounted) known already\(tooOld > 0 ? ", \(tooOld) too old to be kept" : "")

      """
    _ = try StandardOutput.write(Array(text.utf8))
  }

  /// Tells of the files that are of no use, and fails if there are no others with lines.
  func checkUse() throws(Failure) {
    let useless = files.filter(\.isUseless)
    for file in useless { file.warn() }
    guard useless.isEmpty || files.contains(where: { $0.used > 0 }) else {
      throw Failure(.badData, "nothing was imported: name the log of a mail server")
    }
  }
}
