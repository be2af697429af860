import ArgumentParser

/// Counts instructions instead of time: slow, but the same on each run.
struct InstructionsCommand: ParsableCommand {
  private static let days = 90

  static let configuration = CommandConfiguration(
    commandName: "instructions",
    abstract: "Counts the instructions that a line takes, with valgrind.",
    discussion: """
      Runs the bare loop and 'submitwatch analyze' under 'valgrind --tool=callgrind', over a log \
      and over its first eighth. The difference of the two, divided by the lines in between, \
      leaves out what a program needs to start.
      """
  )

  @Option(help: "The program to measure.", completion: .file())
  var program = ".build/release/submitwatch"

  @Option(help: "The size of the log, in millions of bytes.")
  var megabytes = 8

  func validate() throws {
    guard (1...1000).contains(megabytes) else {
      throw ValidationError("--megabytes \(megabytes): must be 1 to 1000.")
    }
  }

  func run() throws {
    let folder = try TemporaryFolder()
    let output = folder.file(.output)
    let log = folder.file(.log)
    try Workload.makeLog(at: log, megabytes: megabytes, days: Self.days, output: output)
    let beginning = folder.file(.beginning)
    try SystemFile.write(try Self.firstEighth(of: log), to: beginning)
    let whole = Workload(program: program, log: log, days: Self.days)
    let part = Workload(program: program, log: beginning, days: Self.days)
    let lineCount =
      try NewlinesCommand.newlineCount(of: log) - NewlinesCommand.newlineCount(of: beginning)
    let loop =
      try Callgrind.instructions(of: whole.bareLoop(), folder)
      - Callgrind.instructions(of: part.bareLoop(), folder)
    let analysis =
      try Callgrind.instructions(of: whole.analysis, folder)
      - Callgrind.instructions(of: part.analysis, folder)
    let loopPerLine = Double(loop) / Double(lineCount)
    let analysisPerLine = Double(analysis) / Double(lineCount)
    print("Lines:                        \(lineCount)")
    print("Instructions per line:")
    print("  bare loop                 \(loopPerLine.text(1).padded(9))")
    print("  submitwatch analyze       \(analysisPerLine.text(1).padded(9))")
    print("Ratio:                      \((analysisPerLine / loopPerLine).text(2).padded(9))")
  }

  /// The lines that begin in the first eighth of a file.
  private static func firstEighth(of path: String) throws(BenchError) -> [UInt8] {
    let bytes = try SystemFile.contents(of: path)
    let newline = bytes[(bytes.count / 8)...].firstIndex(of: UInt8(ascii: "\n"))
    return Array(bytes[...(newline ?? bytes.count - 1)])
  }
}
