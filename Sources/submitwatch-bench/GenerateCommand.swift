import ArgumentParser

/// Writes a Postfix log together with its ground truth.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes a busy Postfix log, made up from a seed, and its ground truth.",
    discussion: """
      The truth goes beside the log, in FILE.truth.csv: exactly what \
      'submitwatch analyze --view tls --per-day --days DAYS --format csv FILE' has to print. \
      The last day is 2026-11-20, in UTC. The same options give the same bytes, on any machine.
      """
  )

  @OptionGroup var options: LogOptions

  @Argument(help: "The log to write.", completion: .file())
  var file: String

  func run() throws {
    let totals = try LogGenerator.write(options.recipe, to: file)
    print("\(file): \(totals.lineCount) lines, \(totals.byteCount) bytes")
    print("\(TruthTable.path(for: file)): \(totals.rowCount) rows")
  }
}

/// What a log to be generated looks like.
struct LogOptions: ParsableArguments {
  @Option(help: "The size of the log, in millions of bytes.")
  var megabytes = 1100

  @Option(help: "Accounts; a few of them send most of the mail.")
  var senders = 100_000

  @Option(help: "Days, each of which has traffic.")
  var days = 90

  @Option(help: "The time stamps: as rsyslog writes them today, or the traditional ones.")
  var format = StampFormat.rfc3339

  @Option(help: "The seed of the random numbers.")
  var seed: UInt64 = 1

  @Flag(
    name: .customLong("short-ids"),
    help: "Write short queue IDs, which come back, instead of long ones, which do not."
  )
  var shortIDs = false

  var recipe: LogRecipe {
    LogRecipe(
      byteCount: megabytes * 1_000_000,
      accountCount: senders,
      dayCount: days,
      format: format,
      seed: seed,
      hasShortIDs: shortIDs
    )
  }

  func validate() throws {
    guard (1...1_000_000).contains(megabytes) else {
      throw ValidationError("--megabytes \(megabytes): must be 1 to 1000000.")
    }
    guard (1...10_000_000).contains(senders) else {
      throw ValidationError("--senders \(senders): must be 1 to 10000000.")
    }
    guard (1...730).contains(days) else {
      throw ValidationError("--days \(days): must be 1 to 730.")
    }
    guard format == .rfc3339 || days <= 365 else {
      throw ValidationError("--days \(days): stamps without a year allow 365 at most.")
    }
  }
}

extension StampFormat: ExpressibleByArgument {}
