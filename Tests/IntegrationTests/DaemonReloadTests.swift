import Foundation
import Glibc
import TestSupport
import Testing

/// SIGHUP while lines come, and disks that fail.
struct DaemonReloadTests {
  private let place: DaemonPlace

  init() throws {
    place = try DaemonPlace(DaemonPlace.settings)
  }

  private static let volume = "/v1/report/volume?by=domain&days=730"

  /// Appends so many messages of a day to a log.
  private func append(_ count: Int, to name: String = "mail.log", daysAgo: Int32 = 1) throws {
    let day = DaemonPlace.day(daysAgo)
    var log = PostfixLog()
    for _ in 0..<count { log.message("user@example.org", day: day) }
    if !FileManager.default.fileExists(atPath: place.folder.path(name)) {
      try place.folder.write([], to: name)
    }
    let file = try FileHandle(forWritingTo: URL(filePath: place.folder.path(name)))
    try file.seekToEnd()
    try file.write(contentsOf: Data(log.bytes))
    try file.close()
  }

  private func wait(_ daemon: RunningDaemon, for count: Int) throws {
    try daemon.wait(for: "\(count) messages are counted", Self.volume) {
      $0.contains("example.org,\(count),")
    }
  }

  @Test func `reloads in a row lose no line and count none twice`() throws {
    let daemon = try place.start()
    try daemon.waitUntilReady()
    var count = 0
    for round in 1...12 {
      try append(30)
      count += 30
      try place.configure("timezone: UTC\nretention: \(700 + round)")
      daemon.send(SIGHUP)
      try append(5)
      count += 5
      // Not each reload is waited for.
      guard round % 3 == 0 else { continue }
      try wait(daemon, for: count)
    }
    #expect(daemon.isRunning)
    #expect(daemon.end(by: SIGTERM) == 0, "\(daemon.errors)")
  }

  @Test func `no client is refused while the daemon reloads, also at another socket`() throws {
    let daemon = try place.start()
    try daemon.waitUntilReady()
    for round in 1...4 {
      try place.configure("timezone: UTC\nretention: \(700 + round)")
      daemon.send(SIGHUP)
      _ = try poll("it reloads", daemon.errors) {
        let client = try RawClient(place.socket)
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let ready = daemon.errors.components(separatedBy: " ready ").count - 1
        return ready > round ? true : nil
      }
    }
    let good = try String(contentsOfFile: place.configuration, encoding: .utf8)
    let other = place.folder.path("other-socket")
    let moved = good.replacingOccurrences(of: place.socket, with: other)
    try place.folder.write(Array(moved.utf8), to: "submitwatch.yaml")
    daemon.send(SIGHUP)
    _ = try poll("the other socket is there", daemon.errors) { try? RawClient(other) }
    #expect(!FileManager.default.fileExists(atPath: place.socket))
    #expect(daemon.end(by: SIGTERM) == 0)
    #expect(!FileManager.default.fileExists(atPath: other))
  }

  @Test func `a path that is spelt otherwise counts no line twice`() throws {
    let daemon = try place.start()
    try append(3)
    try wait(daemon, for: 3)
    var count = 3
    for path in ["ma*.log", "mail.log", "m?il.log"] {
      try place.configure(DaemonPlace.settings, sources: [place.folder.path(path)])
      daemon.send(SIGHUP)
      try append(2)
      count += 2
      try wait(daemon, for: count)
    }
    #expect(daemon.status()?.gaps == 0)
    #expect(daemon.end(by: SIGTERM) == 0)
    try place.configure(DaemonPlace.settings)
    let second = try place.start()
    try append(2)
    try wait(second, for: count + 2)
  }

