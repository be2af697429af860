import ArgumentParser
import MailLog
import Reports

/// `submitwatch cutoff`: who could not send any more.
struct CutoffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cutoff",
    abstract: "Who would be cut off if the server required a TLS version from today.",
    discussion: "Also tells who sends a password in the clear: version none."
  )

  @Argument(help: "The TLS version that the server would require (default: 1.2).")
  var version: TLSVersion?

  @OptionGroup var live: LiveReportOptions<CutoffGroupings>

  func run() throws {
    try live.print("/v1/cutoff", [("minimum", (version ?? ReportQuery.defaultMinimum).label)])
  }
}
