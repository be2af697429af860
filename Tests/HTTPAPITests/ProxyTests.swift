import Dispatch
import MailLog
import Platform
import TestSupport
import Testing

@testable import HTTPAPI

/// What holds of the port of `submitwatch dashboard`, beside what its walk in a browser shows.
struct ProxyTests {
  /// Serves a log behind a proxy while `body` runs, which gets the port and the token.
  private func withProxy(
    _ limits: HTTPLimits,
    _ options: HTTPServer.Options = .patient,
    alerts: AlertHandlers = .none,
    _ body: @escaping @Sendable (UInt16, String) throws -> Void
  ) async throws {
    try await ServedLog.sample().serve(options, alerts: alerts) { log in
      let proxy = DashboardProxy(socket: log.socketPath, limits: limits)
      let address = Locked("")
      let isReady = DispatchSemaphore(value: 0)
      let task = Task {
        try await proxy.run(port: 0) { found in
          address.withLock { $0 = found }
          isReady.signal()
        }
      }
      defer { task.cancel() }
      isReady.wait()
      let parts = address.withLock { $0 }.split { ":/#=".contains($0) }
      try body(#require(UInt16(parts[2])), String(parts[4]))
    }
  }

  private func request(_ target: String, _ port: UInt16, _ fields: [String] = []) -> String {
    let lines = ["GET \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + fields
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }

  private func post(
    _ token: String,
    _ port: UInt16,
    _ fields: [String] = []
  ) throws -> RawResponse {
    let client = try RawClient(port: port)
    let lines = [
      "POST /session HTTP/1.1", "Host: 127.0.0.1:\(port)", "Content-Length: \(token.count)",
    ]
    client.send((lines + fields).joined(separator: "\r\n") + "\r\n\r\n" + token)
    return try client.readResponse()
  }

  private func cookie(_ port: UInt16, _ token: String) throws -> String {
    let field = try #require(try post(token, port).fields["set-cookie"])
    return "Cookie: \(field.prefix { $0 != ";" })"
  }

  @Test func `a token that a foreign page posts is not spent`() async throws {
    try await withProxy(.patient) { [self] port, token in
      for field in [
        "Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1",
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: none",
      ] {
        let answer = try post(token, port, [field])
        #expect(answer.status == 403, "\(field)")
        #expect(answer.fields["set-cookie"] == nil)
      }
      let own = ["Origin: http://127.0.0.1:\(port)", "Sec-Fetch-Site: same-origin"]
      #expect(try post(token, port, own).status == 200)
      #expect(try post(token, port, own).status == 403)
    }
  }

  @Test func `who sends nothing is shown out, and who follows the alerts stays`() async throws {
    var limits = HTTPLimits.patient
    limits.idle = .seconds(4)
    var options = HTTPServer.Options.patient
    options.limits.heartbeat = .milliseconds(20)
    let events = Locked<[AlertEvent]>([])
    let handlers = AlertHandlers(
      events: { number in events.withLock { $0 }.filter { $0.number > number } },
      judge: { _, _ in nil },
      sendTrial: { _ in .unknown(sinks: []) }
    )
    try await withProxy(limits, options, alerts: handlers) { port, token in
      let follower = try RawClient(port: port)
      follower.send(request("/v1/alerts/stream", port, [try cookie(port, token)]))
      #expect(String(decoding: follower.read(), as: UTF8.self).hasPrefix("HTTP/1.1 200"))
      // Twice: by then the follower, too, has sent nothing for longer than the limit.
      for _ in 0..<2 {
        let idle = try ["", "GET / HT", request("/", port)].map { text in
          let client = try RawClient(port: port)
          client.send(text)
          return client
        }
        for client in idle { _ = client.readToEnd() }
      }
      events.withLock { $0.append(AlertEvent(number: 9, alert: .made("c"))) }
      let news = AlertStreamTests.read(follower, until: "\"id\":\"c\"")
      #expect(news.contains("id: 9\nevent: alert"))
    }
  }

  @Test func `the streams of pages that were closed make place for others`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.heartbeat = .seconds(3600)
    try await withProxy(.patient, options) { port, token in
      let stream = request("/v1/alerts/stream", port, [try cookie(port, token)])
      @Sendable func isGranted() throws -> Bool {
        let page = try RawClient(port: port)
        page.send(stream)
        return String(decoding: page.read(), as: UTF8.self).hasPrefix("HTTP/1.1 200")
      }
      for page in 1...64 {
        _ = try poll("page \(page) gets its stream") { try isGranted() ? true : nil }
      }
    }
  }

  @Test func `connections that wait make place for new ones`() async throws {
    var limits = HTTPLimits.patient
    limits.connections = 8
    try await withProxy(limits) { port, _ in
      let silent = try (0..<20).map { _ in try RawClient(port: port) }
      let client = try RawClient(port: port)
      client.send(request("/", port))
      #expect(try client.readResponse().status == 200)
      #expect(silent[0].readToEnd().isEmpty)
    }
  }

  @Test func `what is no request is refused`() async throws {
    try await withProxy(.patient) { port, _ in
      for (text, status) in [("nonsense\r\n\r\n", 400), ("GET / HTTP/9.9\r\n\r\n", 505)] {
        let client = try RawClient(port: port)
        client.send(text)
        #expect(try client.readResponse().status == status)
      }
    }
  }
}
