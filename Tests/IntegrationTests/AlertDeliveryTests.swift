import Foundation
import Glibc
import TestSupport
import Testing

@testable import Alerts

/// From lines of a log through the real daemon to a web server, whatever happens to either.
struct AlertDeliveryTests {
  /// Alerts at the sixth message within ten minutes, whoever sends.
  private static func settings(_ receivers: [WebReceiver]) -> String {
    let hooks = receivers.enumerated().map { "    - name: hook\($0)\n      url: \($1.url)/\n" }
    return """
      timezone: UTC
      detection:
        cap-per-ten-minutes: 5
      alerts:
        webhook:
      \(hooks.joined())
      """
  }

  static func append(_ count: Int, of account: String, to place: DaemonPlace) throws {
    let stamp = Date().formatted(.iso8601)
    let lines = (0..<count).map { number in
      let id = "4\(account.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffffff })B\(number)z"
      return """
        \(stamp) mx1 postfix/submission/smtpd[\(number + 1)]: \(id): client=unknown[192.0.2.9], sasl_method=PLAIN, sasl_username=\(account)
        \(stamp) mx1 postfix/qmgr[9]: \(id): from=<\(account)>, size=1000, nrcpt=1 (queue active)

        """
    }
    let file = try FileHandle(forWritingTo: URL(filePath: place.log))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(lines.joined().utf8))
  }

  private static func accounts(_ receiver: WebReceiver) -> [String] {
    receiver.requests.compactMap { request in
      let json = try? JSONSerialization.jsonObject(with: Data(request.body))
      return (json as? [String: Any])?["account"] as? String
    }
  }

  @Test func `an alert reaches its sinks, also one that fails and one that is not there yet`()
    throws
  {
    let good = try WebReceiver()
    let failing = try WebReceiver(
      .status(500, body: String(repeating: "x", count: 1 << 20)),
      .hangUp,
      .status(200)
    )
    let hanging = try WebReceiver(.nothing)
    let place = try DaemonPlace(Self.settings([good, failing, hanging]))
    try place.folder.write([], to: "mail.log")
    let daemon = try place.start()
    try daemon.waitUntilReady()
    try Self.append(8, of: "thief@example.org", to: place)
    _ = try poll("the alert is told", daemon.errors) {
      Self.accounts(good) == ["thief@example.org"] ? true : nil
    }
    // What hangs holds up neither lines nor alerts.
    try Self.append(8, of: "other@example.org", to: place)
    _ = try poll("both are told", daemon.errors) {
      Set(Self.accounts(good)) == ["thief@example.org", "other@example.org"] ? true : nil
    }
    _ = try poll("both are told to the one that failed", daemon.errors) {
      Self.accounts(failing).count >= 4 ? true : nil
    }
    #expect(Set(Self.accounts(failing)) == ["thief@example.org", "other@example.org"])
    try daemon.wait(for: "all is counted", "/v1/report/volume") {
      $0.contains("other@example.org,example.org,8,")
    }
    let alerts = try #require(daemon.get("/v1/alerts?state=firing"))
    #expect(alerts.split(separator: "\n").count == 3)
    let status = try #require(daemon.get("/v1/status", as: "application/json"))
    #expect(status.contains("\"name\":\"hook2\",\"waiting\":2"))
    daemon.end(by: SIGTERM)
  }

  @Test func `what was not told before a crash is told after it, once`() throws {
    let receiver = try WebReceiver(.status(503), .status(503), .status(503), .nothing)
    let port = receiver.port
    let place = try DaemonPlace(Self.settings([receiver]))
    try place.folder.write([], to: "mail.log")
    let daemon = try place.start()
    try daemon.waitUntilReady()
    try Self.append(8, of: "thief@example.org", to: place)
    _ = try poll("it was tried", daemon.errors) { receiver.requests.isEmpty ? nil : true }
    daemon.end(by: SIGKILL)
    let other = try WebReceiver()
    let settings = Self.settings([receiver]).replacing(":\(port)/", with: ":\(other.port)/")
    try place.configure(settings)
    let second = try place.start()
    _ = try poll("the alert is told", second.errors) {
      Self.accounts(other) == ["thief@example.org"] ? true : nil
    }
    // Nor after a third start: that it is told is saved behind the web server's answer.
    let saved = second.status()?.saved
    try Self.append(1, of: "calm@example.org", to: place)
    _ = try poll("everything is saved", second.errors) {
      second.status().flatMap { $0.isCaughtUp && $0.saved != saved ? true : nil }
    }
    second.end(by: SIGKILL)
    let third = try place.start()
    try third.waitUntilCaughtUp()
    try Self.append(8, of: "other@example.org", to: place)
    _ = try poll("the next alert is told", third.errors) {
      Self.accounts(other).contains("other@example.org") ? true : nil
    }
    #expect(Self.accounts(other) == ["thief@example.org", "other@example.org"])
    third.end(by: SIGTERM)
  }

  @Test func `what is meant for this machine goes through no proxy`() throws {
    let receiver = try WebReceiver()
    let proxy = try WebReceiver(.status(502))
    let place = try DaemonPlace(Self.settings([receiver]))
    let daemon = try place.start("http_proxy=\(proxy.url)", "ALL_PROXY=\(proxy.url)")
    try daemon.waitUntilReady()
    let trial = try CommandRun(
      ["alerts", "test", "hook0"],
      environment: ["SUBMITWATCH_SOCKET": place.socket]
    )
    #expect(trial.text == "'hook0' has taken a trial alert: HTTP 200\n")
    #expect(proxy.requests.isEmpty)
    daemon.end(by: SIGTERM)
  }

  @Test func `who waits for a trial is answered when the daemon ends`() throws {
    let hanging = try WebReceiver(.nothing)
    let place = try DaemonPlace(Self.settings([hanging]))
    let daemon = try place.start()
    try daemon.waitUntilReady()
    let client = try RawClient(place.socket)
    let body = #"{"sink":"hook0"}"#
    client.send(
      "POST /v1/alerts/test HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    _ = try poll("the trial is sent", daemon.errors) { hanging.requests.first }
    daemon.send(SIGTERM)
    let answer = try client.readResponse()
    #expect(answer.status == 200)
    #expect(answer.text.contains("\"delivered\":false"))
    let status = try daemon.end()
    #expect(status == 0, "\(daemon.errors)")
  }

  @Test func `a verdict is kept with who gave it, and a trial goes out`() throws {
    let receiver = try WebReceiver()
    let place = try DaemonPlace(Self.settings([receiver]))
    try place.folder.write([], to: "mail.log")
    let daemon = try place.start()
    try daemon.waitUntilReady()
    try Self.append(8, of: "owner@example.org", to: place)
    _ = try poll("the alert is told", daemon.errors) { Self.accounts(receiver).first }
    let json = try #require(receiver.requests.first?.text)
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let id = try #require(object?["id"] as? String)
    let names = object.map { Array($0.keys) } ?? []
    let more = ["firing", "critical", "event", "host", "verdict"]
    #expect((names + more).sorted() == TrialValues.names)
    let environment = ["SUBMITWATCH_SOCKET": place.socket]
    // Not one of a moment ago is the list that follows.
    #expect(daemon.get("/v1/alerts?state=firing")?.contains(id) == true)
    let verdict = try CommandRun(
      ["alerts", "verdict", id, "legitimate", "--note", "newsletter"],
      environment: environment
    )
    #expect(verdict.status == 0, "\(verdict.errors)")
    #expect(daemon.get("/v1/alerts?state=firing")?.contains(id) == false)
    let over = try poll("the end is told", daemon.errors) {
      receiver.requests.map(\.text).first { $0.contains("\"state\":\"resolved\"") }
    }
    #expect(over.contains(#""verdict":{"verdict":"legitimate","note":"newsletter","#))
    let trial = try CommandRun(["alerts", "test", "hook0"], environment: environment)
    #expect(trial.text == "'hook0' has taken a trial alert: HTTP 200\n")
    daemon.end(by: SIGKILL)
    let second = try place.start()
    let alerts = try second.wait(for: "alerts", "/v1/alerts", as: "application/json") { _ in true }
    #expect(
      alerts.contains(
        "\"verdict\":{\"verdict\":\"legitimate\",\"note\":\"newsletter\",\"user\":\(getuid())"
      )
    )
    #expect(alerts.contains("\"state\":\"resolved\""))
    let table = try CommandRun(["alerts"], environment: environment)
    #expect(table.text.contains("legitimate"))
    second.end(by: SIGTERM)
  }
}
