import ArgumentParser

/// Compares `submitwatch analyze` with the bare loop, and its figures with the truth.
struct AnalyzeCommand: ParsableCommand {
  private static let days = 90

  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Compares 'submitwatch analyze' with the bare loop, and its figures with the truth.",
    discussion: """
      Runs both in turn over the same log, first on one core (CPU time is compared), then on two \
      (wall clock). Ratios are formed pair by pair; their median counts. Memory is the peak of all \
      runs, less what the counters need. \
      Exit code 1: the figures differ from the truth; with --check-bounds also: a bound does not \
      hold.
      """
  )

  @Option(help: "The program to measure.", completion: .file())
  var program = ".build/release/submitwatch"

  @Option(help: "How often each is run, after a warm-up.")
  var runs = 5

  @Option(help: "The size of a log that is generated, in millions of bytes.")
  var megabytes = 1100

  @Option(
    help: ArgumentHelp(
      "The log: used again if it exists with its truth, else generated and kept.",
      discussion: "By default a temporary one in TMPDIR."
    ),
    completion: .file()
  )
  var log: String?

  @Option(help: "Also write the report to this file, as JSON.", completion: .file())
  var json: String?

  @Flag(help: "Fail if the program is slower or larger than it may be.")
  var checkBounds = false

  func validate() throws {
    guard (1...1000).contains(runs) else {
      throw ValidationError("--runs \(runs): must be 1 to 1000.")
    }
    guard (1...1_000_000).contains(megabytes) else {
      throw ValidationError("--megabytes \(megabytes): must be 1 to 1000000.")
    }
  }

  func run() throws {
    let report = try measure()
    print(report.table)
    if let json {
      try SystemFile.write(Array(report.json.utf8), to: json)
    }
    if report.difference != nil { throw ExitCode(1) }
    if checkBounds, !report.bounds.allSatisfy(\.holds) { throw ExitCode(1) }
  }

  private func measure() throws(BenchError) -> SpeedReport {
    let allowed = try CoreSet.allowed()
    let oneCore = try allowed.first(1)
    let twoCores = try allowed.first(2)
    let folder = try TemporaryFolder()
    let output = folder.file(.output)
    let path = log ?? folder.file(.log)
    if !SystemFile.exists(path) {
      try Workload.makeLog(at: path, megabytes: megabytes, days: Self.days, output: output)
    }
    guard SystemFile.exists(TruthTable.path(for: path)) else {
      throw BenchError(code: .truthMissing, subject: path)
    }
    let workload = Workload(program: program, log: path, days: Self.days)
    let byteCount = try SystemFile.byteCount(of: path)
    _ = try workload.analysis.run(output: output)
    _ = try workload.bareLoop().run(output: output)
    let lineCount = try Workload.lineCount(printedTo: output)
    let narrow = try oneCore.run(insteadOf: allowed) { () throws(BenchError) in
      try pairs(workload, output: output)
    }
    let wide = try twoCores.run(insteadOf: allowed) { () throws(BenchError) in
      try pairs(workload, output: output)
    }
    // What the truth needs in memory comes last: programs started later would seem larger.
    let counters = try CounterEstimate(truth: TruthTable.path(for: path))
    let usages = narrow.runs.program + wide.runs.program
    return SpeedReport(
      lineCount: lineCount,
      byteCount: byteCount,
      runCount: runs,
      processor: narrow.runs.ratio(\.processorSeconds),
      wall: wide.runs.ratio(\.wallSeconds),
      loopNanoseconds: Self.nanoseconds(narrow.runs.loop, lineCount),
      programNanoseconds: Self.nanoseconds(narrow.runs.program, lineCount),
      peakResidentBytes: usages.map(\.peakResidentBytes).max() ?? 0,
      counters: counters,
      difference: narrow.difference ?? wide.difference
    )
  }

  /// Runs both in turn, and compares the figures of each run with the truth.
  private func pairs(
    _ workload: Workload,
    output: String
  ) throws(BenchError) -> (runs: PairedRuns, difference: Difference?) {
    var pairs = PairedRuns()
    var difference: Difference?
    for _ in 0..<runs {
      let loop = try workload.bareLoop().run(output: output)
      let program = try workload.analysis.run(output: output)
      pairs.add(loop: loop, program: program)
      if difference == nil {
        let truth = TruthTable.path(for: workload.log)
        difference = try .first(expected: truth, found: output)
      }
    }
    return (pairs, difference)
  }

  private static func nanoseconds(_ usages: [ChildProcess.Usage], _ lineCount: Int) -> Double {
    Spread(usages.map { $0.processorSeconds * 1e9 / Double(max(1, lineCount)) }).median
  }
}
