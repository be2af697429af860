import MailLog
import Platform
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
      #expect(text.hasPrefix("Alerts · 1 firing, 1 past (UTC)\n"))
    }
  }

  @Test func `an alert whose place another took is not called over`() async throws {
    var sample = try ServedLog.sample()
    sample.published.alerts = ["new", nil].enumerated().map { number, successor in
      KeptAlert(.made("a\(number)", over: true), fired: 1, resolved: 2, replacedBy: successor)
    }
    try await sample.serve { log in
      let rows = try JSONValue(log.ask("/v1/alerts"))["rows"].items
      #expect(rows.map { $0["replacedBy"].text } == ["new", nil])
      let table = try log.ask("/v1/alerts", ["Accept: text/plain"]).text
      #expect(table.contains(" replaced ") && table.contains(" over "))
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
