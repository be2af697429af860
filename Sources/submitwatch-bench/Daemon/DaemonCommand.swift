import ArgumentParser
import Foundation

/// Measures the daemon: how soon a line shows, what it costs at rest, what rows cost, how fast it
/// answers while it reads.
struct DaemonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "daemon",
    abstract: "Measures 'submitwatchd' on a log that is made up.",
    discussion: """
      Latencies include a new connection for every question. The first part has an empty log, the \
      others as many rows (day, sender) as --rows says, over 90 days: the same senders every day. \
      The last has the most rows again, of as many senders as --senders says: half of the rows of a \
      day are of senders who write every day, half of all others in turn.
      """
  )

  @Option(help: "The program to measure.", completion: .file())
  var program = ".build/release/submitwatchd"

  @Option(help: "Rows of the second part, and of each one after it.")
  var rows = [1_000_000, 10_000_000]

  @Option(help: "Different senders of the last part.")
  var senders = 1_000_000

  @Option(
    help:
      "Keeps the logs and databases of the parts with rows in a folder, and uses what is there.",
    completion: .directory
  )
  var keep: String?

  @Flag(help: "Leaves out the parts without rows.")
  var onlyRows = false

  @Option(help: "Seconds at rest.")
  var rest = 60

  @Option(help: "Lines that are appended, and questions that are asked.")
  var samples = 200

  @OptionGroup var options: ReportOptions

  func run() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "submitwatch-bench.\(getpid())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var report = FigureReport()
    if !onlyRows {
      try measureEmpty(in: folder, &report)
      try measureAlerts(in: folder, &report)
    }
    for rows in rows {
      try measure(MadeRows(rows: rows, senders: rows / MadeRows.days), in: folder, &report)
    }
    if let most = rows.max(), senders > most / MadeRows.days {
      try measure(MadeRows(rows: most, senders: senders), in: folder, &report)
    }
    try report.finish(options)
  }

  private func measureEmpty(in folder: String, _ report: inout FigureReport) throws {
    var log = try MessageLog(path: folder + "/mail.log")
    let daemon = try RunningDaemon(program: program, folder: folder)
    report.add("time to ready, no rows", daemon.secondsToReady * 1000, "ms")
    var delays: [Double] = []
    for count in 1...samples {
      try log.append(at: .now, sender: count)
      let start = ContinuousClock.now
      while try !daemon.ask("/v1/insight?days=1").contains("\"messages\":\(count),") {}
      delays.append((ContinuousClock.now - start) / .milliseconds(1))
    }
    report.add("line appended to visible in a query", delays, "ms", limits: (nil, 500))
    report.add("resident memory at rest", Double(daemon.residentBytes) / 1e6, "MB", limit: 40)
    let before = daemon.activity
    sleep(UInt32(rest))
    let after = daemon.activity
    let seconds = Double(rest)
    // Threads of a pool that end meanwhile are left out.
    let sleeps = after.sleeps.reduce(0) { $0 + $1.value - (before.sleeps[$1.key] ?? 0) }
    report.add("wake-ups at rest", Double(sleeps) / seconds, "/s")
    let share = (after.processorSeconds - before.processorSeconds) / seconds * 100
    report.add("CPU at rest", share, "%", limit: 0.1)
    daemon.stop()
    Self.clear(folder)
  }

  /// Accounts that nobody knows begin to send, with and without others in front of them.
  private func measureAlerts(in folder: String, _ report: inout FigureReport) throws {
    let receiver = try HookReceiver()
    try SystemFile.write([], to: folder + "/mail.log")
    var log = try BurstLog(path: folder + "/mail.log", until: .now)
    let settings = """
      alerts:
        webhook:
          - url: http://127.0.0.1:\(receiver.port)/
            resolved: false
      """
    let daemon = try RunningDaemon(program: program, folder: folder, settings: settings)
    var account = 0
    for (others, name) in [(0, ""), (500, ", behind 500 other messages")] {
      var delays: [Double] = []
      for _ in 0..<samples {
        try log.begin(account)
        let start = ContinuousClock.now
        try log.finish(account, behind: others)
        try receiver.wait(for: "\"sender\(account)@example.org\"")
        delays.append((ContinuousClock.now - start) / .milliseconds(1))
        account += 1
      }
      report.add("line appended to alert at a webhook\(name)", delays, "ms", limits: (nil, 100))
    }
    daemon.stop()
    Self.clear(folder)
  }

  private static func clear(_ folder: String) {
    for name in ["mail.log", "database", "database-wal", "database-shm"] {
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }

  private func measure(
    _ made: MadeRows,
    in folder: String,
    _ report: inout FigureReport
  ) throws {
    let folder = (keep ?? folder) + "/\(made.rows)-\(made.senders)"
    if !FileManager.default.fileExists(atPath: folder + "/database") {
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true
      )
      try fill(folder, made, &report)
    }
    var log = try MessageLog(path: folder + "/mail.log")
    let daemon = try RunningDaemon(program: program, folder: folder)
    report.add(
      "time to ready with \(made)",
      daemon.secondsToReady * 1000,
      "ms",
      limit: 3000
    )
    report.add(
      "resident memory after a restart, \(made)",
      Double(daemon.residentBytes) / 1e6,
      "MB",
      limit: made.isDense ? 1000 : nil
    )
    try measureQueries(daemon, &log, made, &report)
    daemon.stop()
    if keep == nil { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Makes the log and lets the daemon read it.
  private func fill(_ folder: String, _ made: MadeRows, _ report: inout FigureReport) throws {
    var log = try MessageLog(path: folder + "/mail.log")
    try log.append(made, until: .now)
    let daemon = try RunningDaemon(program: program, folder: folder)
    let start = ContinuousClock.now
    try daemon.catchUp(lines: log.lines)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let speed = Double(log.lines) / seconds / 1000
    report.add("lines read at the first start, \(made)", speed, "1000/s")
    report.add("resident memory with \(made)", Double(daemon.residentBytes) / 1e6, "MB")
    daemon.stop()
  }

  /// Asks while lines come as fast as one thread writes them.
  private func measureQueries(
    _ daemon: RunningDaemon,
    _ log: inout MessageLog,
    _ made: MadeRows,
    _ report: inout FigureReport
  ) throws {
    for (days, limit) in [(7, 50.0), (90, 250.0)] {
      var delays: [Double] = []
      for sample in 0..<samples {
        for sender in 0..<50 {
          try log.append(at: .now, sender: (sender * samples + sample) % made.senders)
        }
        let start = ContinuousClock.now
        _ = try daemon.ask("/v1/report/tls?days=\(days)&limit=25")
        delays.append((ContinuousClock.now - start) / .milliseconds(1))
      }
      report.add("\(days) days, \(made), while ingesting", delays, "ms", limits: (nil, limit))
    }
  }
}
