import Foundation
import TestSupport
import Testing

/// The daemon where the kernel reports no changes, inotify(7).
///
/// In a user namespace of its own, for which fewer may be allowed than for the machine.
struct WatchLimitTests {
  private let place: DaemonPlace

  init() throws { place = try DaemonPlace(DaemonPlace.settings) }

  private func start(_ limit: String) throws -> RunningDaemon {
    let script = """
      echo 0 >/proc/sys/user/\(limit)
      exec '\(DaemonPlace.binary)' --config '\(place.configuration)'
      """
    return try RunningDaemon("/usr/bin/unshare", ["-Ur", "/bin/sh", "-c", script], in: place)
  }

  @Test(arguments: [
    ("max_inotify_instances", "fs.inotify.max_user_instances"),
    ("max_inotify_watches", "fs.inotify.max_user_watches"),
  ])
  func `logs are read, and one warning names the setting`(limit: String, setting: String) throws {
    let logs = try ["a", "b"].map { name in
      var log = PostfixLog()
      log.message("\(name)@example.org")
      return try place.folder.write(log.bytes, to: "\(name).log")
    }
    try place.configure(DaemonPlace.settings, sources: logs)
    let daemon = try start(limit)
    try daemon.waitUntilCaughtUp()
    let used = try #require(daemon.status()?.linesUsed)
    #expect(used > 0)
    let status = try #require(daemon.get("/v1/status", as: "application/json"))
    #expect(DaemonAnswer(status)?.warnings == ["not-watched"])
    #expect(status.contains("changes of 2 sources: '\(setting)' is used up"))
    #expect(!status.contains("No space left") && !status.contains("Bad file"))
    var more = PostfixLog()
    more.message("c@example.org")
    let end = try #require(FileHandle(forWritingAtPath: logs[1]))
    try end.seekToEnd()
    try end.write(contentsOf: more.bytes)
    #expect(becomes { daemon.status().map { $0.linesUsed > used } == true })
    #expect(daemon.end(by: SIGTERM) == 0)
  }
}
