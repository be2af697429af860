import ArgumentParser
import Foundation
import LogSources
import MailLog
import Reports

/// `submitwatch import`: older logs for the daemon.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Hands older logs to the daemon, which counts what it does not know yet.",
    discussion: """
      The files may be named in any order and overlap each other and what was counted already: \
      every message counts once. Files that belong together, as rotation made them, are best given \
      together. Either all of them are taken over, or nothing. Needs root, or the group \
      submitwatch-admin.
      """
  )

  @Option(
    help: "Zone of time stamps that name none: IANA name or UTC±HH:MM (default: the daemon's)."
  )
  var logTimezone: String?

  @Option(help: "Year of the first line, for time stamps without one (default: inferred).")
  var year: Int?

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
  }

  func run() throws {
    try Failure.translating {
      let inputs = try files.map { try LogInput.open(path: $0) }
      let bar = ProgressBar(total: inputs.reduce(0) { $0 + ($1.size ?? 0) })
      defer { bar.clear() }
      let group = UUID().uuidString.lowercased()
      var answer: [UInt8] = []
      var sent: Int64 = 0
      for (number, input) in inputs.enumerated() {
        var request = DaemonClient.Request(path: "/v1/import", headers: headers(of: input))
        request.headers.append(
          "Submitwatch-Import",
          "\(group); part=\(number + 1); parts=\(inputs.count)"
        )
        request.body = { [sent] limit in
          bar.show(sent + input.consumed)
          var bytes = [UInt8](repeating: 0, count: limit)
          let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
          bytes.removeLast(limit - count)
          return bytes
        }
        answer = try options.daemon.answer(to: request)
        sent += input.size ?? 0
      }
      bar.clear()
      try ImportSummary(answer).print(files: files.count)
    }
  }

  /// What the daemon cannot see in the lines.
  private func headers(of input: LogInput) -> [(name: String, value: String)] {
    // Escaped and without spaces a name is good for a header, RFC 9110, section 5.5.
    let name = input.name.utf8.map { byte in
      byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "%")
        ? String(Unicode.Scalar(byte))
        : "%" + String(Int(byte) + 0x100, radix: 16, uppercase: true).suffix(2)
    }.joined()
    var headers: [(name: String, value: String)] = [
      ("Content-Type", "application/octet-stream"), ("Accept", "application/json"),
      ("Submitwatch-File", name),
    ]
    headers.append("Submitwatch-Modified", input.modified.map { $0.nanoseconds / 1_000_000_000 })
    headers.append("Submitwatch-Log-Timezone", logTimezone)
    headers.append("Submitwatch-Year", year)
    return headers
  }
}

/// What the daemon tells about an import.
struct ImportSummary: Decodable {
  var lines: Int
  var submissions: Int
  var alreadyCovered: Int
  var errors: [String]?

  init(_ json: [UInt8]) throws {
    guard let summary = try? JSONDecoder().decode(Self.self, from: Data(json)) else {
      throw Failure(
        .failed,
        "the daemon's answer is not understood; are submitwatch and submitwatchd of one version?"
      )
    }
    self = summary
  }

  func print(files: Int) throws {
    let text = """
      \(files) \(files == 1 ? "file" : "files"), \(lines) lines: \(submissions) submissions \
      counted, \(alreadyCovered) known already

      """
    _ = try StandardOutput.write(Array(text.utf8))
    guard let first = errors?.first else { return }
    for error in errors?.dropFirst() ?? [] {
      StandardError.print("submitwatch: \(TerminalText.safe(error))")
    }
    throw Failure(.badData, TerminalText.safe(first))
  }
}
