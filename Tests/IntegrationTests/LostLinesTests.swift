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
    let run = try CommandRun(["import", copy], environment: ["SUBMITWATCH_SOCKET": place.socket])
    #expect(run.text == "1 file, 66 lines: 3 submissions counted, 30 known already\n")
    try wait(daemon, for: 60)
    #expect(daemon.end(by: SIGTERM) == 0)
  }

  private func wait(_ daemon: RunningDaemon, for messages: Int) throws {
    try daemon.wait(for: "\(messages) messages are counted", "/v1/report/volume?days=3") {
      $0.contains("u@example.org,example.org,\(messages),")
    }
  }
}
