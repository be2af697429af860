import Counters
import Ingest
import MailLog
import Settings
import TestSupport
import Testing

/// Logs without years, read live file by file.
struct YearlessLiveTests {
  /// A message of two lines at noon of a day, `Nov 20`.
  private func message(_ day: String, _ number: Int, at clock: String = "12:00:00") -> String {
    """
    \(day) \(clock) mx1 postfix/smtpd[7]: 4ABCDEF\(100 + number): client=a[192.0.2.1], \
    sasl_method=PLAIN, sasl_username=u
    \(day) \(clock) mx1 postfix/qmgr[9]: 4ABCDEF\(100 + number): from=<u@example.org>, size=10, \
    nrcpt=1 (queue active)

    """
  }

  private func noon(_ day: String) throws -> Timestamp {
    Timestamp(seconds: Int64(try #require(CivilDate(day)).daysSince1970) * 86_400 + 43_200)
  }

  private func batch(_ text: String, written: String) throws -> LineBatch {
    let position = FilePosition(
      path: "/var/log/mail.log",
      device: 1,
      inode: 2,
      offset: Int64(text.utf8.count),
      hashedCount: 0,
      hash: 0,
      modified: try noon(written)
    )
    return LineBatch(source: "mail", bytes: Array(text.utf8), end: .file(position))
  }

  @Test(arguments: [
    (true, "2026-02-10", "2026-02-10"), (false, "2026-02-10", "2025-02-10"),
    (true, "2025-06-01", "2025-02-10"),
  ])
  func `a named year is not that of a log that is begun later`(
    isLate: Bool,
    written: String,
    day: String
  ) throws {
    var options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc, year: 2025) }
    options.retentionDays = 2000
    let pipeline = try IngestPipeline(options)
    var lines = try batch(message("Feb 10", 1), written: written)
    lines.beginsNewFile = isLate
    pipeline.take(lines, now: try noon("2026-02-10"))
    #expect(Tally(pipeline.cut(at: ImportRun.now).counters).messages.keys.map(\.day.text) == [day])
  }

  @Test func `an import knows the message that came live in the hour that autumn repeats`() throws {
    let folder = try TemporaryFolder()
    let zone = try #require(ZoneRules(named: "Europe/Berlin"))
    let pipeline = try IngestPipeline(IngestPipeline.Options(zone: zone) { _ in .init(zone: zone) })
    // 02:40 for the second time.
    let now = Timestamp(seconds: try noon("2026-10-25").seconds - 10 * 3600 - 1200)
    let text = message("Oct 25", 1, at: "02:40:00")
    var lines = try batch(text, written: "2026-10-25")
    lines.isNew = true
    pipeline.take(lines, now: now)
    let file = LogImport.File(
      path: try folder.write(Array((text + message("Oct 25", 2, at: "02:40:00")).utf8), to: "copy"),
      name: "copy"
    )
    let outcome = try pipeline.importLogs(
      LogImport(files: [file], logZone: zone),
      now: try noon("2026-10-27"),
      today: try #require(CivilDate("2026-10-27"))
    )
    #expect(outcome.alreadyCounted == 1)
    #expect(outcome.submissions == 1)
  }

  @Test func `while the clock is behind, the log tells the year of what comes late`() throws {
    var options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc) }
    options.retentionDays = 2000
    let pipeline = try IngestPipeline(options)
    pipeline.take(
      try batch(message("Sep  1", 1), written: "2026-09-01"),
      now: try noon("2026-09-01")
    )
    let behind = try noon("2026-04-15")
    pipeline.take(try batch(message("Sep  5", 2), written: "2026-09-05"), now: behind)
    #expect(
      Tally(pipeline.cut(at: ImportRun.now).counters).messages.keys.map(\.day.text).sorted() == [
        "2026-09-01", "2026-09-05",
      ]
    )
  }

  @Test func `old files that are read on the first start are of their own years`() throws {
    var options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc) }
    options.retentionDays = 2000
    let pipeline = try IngestPipeline(options)
    let files = [
      ("2023-12-04", "Dec  3"), ("2025-08-20", "Aug 20"), ("2025-12-20", "Dec 20"),
      ("2026-03-20", "Mar 20"), ("2026-08-20", "Aug 20"), ("2026-11-23", "Nov 20"),
    ]
    let now = try noon("2026-11-23")
    for (number, file) in files.enumerated() {
      pipeline.take(try batch(message(file.1, number), written: file.0), now: now)
    }
    // Copied without its time.
    pipeline.take(try batch(message("Nov 21", 9), written: "1970-01-01"), now: now)
    let tally = Tally(pipeline.cut(at: ImportRun.now).counters)
    #expect(
      tally.messages.keys.map(\.day.text).sorted() == [
        "2023-12-03", "2025-08-20", "2025-12-20", "2026-03-20", "2026-08-20", "2026-11-20",
        "2026-11-21",
      ]
    )
    let view = try #require(pipeline.view(since: nil))
    #expect(view.totals.passedOver == [:])
    #expect(view.sources["mail"]?.latest == (try noon("2026-11-21")))
  }
}
