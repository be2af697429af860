import Counters
import Ingest
import MailLog
import TestSupport
import Testing

/// The pipeline between two saves: where it is cut and begun anew changes nothing of what counts.
struct PipelineRestartTests {
  private static let now = Timestamp(seconds: 1_795_400_000)

  private static let logs = [
    "postfix/3.7.11-dovecot-sasl/mail.log.xz", "postfix/3.7.11-cyrus-sasldb/mail.log.xz",
    "postfix/3.10.13-dovecot-sasl/mail.rfc3164.log.gz",
    "postfix/3.7.11-dovecot-sasl/mail.rfc5424.log.xz",
    "postfix/3.7.11-maillog-file/postfix.log.gz", "postfix/auth-failures.log",
    "postfix/held-and-given-up.log", "postfix/before-queue-filter.log",
  ]

  private static func options(_ year: Int) -> IngestPipeline.Options {
    var options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc, year: year)
    }
    options.retentionDays = 730
    return options
  }

  private static func check(_ log: [UInt8], year: Int, seeds: Range<UInt64>) throws {
    let folder = try TemporaryFolder()
    let ends = [0] + log.indices.filter { log[$0] == 10 }.map { $0 + 1 }
    var analysis = LogAnalysis.Options(now: now)
    analysis.year = year
    let options = options(year)
    let path = try folder.write(log, to: "mail.log")
    let result = try LogAnalysis(paths: [path], options: analysis).run()
    let expected = result.counters.snapshot.counted
    var undisturbed = try PipelineProgram(log, ends: ends, options: options, seed: 0)
    let whole = try undisturbed.run(restarting: false)
    #expect(whole.counted == expected, "undisturbed")
    for seed in seeds {
      var program = try PipelineProgram(log, ends: ends, options: options, seed: seed)
      let counters = try program.run(restarting: true)
      let wrong = (
        Set(counters.counted).subtracting(expected), Set(expected).subtracting(counters.counted)
      )
      #expect(wrong.0.isEmpty && wrong.1.isEmpty, "seed \(seed), \(program.restarts) restarts")
      #expect(Set(counters.known) == Set(whole.known), "seed \(seed)")
    }
  }

  @Test(arguments: logs)
  func `a genuine log counts as in one pass, wherever the daemon is killed`(name: String) throws {
    try Self.check(try Fixtures.bytes(name), year: 2026, seeds: 0..<6)
  }

  @Test func `lines that lean on those before them count alike`() throws {
    var lines: [String] = []
    // Stamps without a year that pass into the next one, and failures that syslogd repeats.
    for (month, day) in [("Nov", 20), ("Dec", 30), ("Jan", 2), ("Feb", 3)] {
      for minute in 10..<40 {
        let stamp = "\(month) \(day < 10 ? " " : "")\(day) 10:\(minute):00 mx1"
        let client = "unknown[192.0.2.\(minute)]"
        lines.append(
          "\(stamp) postfix/smtpd[7]: warning: \(client): SASL LOGIN authentication failed: "
            + "(reason unavailable), sasl_username=eve"
        )
        lines.append("\(stamp) last message repeated 3 times")
      }
    }
    let log = Array(lines.map { $0 + "\n" }.joined().utf8)
    try Self.check(log, year: 2025, seeds: 0..<20)
  }
}
