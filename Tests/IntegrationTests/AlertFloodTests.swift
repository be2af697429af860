import Foundation
import Glibc
import TestSupport
import Testing

/// Many who try, or do, the same: nobody is told a thousand times, and no memory is filled.
struct AlertFloodTests {
  /// `SUBMITWATCH_FLOOD`: how many login names.
  private static let names =
    ProcessInfo.processInfo.environment["SUBMITWATCH_FLOOD"].flatMap { Int($0) } ?? 60_000

  @Test func `random login names raise no alert, and take no more room than there is`() throws {
    let place = try DaemonPlace("timezone: UTC")
    _ = try place.folder.write([], to: "mail.log")
    let daemon = try place.start()
    try daemon.waitUntilReady()
    let before = Self.residentMegabytes(daemon)
    var numbers = SeededNumbers(5)
    let stamp = Date().formatted(.iso8601)
    for start in stride(from: 0, to: Self.names, by: 20_000) {
      let lines = (start..<min(start + 20_000, Self.names)).map { number in
        let client = "203.\(numbers.below(256)).\(numbers.below(256)).9"
        let name = "user\(numbers.next())@example.org"
        return """
          \(stamp) mx1 postfix/submission/smtpd[\(number % 50)]: warning: unknown[\(client)]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=\(name)

          """
      }
      try Self.append(lines, to: place)
      let end = start + lines.count
      try daemon.wait(for: "\(end) are read", "/v1/status", as: "application/json") {
        $0.contains("\"used\":\(end),")
      }
    }
    let status = try #require(daemon.get("/v1/status", as: "application/json"))
    let alerts = try #require(Self.alerts(status))
    #expect(alerts["kept"] as? Int == 0)
    // Of 16,384 names it is remembered how often they failed.
    #expect(alerts["forgottenLogins"] as? Int ?? 0 > Self.names / 2)
    // 250,000 failed names are listed, with network and times; a save holds them once more.
    #expect(Self.residentMegabytes(daemon) - before < 100)
    daemon.end(by: SIGTERM)
  }

  @Test func `over a hundred alerts in an hour the rest is listed, not sent, and status says so`()
    throws
  {
    let receiver = try WebReceiver()
    let place = try DaemonPlace(
      """
      timezone: UTC
      detection:
        cap-per-ten-minutes: 5
      alerts:
        webhook:
          - url: \(receiver.url)/
      """
    )
    _ = try place.folder.write([], to: "mail.log")
    let daemon = try place.start()
    try daemon.waitUntilReady()
    let stamp = Date().formatted(.iso8601)
    let lines = (0..<130 * 6).map { number in
      let (id, account) = ("4FabcdeB\(100_000 + number)z", "user\(number / 6)@example.org")
      return """
        \(stamp) mx1 postfix/submission/smtpd[\(number + 1)]: \(id): client=unknown[192.0.2.9], sasl_method=PLAIN, sasl_username=\(account)
        \(stamp) mx1 postfix/qmgr[9]: \(id): from=<\(account)>, size=1000, nrcpt=1 (queue active)

        """
    }
    try Self.append(lines, to: place)
    let status = try daemon.wait(for: "all is told", "/v1/status", as: "application/json") {
      $0.contains("\"delivered\":100,") && $0.contains("\"withheld\":30,")
    }
    #expect(status.contains("\"code\":\"alerts-withheld\""))
    #expect(Self.alerts(status)?["kept"] as? Int == 130)
    // The journal may have had them before.
    _ = try poll("the webhook has all") { receiver.requests.count >= 100 ? true : nil }
    #expect(receiver.requests.count == 100)
    let last = receiver.requests.filter { $0.text.contains("are listed, not sent") }
    #expect(last.count == 1)
    let table = try CommandRun(["status"], environment: ["SUBMITWATCH_SOCKET": place.socket])
    #expect(table.text.contains("130 kept, 30 not sent"))
    #expect(table.text.contains("nobody was told"))
    let check = try CommandRun(
      ["status", "--check"],
      environment: ["SUBMITWATCH_SOCKET": place.socket]
    )
    #expect(check.status == 1)
    daemon.end(by: SIGTERM)
  }

  private static func append(_ lines: [String], to place: DaemonPlace) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: place.log))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(lines.joined().utf8))
  }

  private static func alerts(_ status: String) -> [String: Any]? {
    let object = try? JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any]
    return object?["alerts"] as? [String: Any]
  }

  /// The daemon's memory, proc(5).
  private static func residentMegabytes(_ daemon: RunningDaemon) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(daemon.id)/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE)) / 1_000_000
  }
}
