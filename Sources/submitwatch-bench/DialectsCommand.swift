import ArgumentParser

/// Compares `submitwatch analyze` with the bare loop, over a genuine log of each mail server.
struct DialectsCommand: ParsableCommand {
  /// One log: a new dialect adds its line.
  private static let logs = [
    ("postfix, syslog", "postfix/3.7.11-dovecot-sasl/mail.log.xz"),
    ("exim, main log", "exim/4.96-default/mainlog.xz"),
    ("exim, syslog", "exim/4.96-default/mail.log.xz"),
  ]
  private static let limit = 3.5

  static let configuration = CommandConfiguration(
    commandName: "dialects",
    abstract: "Compares 'submitwatch analyze' with the bare loop, for each mail server.",
    discussion: """
      The logs are recorded ones, written one behind the other until they have the size. Both \
      programs run in turn on one core; the median of the ratios of their CPU times counts. \
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
  var megabytes = 200

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
    for (name, log) in Self.logs where only.map({ name.contains($0) }) ?? true {
      try multiply("\(fixtures)/\(log)", folder)
      let workload = Workload(program: program, log: folder.file(.log), days: 1)
      let ratio = try allowed.first(1).run(insteadOf: allowed) { () throws(BenchError) in
        try pairs(workload, output: folder.file(.output)).ratio(\.processorSeconds)
      }
      holds = holds && ratio.median <= Self.limit
      let figures = [ratio.median, ratio.minimum, ratio.maximum, Self.limit]
      print(
        name.padded(20, atEnd: true) + figures.map { $0.text(2).padded(9) }.joined()
          + (ratio.median <= Self.limit ? "  ok" : "  EXCEEDED")
      )
    }
    if checkBounds, !holds { throw ExitCode(1) }
  }

  /// Unpacks a recorded log and repeats it.
  private func multiply(_ path: String, _ folder: borrowing TemporaryFolder) throws(BenchError) {
    let unpacked = folder.file(.beginning)
    _ = try ChildProcess(program: "xz", arguments: ["-dc", path]).run(output: unpacked)
    let content = try SystemFile.contents(of: unpacked)
    var log: [UInt8] = []
    log.reserveCapacity(megabytes * 1_000_000 + content.count)
    while log.count < megabytes * 1_000_000 { log += content }
    try SystemFile.write(log, to: folder.file(.log))
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
