import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

/// How the real daemon starts, refuses to start, and ends.
struct DaemonStartTests {
  private let place: DaemonPlace

  init() throws {
    place = try DaemonPlace(DaemonPlace.settings)
    var log = PostfixLog()
    for number in 0..<20 { log.message("user\(number)@example.org", day: DaemonPlace.yesterday) }
    try place.folder.write(log.bytes, to: "mail.log")
  }

  private static let volume = "/v1/report/volume?days=730"

  /// Runs the daemon until its own end.
  private func run() throws -> (status: Int32, errors: String) {
    let daemon = try place.start()
    return (try daemon.end(), daemon.errors)
  }

  @Test func `it reads, saves when it is told to stop, and reads nothing twice`() throws {
    let first = try place.start()
    try first.waitUntilCaughtUp()
    let counts = try first.wait(for: "all is counted", Self.volume) { $0.contains("user19@") }
    #expect(first.status()?.linesUsed ?? 0 >= 80)
    #expect(first.end(by: SIGTERM) == 0)
    #expect(!FileManager.default.fileExists(atPath: place.socket))
    let second = try place.start()
    try second.waitUntilCaughtUp()
    #expect(second.get(Self.volume) == counts)
    #expect(second.status()?.linesUsed == 0)
    #expect(second.end(by: SIGINT) == 0)
  }

  @Test(arguments: ["mail-2.log", "mail.log.2"])
  func `two sources count apart, whatever their names`(name: String) throws {
    var log = PostfixLog()
    for _ in 0..<3 { log.message("other@example.org", day: DaemonPlace.yesterday) }
    try place.folder.write(log.bytes, to: name)
    let sources = [place.log, place.folder.path(name)]
    try place.configure(DaemonPlace.settings, sources: sources)
    let daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    let counts = try daemon.wait(for: "all is counted", Self.volume) { $0.contains("other@") }
    #expect(counts.contains("other@example.org,example.org,3,"), "\(counts)")
    #expect(counts.contains("user19@example.org,example.org,1,"))
    #expect(daemon.status()?.linesUsed == 23 * 5)
  }

  @Test func `a line is in the next answers as soon as it is written`() throws {
    let daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    for number in 0..<5 {
      var log = PostfixLog()
      log.message("late\(number)@example.org", day: DaemonPlace.yesterday)
      let file = try FileHandle(forWritingTo: URL(filePath: place.log))
      try file.seekToEnd()
      try file.write(contentsOf: Data(log.bytes))
      try file.close()
      try daemon.wait(for: "message \(number) is counted", Self.volume) {
        $0.contains("late\(number)@example.org")
      }
    }
  }

