import ArgumentParser
import Reports

/// `submitwatch idle`: who no longer uses SMTP AUTH.
struct IdleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "Accounts that used SMTP AUTH before and no longer do: switch it off for them."
  )

  @Option(help: ArgumentHelp("So many days without a message, up to today.", valueName: "N"))
  var days = 60

  @Option(help: "Only this domain.")
  var domain: String?

  @Option(help: ArgumentHelp("What a row stands for.", valueName: "account|sender|domain"))
  var by: Grouping?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Column to sort by, with - in front in reverse.", valueName: "column")
  )
  var sort: String?

  @Option(help: ArgumentHelp("The most rows (default: all; 25 in tables).", valueName: "N"))
  var limit: Int?

  @Option(help: ArgumentHelp("How to write the report.", valueName: "table|json|csv"))
  var format: OutputFormat = .table

  @OptionGroup var options: DaemonOptions

  func run() throws {
    var query = [("days", "\(days)")] as [(name: String, value: String)]
    query.append("domain", domain)
    query.append("by", by?.rawValue)
    query.append("sort", sort)
    query.append("limit", limit)
    try options.daemon.print("/v1/idle", query, as: format, style: .ofStandardOutput)
  }
}
