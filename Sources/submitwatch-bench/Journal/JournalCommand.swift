import ArgumentParser

/// Compares the daemon's way of reading a journal with a bare loop.
struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Compares the reading of a journal with a bare loop of libsystemd.",
    discussion: """
      Both read the mail entries of a journal that is made up, one entry of another program to each \
      four of them. The bare loop has the same match, enumerates the fields of each entry and reads \
      its time, and does nothing with them. Both run in turn, on one core; CPU time is compared, \
      pair by pair, and the median of the ratios counts.
      """
  )

  @Option(help: "How often each is run, after a warm-up.")
  var runs = 5

  @Option(help: "The size of the log that the entries are made of, in millions of bytes.")
  var megabytes = 30

  @OptionGroup var options: ReportOptions

  func validate() throws {
    guard (1...1000).contains(runs), (1...1000).contains(megabytes) else {
      throw ValidationError("--runs and --megabytes must be 1 to 1000.")
    }
  }

  func run() throws {
    let folder = try TemporaryFolder()
    let output = folder.file(.output)
    let count = try JournalFile.make(in: folder, megabytes: megabytes)
    let loop = try ChildProcess.own(["read-journal", "--bare", folder.path])
    let source = try ChildProcess.own(["read-journal", folder.path])
    for child in [loop, try .own(source.arguments + ["--count"])] {
      _ = try child.run(output: output)
      let found = try Workload.lineCount(printedTo: output)
      guard found == count else {
        throw BenchError(code: .countWrong(expected: count, found: found), subject: folder.path)
      }
    }
    let allowed = try CoreSet.allowed()
    let pairs = try allowed.first(1).run(insteadOf: allowed) { () throws(BenchError) in
      var pairs = PairedRuns()
      for _ in 0..<runs {
        let bare = try loop.run(output: output)
        pairs.add(loop: bare, program: try source.run(output: output))
      }
      return pairs
    }
    var report = FigureReport()
    let ratio = pairs.ratio(\.processorSeconds)
    let entry = { (usages: [ChildProcess.Usage]) in
      Spread(usages.map { $0.processorSeconds * 1e9 / Double(count) }).median
    }
    report.add("journal read / bare loop, CPU time", ratio.median, "", limit: 1.3)
    report.add("CPU time of an entry", entry(pairs.program), "ns")
    report.add("CPU time of an entry in the bare loop", entry(pairs.loop), "ns")
    try report.finish(options)
  }
}
