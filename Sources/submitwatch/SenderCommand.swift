import ArgumentParser
import MailLog
import Reports

/// `submitwatch sender`: one sender or account in detail.
struct SenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sender",
    abstract: "One sender or account in detail: days, TLS, recent clients, other names."
  )

  @Argument(
    help: ArgumentHelp("A sender's address, or the name of an account.", valueName: "address")
  )
  var address: String

  @Option(help: ArgumentHelp("First day (default: by --days).", valueName: "YYYY-MM-DD"))
  var start: CivilDate?

  @Option(help: ArgumentHelp("Last day, included (default: today).", valueName: "YYYY-MM-DD"))
  var end: CivilDate?

  @Option(help: ArgumentHelp("How many days, up to the last one.", valueName: "N"))
  var days: Int?

  @Option(help: ArgumentHelp("How to write the details.", valueName: "table|json"))
  var format = FormatWithoutCSV(.table)

  @Option(help: "The daemon's zone, which its days are of: any other is refused.")
  var timezone: String?

  @OptionGroup var options: DaemonOptions

  func validate() throws {
    if format.value == .csv { throw ValidationError("sender has no csv: use table or json") }
  }

  func run() throws {
    do {
      try print("/v1/sender", "address")
    } catch let refusal as Refusal where refusal.status == 404 {
      // Nobody sends under this name: somebody may log in with it.
      try print("/v1/account", "name")
    }
  }

  private func print(_ path: String, _ parameter: String) throws {
    var query = [(parameter, address)] as [(name: String, value: String)]
    query.append("start", start?.text)
    query.append("end", end?.text)
    query.append("days", days)
    query.append("timezone", timezone)
    try options.daemon.print(path, query, as: format.value, style: .ofStandardOutput)
  }
}
