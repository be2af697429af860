import Locking
import MailLog
import Reports
import TestSupport
import Testing

@testable import HTTPAPI

struct AlertRouteTests {
  @Test func `alerts come the newest first, as JSON, as CSV and in pages`() async throws {
    try await ServedLog.sample().serve { log in
      let all = try JSONValue(log.ask("/v1/alerts"))
      #expect(all["rows"].items.map { $0["id"].text } == ["alice", "bob"])
      let csv = try log.ask("/v1/alerts?limit=1", ["Accept: text/csv"])
      #expect(
        csv.text == """
          id,rule,account,started,ended,severity,count,expected,window_seconds,score
          alice,volume,alice@example.org,2026-11-21T11:53:20Z,,warning,80,12.5,600,1.86

          """
      )
      let link = try #require(csv.fields["link"])
      let next = String(link.dropFirst().prefix { $0 != ">" })
      #expect(try JSONValue(log.ask(next))["rows"].items.map { $0["id"].text } == ["bob"])
      #expect(try JSONValue(log.ask(next))["next"].isNull)
    }
  }

  @Test func `every alert is on a page, also of one moment`() async throws {
    var sample = try ServedLog.sample()
    let names = (0..<7).map { "a\($0)" }
    sample.published.alerts = names.map { KeptAlert(.made($0), fired: 0) }
      .sorted { $0.place > $1.place }
    try await sample.serve { log in
      var cursor: String? = ""
      var found: [String] = []
      while let place = cursor {
        let behind = place.isEmpty ? "" : "&cursor=\(place)"
        let page = try JSONValue(log.ask("/v1/alerts?limit=2" + behind))
        found += page["rows"].items.compactMap { $0["id"].text }
        cursor = page["next"].text
      }
      #expect(found == names.reversed())
    }
  }

  @Test func `a table of some alerts says how many there are in all`() async throws {
    try await ServedLog.sample().serve { log in
      let text = try log.ask("/v1/alerts?limit=1", ["Accept: text/plain"]).text
      #expect(text.hasPrefix("Alerts · 1 firing, 1 over (UTC)\n"))
    }
  }

  @Test func `alerts are chosen by state and start`() async throws {
    try await ServedLog.sample().serve { log throws in
      func ids(_ query: String) throws -> [String] {
        try JSONValue(log.ask("/v1/alerts?\(query)"))["rows"].items.compactMap { $0["id"].text }
      }
      #expect(try ids("state=firing") == ["alice"])
      #expect(try ids("state=resolved") == ["bob"])
      #expect(try ids("since=2026-11-22") == [])
      #expect(try ids("since=2026-11-21T12:53:20%2B01:00").count == 2)
      #expect(try ids("since=2026-11-21T11:53:21Z") == [])
      #expect(try log.ask("/v1/alerts?since=yesterday").status == 400)
      #expect(try log.ask("/v1/alerts?cursor=x").status == 400)
    }
  }

  @Test func `the insight and the details have alerts, the figures have no names`() async throws {
    var log = try ServedLog.sample()
    log.published.status.alerts.firing = [.volume: 1]
    try await log.serve { log in
      let insight = try JSONValue(log.ask("/v1/insight"))
      #expect(insight["alerts"].items.map { $0["id"].text } == ["alice"])
      let other = try JSONValue(log.ask("/v1/insight?domain=example.net"))
      #expect(other["alerts"].items.isEmpty)
      let sender = try JSONValue(log.ask("/v1/sender?address=alice@example.org"))
      #expect(sender["alerts"].items.isEmpty)
      let account = try JSONValue(log.ask("/v1/account?name=alice@example.org"))
      #expect(account["alerts"].items.map { $0["id"].text } == ["alice"])
      let metrics = try log.ask("/metrics").text
      #expect(metrics.contains("submitwatch_alerts_firing{rule=\"volume\"} 1\n"))
      #expect(!metrics.contains("example.org"))
    }
  }

  @Test func `an alert's text is in the language that is most welcome`() async throws {
    try await ServedLog.sample().serve { log in
      for path in ["/v1/alerts", "/v1/insight", "/v1/account?name=alice@example.org"] {
        let english = try log.ask(path)
        let german = try log.ask(path, ["Accept-Language: de-AT,en;q=0.5"])
        let parts = [(english, " sent to 80 recipients in"), (german, " an 80 Empfänger ")]
        for (answer, part) in parts {
          let json = try JSONValue(answer)
          let alerts = json["alerts"].items + json["rows"].items
          #expect(alerts.contains { $0["text"].text?.contains(part) ?? false }, "\(path)")
          #expect(answer.fields["vary"] == "accept, accept-encoding, accept-language")
        }
        #expect(english.fields["etag"] != german.fields["etag"])
      }
    }
  }

  private static let json = "Content-Type: application/json"

  private func post(_ log: ServedLog, _ path: String, _ body: String) throws -> RawResponse {
    try log.ask(
      path,
      method: "POST",
      [Self.json, "Content-Length: \(body.utf8.count)"],
      body: body
    )
  }

  @Test func `a verdict is handed on with the user who gave it`() async throws {
    let judged = Locked<[AlertJudgement]>([])
    let handlers = AlertHandlers(
      events: { _ in [] },
      judge: { id, judgement in
        guard id == "alice" else { return nil }
        judged.withLock { $0.append(judgement) }
        return KeptAlert(.made(id), fired: 1, judgement: judgement)
      },
      sendTrial: { _ in .unknown(sinks: []) }
    )
    try await ServedLog.sample().serve(alerts: handlers) { [self] log in
      let path = "/v1/alerts/verdict"
      let body = #"{"id":"alice","verdict":"compromised","note":"phished"}"#
      let answer = try JSONValue(post(log, path, body))
      #expect(answer["verdict"]["verdict"].text == "compromised")
      #expect(try post(log, path, #"{"id":"bob","verdict":"compromised"}"#).status == 404)
      for wrong in [
        "", "[]", #"{"id":"alice"}"#, #"{"id":"alice","verdict":"maybe"}"#,
        #"{"id":1,"verdict":"compromised"}"#, #"{"id":"alice","verdict":"compromised","x":1}"#,
      ] { #expect(try post(log, path, wrong).status == 400, "\(wrong)") }
      #expect(try log.ask(path, method: "POST", ["Content-Length: 0"]).status == 415)
      #expect(try log.ask(path).status == 405)
    }
    #expect(judged.withLock { $0 }.map(\.note) == ["phished"])
    #expect(judged.withLock { $0 }.map(\.user) == [PeerUser.own.id])
  }

  @Test func `a trial tells what came of it`() async throws {
    let handlers = AlertHandlers(
      events: { _ in [] },
      judge: { _, _ in nil },
      sendTrial: { sink in
        switch sink {
        case "good": .delivered("HTTP 200")
        case "bad": .failed("HTTP 500")
        case "alone": .unknown(sinks: ["journal"])
        default: .unknown(sinks: ["good", "bad"])
        }
      }
    )
    try await ServedLog.sample().serve(alerts: handlers) { [self] log in
      let path = "/v1/alerts/test"
      #expect(
        try post(log, path, #"{"sink":"good"}"#).text
          == #"{"sink":"good","delivered":true,"detail":"HTTP 200"}"# + "\n"
      )
      #expect(try JSONValue(post(log, path, #"{"sink":"bad"}"#))["detail"].text == "HTTP 500")
      let unknown = try post(log, path, #"{"sink":"x"}"#)
      #expect(unknown.status == 404)
      #expect(try JSONValue(unknown)["detail"].text == "there is no sink 'x': there are good, bad")
      let alone = try JSONValue(post(log, path, #"{"sink":"alone"}"#))
      #expect(alone["detail"].text == "there is no sink 'alone': there is journal")
    }
  }
}

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
