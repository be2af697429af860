import Glibc
import TestSupport

/// The real daemon that has read a log, for the command line to ask.
struct AskedDaemon {
  private let place: DaemonPlace
  private let daemon: RunningDaemon

  /// Without alerts of volume: those of an old log end a moment after it is read.
  init(log: [UInt8]) throws {
    place = try DaemonPlace("timezone: UTC\ndetection:\n  volume: false")
    _ = try place.folder.write(log, to: "mail.log")
    daemon = try place.start()
    try daemon.waitUntilCaughtUp()
  }

  /// Runs `submitwatch` against it.
  func ask(_ arguments: [String]) throws -> CommandRun {
    try CommandRun(arguments, environment: ["SUBMITWATCH_SOCKET": place.socket])
  }

  /// Lets the daemon save and end; its exit status.
  @discardableResult func stop() -> Int32 { daemon.end(by: SIGTERM) }
}