  @Test func `a configuration is refused with all that is wrong in it`() throws {
    let text = "retention: 0\nsocket: relative\nnonsense: 1\nsources:\n  - file: 5\n"
    try place.folder.write(Array(text.utf8), to: "submitwatch.yaml")
    let (status, errors) = try run()
    #expect(status == 78)
    for key in ["1: retention", "2: socket", "3: nonsense", "5: sources[1].file"] {
      #expect(errors.contains("submitwatch.yaml:\(key)"), "\(errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: place.database))
    try FileManager.default.removeItem(atPath: place.configuration)
    let missing = try run()
    #expect(missing.status == 78)
    #expect(missing.errors.contains(place.configuration))
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount"))
  func `a database on a read-only file system is no matter of ownership`() throws {
    let folder = place.folder.path("read-only")
    let settings = try String(contentsOfFile: place.configuration, encoding: .utf8)
    let database = place.folder.path("counts.db")
    let moved = settings.replacingOccurrences(of: database, with: "\(folder)/counts.db")
    try place.folder.write(Array(moved.utf8), to: "submitwatch.yaml")
    let run = try CommandRun(
      script: """
        mkdir read-only
        unshare --mount sh -c 'mount -t tmpfs -o ro none read-only; \
          timeout 300 $daemon --config \(place.configuration)'
        """,
      in: place.folder,
      environment: ["daemon": DaemonPlace.binary]
    )
    #expect(run.status == 1, "\(run.errors)")
    #expect(
      run.errors.contains(
        "cannot write the database '\(folder)/counts.db': its file system is read-only;"
          + " remount it writable, or let the service write there (ReadWritePaths=)"
      )
    )
  }

  /// Runs the daemon as one who has to respect the permissions of files.
  private func runWithoutPrivileges() throws -> CommandRun {
    // The superuser may read all files, but not without the capabilities for it.
    let drop = "setpriv --bounding-set -dac_override,-dac_read_search"
    return try CommandRun(
      script: "\(geteuid() == 0 ? drop : "") timeout 300 $daemon --config \(place.configuration)",
      in: place.folder,
      environment: ["daemon": DaemonPlace.binary]
    )
  }

  @Test(arguments: ["counts.db", "counts.db-wal"], [0, 0o444] as [mode_t])
  func `a database that may not be written is no other failure`(
    name: String,
    mode: mode_t
  ) throws {
    let daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    _ = try poll("something is saved", daemon.errors) { daemon.status()?.saved }
    daemon.end(by: SIGKILL)
    #expect(unsafe chmod(place.folder.path(name), mode) == 0)
    let run = try runWithoutPrivileges()
    #expect(run.status == 77, "\(run.errors)")
    #expect(run.errors.contains("it and its folder must belong to the service's user"))
  }

  @Test func `a folder that may not be written is no missing one`() throws {
    let folder = place.folder.path("own")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(unsafe chmod(folder, 0o555) == 0)
    let text = try String(contentsOfFile: place.configuration, encoding: .utf8)
    let changed = text.replacingOccurrences(of: place.database, with: "\(folder)/counts.db")
    try place.folder.write(Array(changed.utf8), to: "submitwatch.yaml")
    let run = try runWithoutPrivileges()
    #expect(run.status == 77, "\(run.errors)")
    #expect(run.errors.contains("it and its folder must belong to the service's user"))
  }

  @Test func `a directory is no database`() throws {
    try FileManager.default.createDirectory(
      atPath: place.database,
      withIntermediateDirectories: false
    )
    let (status, errors) = try run()
    #expect(status == 1)
    #expect(errors.contains("'\(place.database)' is a directory and no database; name a file"))
  }

  @Test func `a configuration that may not be read is no bad configuration`() throws {
    #expect(unsafe chmod(place.configuration, 0) == 0)
    let run = try runWithoutPrivileges()
    #expect(run.status == 77)
    #expect(run.errors.contains("submitwatch.yaml"))
    #expect(run.errors.contains("ermission denied"))
  }

  /// Starts the daemon on a database that it must leave as it is.
  private func refusal(_ what: String) throws -> String {
    let before = FileManager.default.contents(atPath: place.database)
    let (status, errors) = try run()
    #expect(status == 1, "\(what)")
    #expect(FileManager.default.contents(atPath: place.database) == before, "\(what)")
    #expect(!FileManager.default.fileExists(atPath: place.socket))
    return errors
  }

  @Test func `a database that is damaged, foreign or newer is left as it is`() throws {
    let daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    #expect(daemon.end(by: SIGTERM) == 0)
    let good = try Data(contentsOf: URL(filePath: place.database))

    try place.folder.write(Array("not a database".utf8), to: "counts.db")
    #expect(try refusal("foreign").contains("name another file, or move this one away"))

    try place.folder.write(Array(good.prefix(good.count - 5000)), to: "counts.db")
    #expect(try refusal("cut off").contains("restore it from a backup, or move it"))

    try place.folder.write(Array(good), to: "counts.db")
    let database = try DatabaseQueue(path: place.database)
    try database.writeWithoutTransaction {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99'); PRAGMA journal_mode = DELETE")
    }
    try database.close()
    #expect(try refusal("newer").contains("install that version again, or move the database away"))
  }

  @Test func `two daemons do not share a socket or a database`() throws {
    let first = try place.start()
    try first.waitUntilCaughtUp()
    let other = try DaemonPlace(DaemonPlace.settings)
    let text = try String(contentsOfFile: other.configuration, encoding: .utf8)
    for (own, theirs, message) in [
      (other.socket, place.socket, "another process answers there; stop it"),
      (other.database, place.database, "is in use by another process; stop it first"),
    ] {
      let changed = text.replacingOccurrences(of: own, with: theirs)
      try other.folder.write(Array(changed.utf8), to: "submitwatch.yaml")
      let second = try other.start()
      #expect(try second.end() == 1)
      #expect(second.errors.contains(message), "\(second.errors)")
      #expect(first.status() != nil)
    }
  }

  @Test func `the socket of a killed daemon is replaced, any other file is not`() throws {
    let first = try place.start()
    try first.waitUntilReady()
    first.end(by: SIGKILL)
    #expect(FileManager.default.fileExists(atPath: place.socket))
    let second = try place.start()
    try second.waitUntilReady()
    #expect(second.end(by: SIGTERM) == 0)
    try place.folder.write([65], to: "socket")
    let (status, errors) = try run()
    #expect(status == 1)
    #expect(errors.contains(place.socket))
    #expect(FileManager.default.contents(atPath: place.socket) == Data([65]))
  }

  @Test func `an import that a kill breaks off leaves nothing behind`() throws {
    let daemon = try place.start()
    try daemon.waitUntilReady()
    let client = try RawClient(place.socket)
    client.send(
      "POST /v1/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
        + "Content-Length: 1000000\r\n\r\nNov 21"
    )
    let open = "/proc/\(daemon.id)/fd"
    _ = try poll("the log is kept", daemon.errors) {
      try FileManager.default.contentsOfDirectory(atPath: open).first {
        let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(open)/\($0)")
        return file?.hasPrefix(place.folder.path("submitwatch-")) == true
          && file?.hasSuffix(" (deleted)") == true
      }
    }
    daemon.end(by: SIGKILL)
    let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    #expect(!left.contains { $0.hasPrefix("submitwatch-") })
  }

  @Test func `the service manager's socket is used, and stays when the daemon ends`() throws {
    let passed = place.folder.path("passed")
    // The configuration's own socket is of no interest then.
    try place.configure(DaemonPlace.settings + "\nhttp:\n  hosts: []")
    let daemon = try RunningDaemon(
      "/usr/bin/systemd-socket-activate",
      // It hands nothing on of its own environment.
      CommandRun.sanitizers.keys.map { "--setenv=\($0)" }
        + ["--listen=\(passed)", DaemonPlace.binary, "--config", place.configuration],
      in: place
    )
    let answer = try poll("the daemon answers", daemon.errors) {
      let run = try CommandRun(["report", "volume", "--format", "csv", "--socket", passed])
      return run.status == 0 ? run.text : nil
    }
    #expect(answer.hasPrefix("sender,domain,messages"))
    #expect(daemon.errors.contains("socket=\(passed)"), "\(daemon.errors)")
    try place.configure("timezone: Asia/Tokyo")
    daemon.send(SIGHUP)
    _ = try poll("the zone is taken up", daemon.errors) {
      let run = try CommandRun(["report", "tls", "--format", "json", "--socket", passed])
      return run.text.contains("Asia/Tokyo") ? true : nil
    }
    #expect(daemon.end(by: SIGTERM) == 0)
    #expect(!FileManager.default.fileExists(atPath: place.socket))
  }
}
