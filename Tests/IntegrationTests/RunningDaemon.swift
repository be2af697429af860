import Foundation
import Glibc
import MailLog
import TestSupport

/// A folder with all that a daemon needs: its configuration, database, socket and log.
struct DaemonPlace {
  let folder: TemporaryFolder
  var socket: String { folder.path("socket") }
  var database: String { folder.path("counts.db") }
  var log: String { folder.path("mail.log") }
  var configuration: String { folder.path("submitwatch.yaml") }

  /// The daemon, built beside the test bundle.
  static let binary = CommandRun.binary + "d"

  /// A new place; `settings` are lines that come on top of those that every daemon here has.
  init(_ settings: String = "") throws {
    folder = try TemporaryFolder()
    try configure(settings)
  }

  func configure(_ settings: String = "", sources: [String]? = nil) throws {
    let files = (sources ?? [log]).map { "  - file: \($0)\n" }.joined()
    let text = """
      socket: \(socket)
      database: \(database)
      save-interval: 1s
      sources:
      \(files)\(settings)

      """
    // At once: a daemon that is told to reload reads whatever is there.
    try Data(text.utf8).write(to: URL(filePath: configuration), options: .atomic)
  }

  /// The usual settings of a daemon whose counts are compared.
  static let settings = "timezone: UTC\nretention: 730"

  static let yesterday = day(1)

  /// `2026-11-21`.
  static func day(_ daysAgo: Int32) -> String {
    let today = Int32(Date().timeIntervalSince1970 / 86_400)
    return CivilDate(daysSince1970: today - daysAgo).text
  }

  func start(_ environment: String...) throws -> RunningDaemon {
    try RunningDaemon(Self.binary, ["--config", configuration], environment, in: self)
  }
}

/// The real `submitwatchd` in a process of its own, killed when the last reference goes.
final class RunningDaemon {
  private let process: SpawnedProcess
  private let place: DaemonPlace
  private let errorFile: String

  /// Starts a program that is the daemon, or becomes it.
  init(
    _ program: String,
    _ arguments: [String],
    _ environment: [String] = [],
    in place: DaemonPlace
  ) throws {
    self.place = place
    errorFile = place.folder.path("errors-" + UUID().uuidString)
    process = try SpawnedProcess(
      program,
      arguments,
      environment: ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", "TZ=UTC"] + environment,
      output: errorFile
    )
  }

  var id: Int32 { process.id }
  var isRunning: Bool { process.isRunning }
  var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }

  func send(_ signal: Int32) { process.send(signal) }

  /// Ends the daemon by a signal; returns its exit status, or the signal's number below zero.
  @discardableResult func end(by signal: Int32) -> Int32 { process.end(by: signal) }

  /// The exit status of a daemon that ends by itself.
  func end() throws -> Int32 {
    _ = try poll("the daemon ends", errors) { isRunning ? nil : true }
    return process.end()
  }

  /// What it answers on its socket; nil: nobody does.
  func get(_ target: String, as type: String = "text/csv") -> String? {
    guard let client = try? RawClient(place.socket) else { return nil }
    client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nAccept: \(type)\r\n\r\n")
    guard let response = try? client.readResponse(), response.status == 200 else { return nil }
    return response.text
  }

  func status() -> DaemonAnswer? {
    get("/v1/status", as: "application/json").flatMap(DaemonAnswer.init)
  }

  /// Waits until it answers.
  func waitUntilReady() throws {
    _ = try poll("the daemon is ready", errors) { status() }
  }

  /// Waits until everything is read that was written before.
  func waitUntilCaughtUp() throws {
    _ = try poll("everything is read", errors) { status().flatMap { $0.isCaughtUp ? $0 : nil } }
  }

  /// Waits until an answer satisfies `condition`.
  @discardableResult
  func wait(
    for what: String,
    _ target: String,
    as type: String = "text/csv",
    where condition: (String) -> Bool
  ) throws -> String {
    try poll(what, errors) { get(target, as: type).flatMap { condition($0) ? $0 : nil } }
  }
}

/// What `/v1/status` says.
struct DaemonAnswer {
  let warnings: [String]
  let gaps: Int
  let linesUsed: Int
  let isCaughtUp: Bool
  let saved: String?

  init?(_ json: String) {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
      let sources = object["sources"] as? [[String: Any]]
    else { return nil }
    warnings = (object["warnings"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    gaps = sources.reduce(0) { $0 + ($1["gaps"] as? Int ?? 0) }
    linesUsed = (object["lines"] as? [String: Any])?["used"] as? Int ?? 0
    saved = object["saved"] as? String
    isCaughtUp = sources.allSatisfy {
      $0["state"] as? String == "following" && $0["lagBytes"] as? Int == 0
    }
  }
}
