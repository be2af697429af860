import ArgumentParser
import MailLog
import Reports

/// `submitwatch alerts`: who submits unusually, or did.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Alerts: firing and recent; follow them, judge them, try how they are sent.",
    subcommands: [ListAlertsCommand.self, VerdictCommand.self, TestCommand.self],
    defaultSubcommand: ListAlertsCommand.self
  )
}

/// `submitwatch alerts list`: what fires and what did, or what comes.
struct ListAlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Alerts, the newest first (default); or with --follow each as it comes.",
    discussion: """
      With --follow a line of JSON for each alert that begins or ends, without an end. With --exec \
      a program runs for each: the alert as JSON on its standard input, SUBMITWATCH_STATE, \
      SUBMITWATCH_RULE, SUBMITWATCH_SEVERITY, SUBMITWATCH_ID, SUBMITWATCH_ACCOUNT and \
      SUBMITWATCH_EVENT in its environment. One at a time, in a process group of its own, without \
      a shell; one that fails is run again, six times in all, but not one that ends with status 65: \
      it has no use for this alert. One that cannot be started is the end. --state-file keeps the \
      last event that is done, so that a restart misses none.
      """
  )

  @Option(
    help: ArgumentHelp("Only those that fire, or that are over.", valueName: "firing|resolved")
  )
  var state: String?

  @Option(
    help: ArgumentHelp("Only those that began then or later: a date or a time.", valueName: "time")
  )
  var since: String?

  @Option(help: ArgumentHelp("The most alerts (default: all; 25 in tables).", valueName: "N"))
  var limit: Int?

  @Option(help: ArgumentHelp("How to write them.", valueName: "table|json|csv"))
  var format: OutputFormat = .table

  @Flag(help: "Wait for alerts, and write each as a line of JSON.")
  var follow = false

  @Option(
    help: ArgumentHelp("With --follow: run this program for each alert.", valueName: "program"),
    completion: .file()
  )
  var exec: String?

  @Option(
    help: ArgumentHelp(
      "With --follow: the file that keeps the last event that is done.",
      valueName: "path"
    ),
    completion: .file()
  )
  var stateFile: String?

  @Option(help: ArgumentHelp("With --exec: end the program after so many seconds.", valueName: "N"))
  var timeLimit = 60

  @OptionGroup var options: DaemonOptions

  func validate() throws {
    if !follow, exec != nil || stateFile != nil {
      throw ValidationError("--exec and --state-file go with --follow")
    }
    if follow, state != nil || since != nil || limit != nil || format != .table {
      throw ValidationError("--follow goes with --exec, --state-file and --time-limit only")
    }
    if let exec, !exec.hasPrefix("/") {
      throw ValidationError("--exec '\(exec)' must be an absolute path: no PATH is searched")
    }
    try checkRange("--time-limit", timeLimit, 1...3600)
  }

  func run() throws {
    guard follow else {
      var query: [(name: String, value: String)] = []
      query.append("state", state)
      query.append("since", since)
      query.append("limit", limit)
      return try options.daemon.print("/v1/alerts", query, as: format, style: .ofStandardOutput)
    }
    let file = try stateFile.map { try EventFile($0) }
    let program = exec.map { HookProgram(path: $0, seconds: timeLimit) }
    // Who comes back for what is due may find it later.
    try program?.check(orThrow: file == nil ? .usage : .failed)
    try AlertFollowing(daemon: options.daemon, file: file, program: program).run()
  }
}

/// `submitwatch alerts verdict`: whether it was the owner.
struct VerdictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verdict",
    abstract: "Say whether what an alert is about was the account's owner.",
    discussion: """
      legitimate: it was, and the like of it is usual from now on. compromised: it was not, and \
      says nothing about the account. Needs root, or the group submitwatch-admin.
      """
  )

  @Argument(help: ArgumentHelp("The alert's id.", valueName: "id"))
  var id: String

  @Argument(help: "legitimate or compromised.")
  var verdict: AlertVerdict

  @Option(help: ArgumentHelp("Why, for those who look at it later.", valueName: "text"))
  var note: String?

  @OptionGroup var options: DaemonOptions

  func run() throws {
    var json = JSONWriter()
    json.object { json in
      json.member("id", id)
      json.member("verdict", verdict.rawValue)
      json.member("note", note)
    }
    let request = DaemonClient.Request(path: "/v1/alerts/verdict", json: json.output.bytes)
    let shown = plainText(escapedText(id.utf8))
    do {
      let judged = try options.daemon.answer(to: request, as: JudgedAlert.self)
      guard judged.id == id, judged.verdict.verdict == verdict.rawValue else {
        throw options.daemon.notUnderstood
      }
    } catch let refusal as Refusal where refusal.code == "unknown-alert" {
      throw Failure(
        .failed,
        "there is no alert '\(shown)'; 'submitwatch alerts --format csv' lists them by their ids"
      )
    }
    _ = try StandardOutput.write(Array("\(shown): \(verdict.rawValue)\n".utf8))
  }
}

/// What the daemon tells of an alert on which it has taken a verdict.
private struct JudgedAlert: Decodable {
  var id: String
  var verdict: Judgement

  struct Judgement: Decodable {
    var verdict: String
  }
}

/// `submitwatch alerts test`: whether a sink takes alerts.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Send a trial alert through one sink, and tell what came of it.",
    discussion: "Needs root, or the group submitwatch-admin."
  )

  @Argument(
    help: ArgumentHelp("The sink's name, as 'submitwatch status' shows it.", valueName: "sink")
  )
  var sink: String

  @OptionGroup var options: DaemonOptions

  func run() throws {
    var json = JSONWriter()
    json.object { $0.member("sink", sink) }
    // It comes behind what is being sent, and a mail can take a minute.
    let request = DaemonClient.Request(
      path: "/v1/alerts/test",
      json: json.output.bytes,
      patience: 150
    )
    let trial = try options.daemon.answer(to: request, as: Trial.self)
    let detail = plainText(escapedText(trial.detail.utf8))
    guard trial.delivered else {
      throw Failure(.failed, "'\(plainText(trial.sink))' did not take it: \(detail)")
    }
    let text = "'\(plainText(trial.sink))' has taken a trial alert: \(detail)\n"
    _ = try StandardOutput.write(Array(text.utf8))
  }
}
