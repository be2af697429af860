import ArgumentParser
import MailLog

/// Measures what the detector finds, and how often it is wrong.
struct DetectionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detection",
    abstract: "Measures what the detector finds on a made-up server, and how often it is wrong.",
    discussion: """
      Seven kinds of senders send for weeks; some accounts are compromised, in eight shapes. All of \
      it is drawn from the seed. A false alert is one on an account that is not compromised; \
      a person judges it some hours later, as the daemon's user does.
      """
  )

  @Option(help: "The number of accounts of each trial.")
  var senders = 5000

  @Option(help: "The days that each trial lasts.")
  var days = 60

  @Option(help: "The seed of the first trial; the others follow.")
  var seed: UInt64 = 101

  @Option(help: "The number of trials.")
  var trials = 3

  @Option(help: "How many times its record an account may send.")
  var factor = 4.0

  @Option(help: "Accounts whose memory is measured.")
  var accounts = 1_000_000

  @Option(help: "After so many hours a false alert is judged; 0: nobody judges.")
  var verdictHours = 12

  @Flag(
    help: """
      The plainer method: what comes from new networks in recipients, against its own record alone.
      """
  )
  var plain = false

  @Flag(inversion: .prefixedNo, help: "Measure memory and processor time, too.")
  var costs = true

  @OptionGroup var options: ReportOptions

  func validate() throws {
    guard senders >= 100, days >= 36, trials > 0, factor > 1 else {
      throw ValidationError("at least 100 senders, 36 days, one trial, and a factor above 1.")
    }
  }

  func run() throws {
    var report = FigureReport()
    // First, while the process holds nothing else.
    if costs { try measureCosts(&report) }
    var sum: DetectionScore?
    for trial in 0..<trials {
      var options = DetectionTrial.Options()
      options.senders = senders
      options.days = days
      options.seed = seed + UInt64(trial)
      options.factor = factor
      options.isPlain = plain
      options.verdictHours = verdictHours > 0 ? verdictHours : nil
      var run = DetectionTrial(options)
      let score = run.run()
      if sum == nil { sum = score } else { sum?.add(score) }
    }
    guard let sum else { return }
    show(sum)
    add(sum, to: &report)
    try report.finish(options)
  }

  private func measureCosts(_ report: inout FigureReport) throws {
    let bytes = try DetectorFootprint.measure(accounts: accounts)
    report.add("an account, of \(accounts)", bytes.usual, "bytes", limit: 360)
    report.add("a busy account, of \(accounts)", bytes.busy, "bytes", limit: 360)
    report.add("the detector's share of ingest", try DetectorShare.measure(), "%", limit: 15)
  }

  private func show(_ score: DetectionScore) {
    print(
      "shape             compromised   found  recall   messages     time  (medians to the alert)"
    )
    for shape in Compromise.Shape.allCases {
      guard let row = score.rows[shape] else { continue }
      print(Self.line(shape.rawValue, row))
      if shape == .ramp { print(Self.line("these six", score.required)) }
    }
    print("")
    let rules = score.byRule.sorted { $0.value > $1.value }.map { "\($0.key.rawValue) \($0.value)" }
    let kinds = score.byKind.sorted { $0.value > $1.value }.map { "\($0.key.rawValue) \($0.value)" }
    print(
      "False alerts by rule: \(rules.joined(separator: ", ")); by sender: \(kinds.joined(separator: ", "))"
    )
    print("")
  }

  private static func line(_ name: String, _ row: DetectionScore.Row) -> String {
    let messages = row.medianMessages.map(String.init) ?? "–"
    let time = row.medianSeconds.map { duration($0) } ?? "–"
    let pad = String(repeating: " ", count: max(0, 16 - name.count))
    return "\(name)\(pad)\("\(row.total)".padded(13))\("\(row.messages.count)".padded(8))"
      + "\(row.recall.text(3).padded(8))\(messages.padded(11))\(time.padded(9))"
  }

  private static func duration(_ seconds: Double) -> String {
    if seconds < 600 { return "\(Int(seconds)) s" }
    if seconds < 36_000 { return "\(Int(seconds / 60)) min" }
    return "\(Int(seconds / 3600)) h"
  }

  private func add(_ score: DetectionScore, to report: inout FigureReport) {
    let missed = 100 * (1 - score.required.recall)
    report.add("these six, not found", missed, "%", limit: 5)
    let messages = Double(score.required.medianMessages ?? .max)
    report.add("these six, messages to the alert, median", messages, "", limit: 20)
    let rates = [(7, 5.5), (35, 2.0)]
    for (day, limit) in rates {
      let name = "false alerts of 1,000 in a week, from day \(day)"
      report.add(name, score.falseAlertRate(from: day), "", limit: limit)
    }
  }
}
