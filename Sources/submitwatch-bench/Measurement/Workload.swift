/// The two programs that are compared, over one log.
struct Workload {
  let program: String
  let log: String
  let days: Int

  /// The command that the truth belongs to.
  var analysis: ChildProcess {
    ChildProcess(
      program: program,
      arguments: [
        "analyze", "--view", "tls", "--per-day", "--days", String(days), "--format", "csv",
        "--timezone", "UTC", "--log-timezone", "UTC", log,
      ]
    )
  }

  func bareLoop() throws(BenchError) -> ChildProcess {
    try .own(["newlines", log])
  }

  /// The number that the bare loop has printed.
  static func lineCount(printedTo path: String) throws(BenchError) -> Int {
    let text = String(decoding: try SystemFile.contents(of: path), as: UTF8.self)
    guard let line = text.split(separator: "\n").first, let count = Int(line) else {
      throw BenchError(code: .outputUnreadable, subject: path)
    }
    return count
  }

  /// Makes a log in a process of its own, whose memory does not count with what is measured.
  static func makeLog(
    at path: String,
    megabytes: Int,
    days: Int,
    output: String
  ) throws(BenchError) {
    let arguments = ["--megabytes", String(megabytes), "--days", String(days), path]
    _ = try ChildProcess.own(["generate"] + arguments).run(output: output)
  }
}
