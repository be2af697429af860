import ArgumentParser
import Platform
import Reports

/// The companion command line.
@main
struct Submitwatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submitwatch",
    abstract: "Who submits mail with SMTP AUTH, how much, over which TLS version, and from where.",
    discussion: """
      Asks the daemon, submitwatchd, what was submitted; without a subcommand for the last seven \
      days at a glance. analyze and parse read log files and need no daemon.

      EXAMPLES
        submitwatch                                     the last 7 days at a glance
        submitwatch report tls --per-day --days 90 --format csv
        submitwatch sender alice@example.org
        submitwatch cutoff 1.2                          who would be cut off
        submitwatch alerts --follow                     each alert as it comes
        submitwatch dashboard                           the same in a browser
        submitwatch mail-report --to boss@example.org   the same by e-mail
        submitwatch analyze /var/log/mail.log*          the last 7 days at a glance
        submitwatch analyze --view tls --days 90 --format csv /var/log/mail.log*
        submitwatch analyze --view cutoff --minimum 1.2 /var/log/mail.log
        journalctl -o export | submitwatch analyze -
        submitwatch parse --explain /var/log/mail.log

      EXIT STATUS
        0 done · 1 the work failed · 2 the daemon cannot be reached
        64 wrong usage · 65 bad data · 77 no permission · 78 bad configuration

      ENVIRONMENT
        SUBMITWATCH_SOCKET  the socket of the daemon
        NO_COLOR            if not empty: no colours
      """,
    version: "submitwatch \(programVersion)",
    subcommands: [
      InsightCommand.self, ReportCommand.self, SenderCommand.self, CutoffCommand.self,
      IdleCommand.self, FailuresCommand.self, AlertsCommand.self, MailReportCommand.self,
      StatusCommand.self, ImportCommand.self, DashboardCommand.self, AnalyzeCommand.self,
      ParseCommand.self,
      CheckConfigCommand.self,
    ],
    defaultSubcommand: InsightCommand.self
  )

  static func main() {
    StandardOutput.ignoreBrokenPipe()
    do {
      try checkCommands(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      end(failure)
    } catch let refusal as Refusal {
      end(refusal.failure)
    } catch {
      exit(withError: error)
    }
  }

  private static func end(_ failure: Failure) -> Never {
    StandardError.print((failure.isPrefixed ? "submitwatch: " : "") + failure.message)
    exit(withError: ExitCode(failure.status.rawValue))
  }
}
