import ArgumentParser

/// `submitwatch failures`: failed AUTH.
struct FailuresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failures",
    abstract: "Failed AUTH, by account or by client network (--by network)."
  )

  @OptionGroup var live: LiveReportOptions<FailureGroupings>

  func run() throws { try live.print("/v1/failures") }
}
