import ArgumentParser

/// The companion command line.
@main
struct Submitwatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submitwatch",
    abstract: "Who submits mail with SMTP AUTH, how much, over which TLS version, and from where.",
    discussion: """
      Reads the logs of mail servers and tells, per day and per sender, what was submitted.

      EXAMPLES
        submitwatch analyze /var/log/mail.log*          the last 7 days at a glance
        submitwatch analyze --view tls --days 90 --format csv /var/log/mail.log*
        submitwatch analyze --view cutoff --minimum 1.2 /var/log/mail.log
        journalctl -o export | submitwatch analyze -
        submitwatch parse --explain /var/log/mail.log

      EXIT STATUS
        0 done · 1 the work failed · 64 wrong usage · 65 bad data · 77 no permission
      """,
    version: "submitwatch 0.1.0",
    subcommands: [AnalyzeCommand.self, ParseCommand.self]
  )

  static func main() {
    StandardOutput.ignoreBrokenPipe()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      StandardError.print("submitwatch: \(failure.message)")
      exit(withError: ExitCode(failure.status.rawValue))
    } catch {
      exit(withError: error)
    }
  }
}
