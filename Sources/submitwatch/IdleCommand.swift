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

  @Option(help: ArgumentHelp("What a row stands for.", valueName: "account|sender|domain"))
  var by: Grouping?

  @OptionGroup var rows: RowOptions

  @OptionGroup var options: DaemonOptions

  func run() throws {
    var query = [("days", "\(days)")] as [(name: String, value: String)]
    query.append("domain", rows.domain)
    query.append("by", by?.rawValue)
    query.append("sort", rows.sort)
    query.append("limit", rows.limit)
    try options.daemon.print("/v1/idle", query, as: rows.format, style: .ofStandardOutput)
  }
}
