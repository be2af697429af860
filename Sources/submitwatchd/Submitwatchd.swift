import ArgumentParser
import Daemon
import Reports
import Settings

/// The daemon's flags.
@main
struct Submitwatchd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submitwatchd",
    abstract: "Counts who submits mail with SMTP AUTH, and answers on a Unix socket.",
    discussion: """
      Reads the mail log that it finds, or those that the configuration names, and keeps what it \
      counts in a database. The systemd unit starts it; 'submitwatch' asks it.
      """,
    version: "submitwatchd \(programVersion)"
  )

  @Option(
    help: ArgumentHelp(
      "The configuration; without it /etc/submitwatch/submitwatch.yaml, if it is there.",
      valueName: "file"
    )
  )
  var config: String?

  @Flag(help: "Print the default configuration, every key with its meaning, and exit.")
  var printDefaultConfig = false

  func run() throws {
    if printDefaultConfig {
      print(Settings.defaultConfiguration, terminator: "")
      return
    }
    let code = Daemon(configuration: config).run()
    if code != 0 { throw ExitCode(code) }
  }
}
