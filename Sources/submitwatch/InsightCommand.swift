import ArgumentParser
import Reports

/// `submitwatch`: the last days at a glance.
struct InsightCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insight",
    abstract: "The last 7 days at a glance; what submitwatch shows without a subcommand."
  )

  @OptionGroup var live: LiveReportOptions<SubmissionGroupings>

  func validate() throws {
    if live.report.format == .csv {
      throw ValidationError("insight has no csv: use --format table or json")
    }
  }

  func run() throws { try live.print("/v1/insight") }
}
