import ArgumentParser

/// Compares `submitwatch analyze` with the bare loop, over a genuine log of each mail server.
struct DialectsCommand: ParsableCommand {
  /// One recorded log: a new dialect adds its line.
  private struct Recording {
    let name: String
    let path: String
    /// What is made of its bytes.
    var form: ([UInt8]) -> [UInt8] = { $0 }
  }

  private static var recordings: [Recording] {
    [
      Recording(name: "postfix, syslog", path: "postfix/3.7.11-dovecot-sasl/mail.log.xz"),
      Recording(name: "exim, main log", path: "exim/4.96-default/mainlog.xz"),
      Recording(name: "exim, syslog", path: "exim/4.96-default/mail.log.xz"),
      Recording(name: "sendmail, syslog", path: "sendmail/8.17.1-loglevel-9/mail.log.xz"),
      Recording(name: "opensmtpd, syslog", path: "opensmtpd/7.6.0-debian13/mail.log.xz"),
      Recording(name: "dovecot, syslog", path: "dovecot/2.3.19.1-default/mail.log.xz"),
      Recording(
        name: "dovecot, own file",
        path: "dovecot/2.3.19.1-default/mail.log.xz",
        form: RecordedLog.dovecotFile
      ),
      Recording(name: "courier, syslog", path: "courier/1.0.16-default/mail.log.xz"),
      Recording(name: "qpsmtpd, syslog", path: "qpsmtpd/0.94-default/mail.log.xz"),
      Recording(name: "qpsmtpd, own file", path: "qpsmtpd/0.94-default/qpsmtpd.log.gz"),
    ]
  }
  private static let limit = 3.5

  static let configuration = CommandConfiguration(
    commandName: "dialects",
    abstract: "Compares 'submitwatch analyze' with the bare loop, for each mail server.",
    discussion: """
      The logs are recorded ones, repeated until they have the size, each copy with its stamps \
      later than the one before: so large that the programs' start counts little. Both programs \
      run in turn on one core; the median of the ratios of their CPU times counts. \
      With --check-bounds the exit code is 1 if one is above 3.5.
      """
  )

  @Option(help: "The program to measure.", completion: .file())
  var program = ".build/release/submitwatch"

  @Option(help: "The folder of the recorded logs.", completion: .directory)
  var fixtures = "Tests/DialectsTests/Fixtures"

  @Option(help: "How often each is run, after a warm-up.")
  var runs = 5

  @Option(help: "The size of each log, in millions of bytes.")
  var megabytes = 1000

  @Option(help: "Only the logs whose name holds this text.")
  var only: String?

  @Flag(help: "Fail if a ratio is above its bound.")
  var checkBounds = false

  func validate() throws {
    guard (1...1000).contains(runs) else {
      throw ValidationError("--runs \(runs): must be 1 to 1000.")
    }
    guard (1...100_000).contains(megabytes) else {
      throw ValidationError("--megabytes \(megabytes): must be 1 to 100000.")
    }
  }

  func run() throws {
    let allowed = try CoreSet.allowed()
    let folder = try TemporaryFolder()
    var holds = true
    print("".padded(20) + ["ratio", "min", "max", "bound"].map { $0.padded(9) }.joined())
    for recording in Self.recordings where only.map({ recording.name.contains($0) }) ?? true {
      try multiply(recording, folder)
      let workload = Workload(program: program, log: folder.file(.log), days: 90)
      let ratio = try allowed.first(1).run(insteadOf: allowed) { () throws(BenchError) in
        try pairs(workload, output: folder.file(.output)).ratio(\.processorSeconds)
      }
      holds = holds && ratio.median <= Self.limit
      let figures = [ratio.median, ratio.minimum, ratio.maximum, Self.limit]
      print(
        recording.name.padded(20, atEnd: true) + figures.map { $0.text(2).padded(9) }.joined()
          + (ratio.median <= Self.limit ? "  ok" : "  EXCEEDED")
      )
    }
    if checkBounds, !holds { throw ExitCode(1) }
  }

  /// Unpacks a recorded log and repeats it.
  private func multiply(
    _ recording: Recording,
    _ folder: borrowing TemporaryFolder
  ) throws(BenchError) {
    let path = "\(fixtures)/\(recording.path)"
    let unpacked = folder.file(.beginning)
    let unpacking = path.hasSuffix(".xz") ? "xz" : "gzip"
    _ = try ChildProcess(program: unpacking, arguments: ["-dc", path]).run(output: unpacked)
    let log = RecordedLog(recording.form(try SystemFile.contents(of: unpacked)))
    try SystemFile.write(log.repeated(to: megabytes * 1_000_000), to: folder.file(.log))
  }

  private func pairs(_ workload: Workload, output: String) throws(BenchError) -> PairedRuns {
    _ = try workload.bareLoop().run(output: output)
    _ = try workload.analysis.run(output: output)
    var pairs = PairedRuns()
    for _ in 0..<runs {
      let loop = try workload.bareLoop().run(output: output)
      pairs.add(loop: loop, program: try workload.analysis.run(output: output))
    }
    return pairs
  }
}
