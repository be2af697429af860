import Foundation
import TestSupport

/// The real `submitwatchd` on a log, with a folder of its own; stopped when the last reference goes.
final class RunningDaemon: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let binary = URL(fileURLWithPath: CommandRun.binary)
    .deletingLastPathComponent().appendingPathComponent("submitwatchd").path

  let folder: TemporaryFolder
  var socket: String { folder.path("socket") }
  private let process = Process()

  /// Starts the daemon, and waits until it has read the log.
  init(log: [UInt8]) throws {
    folder = try TemporaryFolder()
    let path = try folder.write(log, to: "mail.log")
    let configuration = """
      sources: [{file: \(path)}]
      timezone: UTC
      database: \(folder.path("database"))
      socket: \(folder.path("socket"))

      """
    let file = try folder.write(Array(configuration.utf8), to: "submitwatch.yaml")
    let errors = try folder.write([], to: "errors")
    process.executableURL = URL(fileURLWithPath: Self.binary)
    process.arguments = ["--config", file]
    process.environment = ["TZ": "UTC", "LC_ALL": "C.UTF-8"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    while try !hasReadAll() {
      guard process.isRunning else {
        let text = FileManager.default.contents(atPath: errors) ?? Data()
        throw Failure(description: "submitwatchd ended: \(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  deinit { _ = stop() }

  /// Lets the daemon save and end; its exit status.
  @discardableResult func stop() -> Int32 {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Runs `submitwatch` against it.
  func ask(_ arguments: [String]) throws -> CommandRun {
    try CommandRun(arguments, environment: ["SUBMITWATCH_SOCKET": socket])
  }

  private func hasReadAll() throws -> Bool {
    let status = try ask(["status", "--format", "json"])
    return status.status == 0 && status.text.contains("\"state\":\"following\"")
  }
}
