import ArgumentParser

/// `submitwatch`: the last days at a glance.
struct InsightCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insight",
    abstract: "The last 7 days at a glance; what submitwatch shows without a subcommand."
  )

  @OptionGroup var live: LiveReportOptions

  func run() throws { try live.print("/v1/insight") }
}