  @Test func `a wrong configuration is told, and the old one kept`() throws {
    let daemon = try place.start()
    try append(3)
    try wait(daemon, for: 3)
    let good = try String(contentsOfFile: place.configuration, encoding: .utf8)
    let wrong = good.replacingOccurrences(of: "retention: 730", with: "retention: many")
    try place.folder.write(Array(wrong.utf8), to: "submitwatch.yaml")
    daemon.send(SIGHUP)
    _ = try poll("the mistake is told", daemon.errors) {
      daemon.errors.contains("the old configuration is kept") ? true : nil
    }
    #expect(daemon.errors.contains("retention: "))
    try append(3)
    try wait(daemon, for: 6)
    try daemon.wait(for: "the status tells it", "/v1/status", as: "application/json") {
      $0.contains(#""code":"configuration-refused""#) && $0.contains("retention: 'many'")
    }
    try place.folder.write(Array(good.utf8), to: "submitwatch.yaml")
    daemon.send(SIGHUP)
    _ = try poll("the warning is over", daemon.errors) {
      daemon.status()?.warnings == [] ? true : nil
    }
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  @Test(arguments: [
    ("counts.db", "cannot open the database '/nowhere/counts.db'"),
    ("socket", "cannot bind '/nowhere/socket'"),
  ])
  func `a configuration that cannot be used is told, and the old one kept`(
    file: String,
    message: String
  ) throws {
    let daemon = try place.start()
    try append(3)
    try wait(daemon, for: 3)
    let good = try String(contentsOfFile: place.configuration, encoding: .utf8)
    let wrong = good.replacingOccurrences(of: place.folder.path(file), with: "/nowhere/\(file)")
    try place.folder.write(Array(wrong.utf8), to: "submitwatch.yaml")
    daemon.send(SIGHUP)
    _ = try poll("the mistake is told", daemon.errors) {
      daemon.errors.contains("the old configuration is kept") ? true : nil
    }
    #expect(daemon.errors.contains(message), "\(daemon.errors)")
    #expect(!daemon.errors.contains("taken up"), "\(daemon.errors)")
    try append(3)
    try wait(daemon, for: 6)
    _ = try poll("the status tells it, and nothing else", daemon.errors) {
      daemon.status()?.warnings == ["configuration-refused"] ? true : nil
    }
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  @Test func `other days, another zone and another log are taken up`() throws {
    let daemon = try place.start()
    try append(2, daysAgo: 50)
    try append(3, daysAgo: 2)
    try append(4, to: "other.log", daysAgo: 2)
    try wait(daemon, for: 5)
    // The days that are no longer kept are given up.
    try place.configure("timezone: UTC\nretention: 30")
    daemon.send(SIGHUP)
    try wait(daemon, for: 3)
    let sources = [place.log, place.folder.path("other.log")]
    try place.configure("timezone: UTC\nretention: 30", sources: sources)
    daemon.send(SIGHUP)
    try wait(daemon, for: 7)
    try place.configure("timezone: Asia/Tokyo\nretention: 30", sources: [sources[1]])
    daemon.send(SIGHUP)
    try daemon.wait(for: "the zone is taken up", "/v1/report/volume", as: "application/json") {
      $0.contains("Asia/Tokyo")
    }
    try wait(daemon, for: 7)
    try append(1, to: "other.log")
    try wait(daemon, for: 8)
    // What came to a log while it was not read is read when it is named again.
    try append(2)
    try place.configure("timezone: UTC\nretention: 30", sources: sources)
    daemon.send(SIGHUP)
    try wait(daemon, for: 10)
  }

  @Test func `while the disk is full the status says so, and nothing is lost`() throws {
    let script = "trap '' XFSZ; exec '\(DaemonPlace.binary)' --config '\(place.configuration)'"
    try append(20)
    let daemon = try RunningDaemon("/bin/sh", ["-c", script], in: place)
    try wait(daemon, for: 20)
    _ = try poll("it is saved", daemon.errors) { daemon.status()?.saved }
    // No file may grow beyond this: a write(2) ends short, the next one fails, setrlimit(2).
    try limitFiles(of: daemon, to: "4096")
    try append(2000)
    _ = try poll("the status warns", daemon.errors) {
      daemon.status()?.warnings.contains("save-failed") == true ? true : nil
    }
    try wait(daemon, for: 2020)
    #expect(daemon.errors.contains("the counters are not saved"))
    let status = daemon.get("/v1/status", as: "text/plain") ?? ""
    #expect(status.contains("make room on the disk of \(place.folder.path);"), "\(status)")
    try limitFiles(of: daemon, to: "unlimited")
    _ = try poll("it recovers", daemon.errors) {
      daemon.status()?.warnings.contains("save-failed") == false ? true : nil
    }
    daemon.end(by: SIGKILL)
    let second = try place.start()
    try wait(second, for: 2020)
    #expect(second.end(by: SIGTERM) == 0)
  }

  @Test func `a daemon that cannot save at its end says so, and counts again`() throws {
    let script = "trap '' XFSZ; exec '\(DaemonPlace.binary)' --config '\(place.configuration)'"
    try append(20)
    let daemon = try RunningDaemon("/bin/sh", ["-c", script], in: place)
    try wait(daemon, for: 20)
    _ = try poll("it is saved", daemon.errors) { daemon.status()?.saved }
    try limitFiles(of: daemon, to: "4096")
    try append(500)
    try wait(daemon, for: 520)
    #expect(daemon.end(by: SIGTERM) == 1)
    #expect(daemon.errors.contains("it is counted again at the next start"))
    let second = try place.start()
    try wait(second, for: 520)
  }

  @Test func `a database that disappears is written anew`() throws {
    try append(20)
    // The second of these has its counts from the database that the first wrote anew.
    for (total, daysAgo) in [(20, Int32(3)), (26, 2)] {
      let daemon = try place.start()
      try wait(daemon, for: total)
      _ = try poll("it is saved", daemon.errors) { daemon.status()?.saved }
      for end in ["", "-wal"] {
        try FileManager.default.removeItem(atPath: place.database + end)
      }
      try append(5)
      try wait(daemon, for: total + 5)
      _ = try poll("it is there again", daemon.errors) {
        FileManager.default.fileExists(atPath: place.database) ? true : nil
      }
      #expect(daemon.end(by: SIGTERM) == 0)
      // Nothing can be read again.
      try FileManager.default.removeItem(atPath: place.log)
      try append(1, daysAgo: daysAgo)
    }
    let last = try place.start()
    try wait(last, for: 32)
  }

  private func limitFiles(of daemon: RunningDaemon, to limit: String) throws {
    let run = try CommandRun(
      script: "prlimit --pid \(daemon.id) --fsize=\(limit):unlimited",
      in: place.folder
    )
    try #require(run.status == 0, "\(run.errors)")
  }
}
