import Foundation

/// The daemon on a log, a socket and a database in a folder of its own.
final class RunningDaemon {
  private let process = Process()
  private let folder: String
  private(set) var secondsToReady = 0.0
  var log: String { folder + "/mail.log" }
  private var socket: String { folder + "/socket" }

  /// Starts it and waits until it answers.
  ///
  /// - Parameters:
  ///   - program: the daemon.
  ///   - folder: where all that it needs is.
  ///   - settings: lines of its configuration beyond those that every measurement has.
  /// - Throws: if it does not start.
  init(program: String, folder: String, settings: String = "") throws {
    self.folder = folder
    let configuration = folder + "/submitwatch.yaml"
    let text = """
      timezone: UTC
      retention: 730
      socket: \(folder)/socket
      database: \(folder)/database
      sources:
        - file: \(folder)/mail.log
      \(settings)
      """
    try text.write(toFile: configuration, atomically: false, encoding: .utf8)
    process.executableURL = URL(filePath: program)
    process.arguments = ["--config", configuration]
    process.standardError = FileHandle.nullDevice
    let start = ContinuousClock.now
    try process.run()
    while (try? ask("/healthz")) == nil {
      guard process.isRunning else {
        throw BenchError(code: .programFailed(status: process.terminationStatus), subject: program)
      }
      usleep(1000)
    }
    secondsToReady = (ContinuousClock.now - start) / .seconds(1)
  }

  /// Ends it; what it counted is saved.
  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// The body of an answer.
  func ask(_ path: String) throws -> String {
    try UnixClient.get(path, socket: socket)
  }

  /// Waits until every line of the log is counted.
  func catchUp(lines: Int) throws {
    while true {
      let status = try ask("/v1/status")
      if status.contains("\"state\":\"following\""), status.contains("\"lines\":\(lines),") {
        return
      }
      usleep(20_000)
    }
  }

  /// Bytes of memory that are resident now.
  var residentBytes: Int {
    field("VmRSS:", of: "/proc/\(process.processIdentifier)/status") * 1024
  }

  /// The CPU time it took, in seconds, and how often each of its threads went to sleep.
  var activity: (sleeps: [String: Int], processorSeconds: Double) {
    let tasks = "/proc/\(process.processIdentifier)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    let sleeps = threads.map {
      ($0, field("voluntary_ctxt_switches:", of: "\(tasks)/\($0)/status"))
    }
    let stat = Self.text("/proc/\(process.processIdentifier)/stat")
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    return (
      Dictionary(uniqueKeysWithValues: sleeps), Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    )
  }

  private func field(_ name: String, of path: String) -> Int {
    for line in Self.text(path).split(separator: "\n") where line.hasPrefix(name) {
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        .flatMap { Int($0) } ?? 0
    }
    return 0
  }

  /// A file whose size the kernel does not tell.
  private static func text(_ path: String) -> String {
    (try? SystemFile.contents(of: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
