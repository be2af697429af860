import ArgumentParser
import MailLog

/// `submitwatch cutoff`: who could not send any more.
struct CutoffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cutoff",
    abstract: "Who would be cut off if the server required a TLS version from today.",
    discussion: "Also tells who sends a password in the clear: version none."
  )

  @Argument(help: "The TLS version that the server would require: 1.0, 1.1, 1.2 or 1.3.")
  var version: TLSVersion = .tls12

  @OptionGroup var live: LiveReportOptions

  func run() throws { try live.print("/v1/cutoff", [("minimum", version.label)]) }
}
