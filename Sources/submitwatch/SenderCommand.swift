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
    help: ArgumentHelp(
      "A sender's address, or the name of an account; behind -- if it begins with a dash.",
      valueName: "address"
    )
  )
  var address: String

  @OptionGroup var period: PeriodOptions

  @Option(help: ArgumentHelp("How to write the details.", valueName: "table|json"))
  var format = FormatWithoutCSV(.table)

  @OptionGroup var live: LiveOptions

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
    period.append(to: &query)
    try live.print(path, query, as: format.value)
  }
}
