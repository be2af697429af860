import ArgumentParser
import MailLog
import Reports

/// `submitwatch status`: the daemon's health.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Health: sources, lag, lines, age of what is saved, warnings with what to do.",
    discussion: """
      With --check one line and the exit status of a monitoring plugin: 0 ok, 1 warning, \
      2 critical (also: no daemon answers), 3 unknown.
      """
  )

  @Flag(help: "One line for Nagios, Icinga and the like, and their exit status.")
  var check = false

  @Option(help: ArgumentHelp("How to write the status.", valueName: "table|json"))
  var format = FormatWithoutCSV(.table)

  @OptionGroup var options: DaemonOptions

  func validate() throws {
    if format.value == .csv { throw ValidationError("status has no csv: use table or json") }
    if check, format.value != .table { throw ValidationError("--check has a form of its own") }
  }

  func run() throws {
    guard check else {
      return try options.daemon.print("/v1/status", [], as: format.value, style: .ofStandardOutput)
    }
    let result = StatusCheck(of: options.daemon)
    _ = try StandardOutput.write(Array((result.line + "\n").utf8))
    if result.state != .ok { throw ExitCode(result.state.rawValue) }
  }
}

/// One line as monitoring plugins write it.
///
/// Source: Monitoring Plugins Development Guidelines, plugin output and return codes.
struct StatusCheck {
  enum State: Int32 {
    case ok, warning, critical, unknown
  }

  var state: State
  var line: String

  init(of daemon: DaemonSocket) {
    do {
      let request = DaemonClient.Request(
        path: "/v1/status",
        headers: [("Accept", "application/json")],
        // What runs plugins gives them ten seconds, as a rule.
        patience: 8
      )
      self.init(try daemon.answer(to: request, as: Document.self))
    } catch let failure as Failure {
      // A daemon that is down is no matter of doubt.
      self.init(failure.status == .unreachable ? .critical : .unknown, failure.message)
    } catch let refusal as Refusal {
      self.init(.unknown, refusal.failure.message)
    } catch {
      self.init(.unknown, "the daemon's status cannot be had: \(error)")
    }
  }

  private init(_ document: Document) {
    let states: [String: State] = ["ok": .ok, "warning": .warning, "critical": .critical]
    let state = states[document.state] ?? .unknown
    let reasons = document.warnings.filter { $0.state == document.state }.map(\.text)
    let lag = document.sources.compactMap(\.lagSeconds).max().map { "\($0)s" } ?? "U"
    let figures = [
      "lines=\(document.lines.used)c", "rows=\(document.rows)", "lag=\(lag)",
      "saved=\(document.savedAgeSeconds.map { "\($0)s" } ?? "U")",
    ]
    let facts = [
      TableText.counted(UInt64(document.sources.count), "source"),
      TableText.counted(document.lines.used, "line") + " used",
    ]
    self.init(
      state,
      reasons.isEmpty ? facts.joined(separator: ", ") : reasons.joined(separator: "; "),
      figures: figures.joined(separator: " ")
    )
  }

  private init(_ state: State, _ text: String, figures: String? = nil) {
    self.state = state
    // A vertical bar begins the figures.
    let text = plainText(text.replacing("\n", with: " ")).replacing("|", with: "/")
    line = "SUBMITWATCH \(state)".uppercased() + " - \(text)" + (figures.map { " | \($0)" } ?? "")
  }

  /// What is needed of the daemon's answer.
  private struct Document: Decodable {
    var state: String
    var sources: [Source]
    var lines: Lines
    var rows: UInt64
    var savedAgeSeconds: UInt64?
    var warnings: [Warning]

    struct Source: Decodable {
      var lagSeconds: UInt64?
    }
    struct Lines: Decodable {
      var used: UInt64
    }
    struct Warning: Decodable {
      var state: String
      var text: String
    }
  }
}
