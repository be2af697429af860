import ArgumentParser

/// `submitwatch report`: sending volume or TLS usage.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "The report: sending volume or TLS usage, by sender, account or domain."
  )

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case volume, tls
  }

  @Argument(help: "Which report: volume or tls.")
  var kind: Kind

  @OptionGroup var live: LiveReportOptions<SubmissionGroupings>

  func run() throws { try live.print("/v1/report/\(kind.rawValue)") }
}
