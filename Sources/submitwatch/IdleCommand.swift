import ArgumentParser
import MailLog
import Reports

/// `submitwatch idle`: who no longer uses SMTP AUTH.
struct IdleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "Accounts that used SMTP AUTH before and no longer do: switch it off for them."
  )

  @Option(
    help: ArgumentHelp("So many days without a message, up to the last one.", valueName: "N")
  )
  var days = 60

  @Option(
    help: ArgumentHelp(
      "First day of the messages before (default: the first that is kept).",
      valueName: "YYYY-MM-DD"
    )
  )
  var start: CivilDate?

  @Option(help: ArgumentHelp("Last day, included (default: today).", valueName: "YYYY-MM-DD"))
  var end: CivilDate?

  @Option(help: ArgumentHelp("What a row stands for.", valueName: IdleGroupings.words))
  var by: ChosenGrouping<IdleGroupings>?

  @OptionGroup var rows: RowOptions

  @OptionGroup var live: LiveOptions

  func run() throws {
    var query = [("days", "\(days)")] as [(name: String, value: String)]
    query.append("start", start?.text)
    query.append("end", end?.text)
    query.append("by", by?.value.rawValue)
    rows.append(to: &query)
    try live.print("/v1/idle", query, as: rows.format)
  }
}
