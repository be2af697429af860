import ArgumentParser

/// The program's entry.
@main
struct SubmitwatchBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submitwatch-bench",
    abstract: "Measures the speed of submitwatch, and checks its figures.",
    discussion: """
      Speed is given as a ratio to a bare loop that only counts the newlines of the same file, \
      both run in turn by the same command: such a ratio means the same on any machine. \
      The log is made up and comes with its ground truth, so that a fast program with wrong \
      figures does not pass.
      """,
    subcommands: [
      GenerateCommand.self, NewlinesCommand.self, AnalyzeCommand.self, InstructionsCommand.self,
      DialectsCommand.self, DaemonCommand.self, JournalCommand.self, ReadJournalCommand.self,
      CutCommand.self, DetectionCommand.self, IngestCommand.self,
    ]
  )
}
