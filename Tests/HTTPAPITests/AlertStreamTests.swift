import MailLog
import Platform
import TestSupport
import Testing

@testable import HTTPAPI

/// The stream of events.
struct AlertStreamTests {
  private static let events = [
    AlertEvent(number: 5, alert: .made("a")), AlertEvent(number: 7, alert: .made("b")),
  ]

  private func serve(
    _ options: HTTPServer.Options = .patient,
    _ body: @escaping @Sendable (ServedLog, EventBox) throws -> Void
  ) async throws {
    let box = EventBox(Self.events)
    let handlers = AlertHandlers(
      events: { number in box.value.withLock { $0 }.filter { $0.number > number } },
      judge: { _, _ in nil },
      sendTrial: { _ in .unknown(sinks: []) }
    )
    var options = options
    options.limits.heartbeat = .milliseconds(5)
    try await ServedLog.sample().serve(options, alerts: handlers) { try body($0, box) }
  }

  /// Reads until the text has come.
  static func read(_ client: RawClient, until text: String) -> String {
    var all: [UInt8] = []
    while !String(decoding: all, as: UTF8.self).contains(text) {
      let more = client.read()
      guard !more.isEmpty else { break }
      all += more
    }
    return String(decoding: all, as: UTF8.self)
  }

  private static func follow(_ log: ServedLog, _ field: String = "") throws -> RawClient {
    let client = try RawClient(log.socketPath)
    client.send("GET /v1/alerts/stream HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
    return client
  }

  @Test func `who follows gets what is new, and a comment while nothing is`() async throws {
    try await serve { log, events in
      let client = try Self.follow(log)
      let start = Self.read(client, until: ":\n\n")
      #expect(start.lowercased().contains("content-type: text/event-stream; charset=utf-8"))
      #expect(start.contains("id: 7\n\n"))
      #expect(!start.contains("event: alert"))
      events.value.withLock { $0.append(AlertEvent(number: 9, alert: .made("c"))) }
      let news = Self.read(client, until: "\"id\":\"c\"")
      #expect(news.contains("id: 9\nevent: alert\ndata: {\"id\":\"c\","))
    }
  }

  @Test func `who comes back goes on behind the last event`() async throws {
    try await serve { log, _ in
      let resumed = Self.read(try Self.follow(log, "Last-Event-ID: 5\r\n"), until: "\"b\"")
      #expect(resumed.contains("id: 7\nevent: alert"))
      #expect(!resumed.contains("\"id\":\"a\""))
      let all = Self.read(try Self.follow(log, "Last-Event-ID: 0\r\n"), until: "\"id\":\"b\"")
      #expect(all.contains("\"id\":\"a\""))
      #expect(try log.ask("/v1/alerts/stream", ["Last-Event-ID: x"]).status == 400)
    }
  }

  @Test func `who comes back behind an event that nobody has gets what is new`() async throws {
    try await serve { log, events in
      let client = try Self.follow(log, "Last-Event-ID: 1000\r\n")
      let start = Self.read(client, until: ":\n\n")
      #expect(start.contains("id: 7\n\n"))
      events.value.withLock { $0.append(AlertEvent(number: 9, alert: .made("c"))) }
      #expect(Self.read(client, until: "\"id\":\"c\"").contains("id: 9\nevent: alert"))
    }
  }

  @Test func `who follows makes no place for others, who is idle does`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.connectionsPerUser = 3
    try await serve(options) { log, events in
      let followers = try (0..<2).map { _ in try Self.follow(log) }
      for follower in followers { _ = Self.read(follower, until: ":\n\n") }
      // The only place that is left: the next one takes it from the one before.
      let idle = try RawClient(log.socketPath)
      let metrics = try log.ask("/metrics").text
      #expect(metrics.contains("\nsubmitwatch_http_connections_displaced_total 1\n"))
      #expect(idle.readToEnd().isEmpty)
      let third = try Self.follow(log)
      _ = Self.read(third, until: ":\n\n")
      #expect(try log.ask("/healthz").status == 503)
      events.value.withLock { $0.append(AlertEvent(number: 9, alert: .made("c"))) }
      for follower in followers + [third] {
        #expect(Self.read(follower, until: "\"id\":\"c\"").contains("id: 9\nevent: alert"))
      }
      third.finish()
    }
  }

  @Test func `those who follow leave an eighth of a user's places to requests`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.connectionsPerUser = 8
    try await serve(options) { log, _ in
      var followers = try (0..<7).map { _ in try Self.follow(log) }
      for follower in followers { _ = Self.read(follower, until: ":\n\n") }
      let eighth = try log.ask("/v1/alerts/stream")
      #expect(eighth.status == 503)
      #expect(eighth.fields["retry-after"] == "1")
      #expect(
        try JSONValue(eighth)["detail"].text
          == "this user follows the alerts too often already: close some pages, or ask for"
          + " /v1/alerts"
      )
      #expect(try log.ask("/v1/alerts").status == 200)
      followers.removeFirst()
      #expect(
        becomes {
          guard let next = try? Self.follow(log) else { return false }
          return Self.read(next, until: "\r\n\r\n").contains("200 OK")
        }
      )
    }
  }

  @Test func `who takes nothing holds up nobody`() async throws {
    try await serve { log, events in
      let slow = try (0..<20).map { _ in try Self.follow(log) }
      events.value.withLock { events in
        for number in 10..<400 {
          events.append(AlertEvent(number: UInt64(number), alert: .made("x")))
        }
      }
      for _ in 0..<20 { #expect(try log.ask("/healthz").status == 200) }
      let other = Self.read(try Self.follow(log, "Last-Event-ID: 398\r\n"), until: "id: 399")
      #expect(other.contains("id: 399\nevent: alert"))
      #expect(slow.count == 20)
    }
  }
}

/// Events that can be added to while they are read.
private final class EventBox: Sendable {
  let value: Locked<[AlertEvent]>
  init(_ events: [AlertEvent]) { value = Locked(events) }
}
