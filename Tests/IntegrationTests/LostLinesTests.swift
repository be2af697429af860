import Foundation
import Glibc
import TestSupport
import Testing

/// Lines that the daemon never saw, and that are imported from a copy later.
struct LostLinesTests {
  /// A message every ten minutes of yesterday; what is lost takes less than the hour that ends a span.
  private func lines(_ numbers: Range<Int>) -> String {
    numbers.map { number in
      let minutes = number * 10
      let hour = minutes / 60
      let time = "\(hour < 10 ? "0" : "")\(hour):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
      let stamp = "\(DaemonPlace.yesterday)T\(time):00.000000+00:00"
      let id = "4ABCDEF\(100 + number)"
      return """
        \(stamp) mx1 postfix/smtpd[7]: \(id): client=mx[192.0.2.1], sasl_method=PLAIN, sasl_username=u
        \(stamp) mx1 postfix/qmgr[9]: \(id): from=<u@example.org>, size=10, nrcpt=1 (queue active)

        """
    }.joined()
  }

  @Test func `what is lost in a gap counts when a copy is imported`() throws {
    let place = try DaemonPlace(DaemonPlace.settings)
    try lines(0..<30).write(toFile: place.log, atomically: false, encoding: .utf8)
    var daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    #expect(daemon.end(by: SIGTERM) == 0)
    // What comes while the daemon is down goes with the file; only a copy has it.
    let copy = place.folder.path("copy.log")
    try lines(0..<33).write(toFile: copy, atomically: false, encoding: .utf8)
    try FileManager.default.removeItem(atPath: place.log)
    try lines(33..<60).write(toFile: place.log, atomically: false, encoding: .utf8)
    daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    #expect(daemon.status()?.gaps == 1)
    try wait(daemon, for: 57)
    // Nobody has seen to it yet: it is not forgotten.
    #expect(daemon.end(by: SIGTERM) == 0)
    daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    #expect(daemon.status()?.gaps == 1)
    #expect(daemon.status()?.warnings == ["gap"])
    let run = try CommandRun(["import", copy], environment: ["SUBMITWATCH_SOCKET": place.socket])
    #expect(run.text == "1 file, 66 lines: 3 submissions counted, 30 known already\n")
    try wait(daemon, for: 60)
    #expect(daemon.status()?.gaps == 1)
    #expect(daemon.status()?.warnings == [])
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  /// A message of yesterday, with stamps that have no year.
  private func yearless(_ folder: TemporaryFolder, at time: String = "10:00:00") throws -> String {
    let yesterday = try #require(DaemonPlace.yesterday.split(separator: "-").last)
    let month = try CommandRun(
      script: "LC_ALL=C date -u -d \(DaemonPlace.yesterday) +%b",
      in: folder
    )
    let stamp = "\(month.text.prefix(3)) \(yesterday) \(time) mx1 postfix/"
    return """
      \(stamp)smtpd[7]: 4ABCDEF123: client=mx[192.0.2.1], sasl_method=PLAIN, sasl_username=u
      \(stamp)qmgr[9]: 4ABCDEF123: from=<u@example.org>, size=10, nrcpt=1 (queue active)

      """
  }

  @Test func `rotated logs without years are as old as their files on the first start`() throws {
    let place = try DaemonPlace(DaemonPlace.settings)
    let rotated = place.log + ".1"
    try yearless(place.folder).write(toFile: rotated, atomically: false, encoding: .utf8)
    let ago = "touch -d '\(DaemonPlace.yesterday) 12:00 UTC 3 years ago' \(rotated)"
    #expect(try CommandRun(script: ago, in: place.folder).status == 0)
    try yearless(place.folder, at: "11:00:00")
      .write(toFile: place.log, atomically: false, encoding: .utf8)
    let daemon = try place.start()
    try daemon.waitUntilCaughtUp()
    #expect(daemon.status()?.warnings == [])
    try wait(daemon, for: 1)
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  @Test func `a log without years is as old as its file`() throws {
    let place = try DaemonPlace(DaemonPlace.settings)
    let daemon = try place.start()
    try daemon.waitUntilReady()
    // Yesterday's lines of three years ago: no stamp says so.
    let old = place.folder.path("old.log")
    let text = try yearless(place.folder)
    try text.write(toFile: old, atomically: false, encoding: .utf8)
    let environment = ["SUBMITWATCH_SOCKET": place.socket]
    let ago = "touch -d '\(DaemonPlace.yesterday) 12:00 UTC 3 years ago' old.log"
    #expect(try CommandRun(script: ago, in: place.folder).status == 0)
    let first = try CommandRun(["import", old], environment: environment)
    #expect(
      first.text
        == "1 file, 2 lines: 0 submissions counted, 0 known already, 1 too old to be kept\n"
    )
    #expect(try CommandRun(script: "touch old.log", in: place.folder).status == 0)
    let second = try CommandRun(["import", old], environment: environment)
    #expect(second.text == "1 file, 2 lines: 1 submissions counted, 0 known already\n")
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  @Test func `of files of which one is damaged none is counted`() throws {
    let place = try DaemonPlace(DaemonPlace.settings)
    let daemon = try place.start()
    try daemon.waitUntilReady()
    let good = place.folder.path("good.log")
    try lines(0..<3).write(toFile: good, atomically: false, encoding: .utf8)
    let script = "seq 100000 | gzip | head -c 1000 >bad.gz; touch -d '1 hour ago' good.log"
    #expect(try CommandRun(script: script, in: place.folder).status == 0)
    let bad = place.folder.path("bad.gz")
    let run = try CommandRun(
      ["import", good, bad],
      environment: ["SUBMITWATCH_SOCKET": place.socket]
    )
    #expect(run.status == 65)
    #expect(run.text == "")
    #expect(run.errors.hasPrefix("submitwatch: '\(bad)' is cut off"))
    #expect(run.errors.hasSuffix("; nothing of the import is counted, get a complete copy\n"))
    let rest = try CommandRun(["import", good], environment: ["SUBMITWATCH_SOCKET": place.socket])
    #expect(rest.text == "1 file, 6 lines: 3 submissions counted, 0 known already\n")
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  @Test func `an import that is answered shows in the next report`() throws {
    let place = try DaemonPlace(DaemonPlace.settings)
    let daemon = try place.start()
    try daemon.waitUntilReady()
    let client = try RawClient(place.socket)
    for number in 0..<10 {
      let body = lines(number..<number + 1)
      client.send(
        "POST /v1/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
      #expect(try client.readResponse().status == 200)
      client.send(
        "GET /v1/report/volume?days=3 HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n"
      )
      let report = try client.readResponse().text
      #expect(report.contains("u@example.org,example.org,\(number + 1),"), "\(report)")
    }
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  private func wait(_ daemon: RunningDaemon, for messages: Int) throws {
    try daemon.wait(for: "\(messages) messages are counted", "/v1/report/volume?days=3") {
      $0.contains("u@example.org,example.org,\(messages),")
    }
  }
}
