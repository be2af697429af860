import ArgumentParser
import Counters
import Foundation
import Ingest
import MailLog
import Platform

/// Measures what a cut for readers and saves costs the lines.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Measures what a cut of the counters costs while millions of rows are held.",
    discussion: """
      A cut shares its memory with the counters, which copy what they change afterwards: so the \
      time of the first messages behind a cut counts with it, less that of the same messages \
      without one.
      """
  )

  @Option(help: "Rows (day, sender), over 90 days.")
  var rows = 10_000_000

  @Option(help: "Cuts.")
  var samples = 200

  @OptionGroup var options: ReportOptions

  func run() throws {
    let folder = try TemporaryFolder()
    let (pipeline, today) = try fill(folder)
    var held = pipeline.cut(at: .now)
    var cuts: [Double] = []
    var costs: [Double] = []
    for sample in 0..<samples {
      let messages = batch(today, sample)
      pipeline.take(messages, now: .now)
      let plain = Self.milliseconds { pipeline.take(messages, now: .now) }
      // The cut before is given up by who reads it, not by the lines.
      let before = held
      let cut = withExtendedLifetime(before) { Self.milliseconds { held = pipeline.cut(at: .now) } }
      let behind = Self.milliseconds { pipeline.take(messages, now: .now) }
      cuts.append(cut)
      costs.append(cut + max(0, behind - plain))
    }
    var report = FigureReport()
    report.add("rows held", Double(held.counters.rowCount), "")
    report.add("a cut, \(rows) rows", cuts, "ms", limits: (nil, nil))
    report.add("with 100 messages behind it", costs, "ms", limits: (nil, 1))
    try report.finish(options)
  }

  private func fill(
    _ folder: borrowing TemporaryFolder
  ) throws -> (pipeline: IngestPipeline, today: Date) {
    let today = Date()
    var log = try MessageLog(path: folder.file(.log))
    try log.append(MadeRows(rows: rows, senders: rows / MadeRows.days), until: today)
    var options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    options.retentionDays = 730
    let pipeline = try IngestPipeline(options)
    try pipeline.takeFile(folder.file(.log), now: .now)
    // As the daemon does at midnight: what is over is packed.
    let day = Int32(today.timeIntervalSince1970 / 86_400)
    pipeline.turn(today: CivilDate(daysSince1970: day))
    return (pipeline, today)
  }

  /// A hundred messages of senders from all over the table.
  private func batch(_ today: Date, _ sample: Int) -> LineBatch {
    let senders = max(1, rows / 90)
    var lines: [UInt8] = []
    for number in 0..<100 {
      let sender = (number * 7919 + sample * 104_729) % senders
      lines += MessageLog.message(number: sample * 100 + number, at: today, sender: sender)
    }
    return Self.batch(lines)
  }

  private static func batch(_ bytes: [UInt8]) -> LineBatch {
    LineBatch(source: "mail.log", bytes: bytes, end: .journal(cursor: ""))
  }

  private static func milliseconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start) / .milliseconds(1)
  }
}
