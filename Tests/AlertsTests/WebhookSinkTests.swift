import Foundation
import MailLog
import Platform
import Settings
import TestSupport
import Testing

@testable import Alerts

/// Webhook and Alertmanager against servers that behave, and that do not.
struct WebhookSinkTests {
  private let surroundings = SinkSurroundings(
    host: "mx1.example.org",
    agent: "submitwatch/0",
    isUnderJournal: false
  )

  private let notice = AlertNotice(
    AlertEvent(number: 17, alert: .made("a")),
    json: Array(#"{"id":"a","text":"too much"}"#.utf8)
  )

  /// The sinks that a configuration names; nil: with the usual time limit.
  private func sinks(_ yaml: String, timeLimit: Duration? = nil) throws -> [any AlertSink] {
    let settings = try Settings.parse(
      Array("alerts:\n\(yaml)".utf8),
      file: "test.yaml",
      sinks: allAlertSinks
    )
    var surroundings = surroundings
    if let timeLimit { surroundings.timeLimit = timeLimit }
    return Array(alertSinks(settings.alerts, surroundings).dropFirst())
  }

  private func webhook(_ receiver: WebReceiver, _ more: String = "") throws -> any AlertSink {
    try #require(sinks("  webhook:\n    - url: \(receiver.url)/hook\n\(more)").first)
  }

  @Test func `a webhook gets the alert's JSON`() throws {
    let receiver = try WebReceiver(.status(200, body: "thanks\r\nfor it"))
    #expect(try webhook(receiver).deliver(notice) == "HTTP 200: thanks for it")
    let request = try #require(receiver.requests.first)
    #expect(request.line == "POST /hook HTTP/1.1")
    #expect(request.text == #"{"id":"a","text":"too much"}"#)
    #expect(request.fields["content-type"] == "application/json")
    #expect(request.fields["idempotency-key"] == "submitwatch-17")
    #expect(request.fields["user-agent"] == "submitwatch/0")
  }

  @Test func `method, template, address and token are as configured`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("s3cret\n".utf8), to: "token")
    try folder.write(Array("{{text}} on {{host}}".utf8), to: "body")
    let receiver = try WebReceiver()
    let sink = try #require(
      sinks(
        """
          webhook:
            - name: chat
              url: \(receiver.url)/send/{{event}}
              method: PUT
              content-type: text/plain
              template: \(folder.path("body"))
              token-file: \(folder.path("token"))
        """
      ).first
    )
    #expect(sink.name == "chat")
    _ = try sink.deliver(notice)
    let request = try #require(receiver.requests.first)
    #expect(request.line == "PUT /send/17 HTTP/1.1")
    #expect(request.text == "too much on mx1.example.org")
    #expect(request.fields["authorization"] == "Bearer s3cret")
  }

  @Test func `a template goes without its byte order mark, one that is not UTF-8 is refused`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("\u{FEFF}{\"t\":\"{{text}}\"}".utf8), to: "body")
    let receiver = try WebReceiver()
    _ = try webhook(receiver, "      template: \(path)\n").deliver(notice)
    #expect(receiver.requests.first?.text == #"{"t":"too much"}"#)
    try folder.write([0x7b, 0xfc, 0x7d], to: "body")
    let error = #expect(throws: SettingsError.self) {
      try webhook(receiver, "      template: \(path)\n")
    }
    let advice = "is not in UTF-8; convert it, as 'iconv -f latin1 -t utf-8' does"
    #expect(error?.description.hasSuffix("template: '\(path)' \(advice)") == true)
  }

  @Test(arguments: [
    (302, true), (308, true), (400, false), (404, true), (405, true), (409, true), (410, true),
    (413, false), (422, false), (429, true), (500, true),
  ])
  func `what a refusal means follows from its status`(status: Int, isRecoverable: Bool) throws {
    let sink = try webhook(WebReceiver(.status(status, body: "no")))
    #expect(throws: AlertSinkError("HTTP \(status): no", isRecoverable: isRecoverable)) {
      _ = try sink.deliver(notice)
    }
  }

  @Test(arguments: [(429, true), (503, true), (500, false), (404, false)])
  func `how long a server asks to be left alone goes with its refusal`(
    status: Int,
    isHeeded: Bool
  ) throws {
    let receiver = try WebReceiver(.status(status, fields: "Retry-After: 120\r\n"))
    let error = AlertSinkError(
      "HTTP \(status)",
      isRecoverable: true,
      pause: isHeeded ? .seconds(120) : nil
    )
    #expect(throws: error) { _ = try webhook(receiver).deliver(notice) }
  }

  @Test func `a server that hangs, hangs up or is not there is tried again`() throws {
    let hanging = try sinks(
      "  webhook:\n    - url: \(WebReceiver(.nothing).url)/\n",
      timeLimit: .milliseconds(300)
    )[0]
    let closing = try webhook(WebReceiver(.hangUp))
    let gone = try sinks("  webhook:\n    - url: http://127.0.0.1:1/\n")[0]
    for sink in [hanging, closing, gone] {
      let error = #expect(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
      #expect(error?.isRecoverable == true)
    }
    let unreachable = #expect(throws: AlertSinkError.self) { _ = try gone.deliver(notice) }
    #expect(unreachable?.description.contains("IPAddressAllow=") == true)
  }

  @Test func `an answer of a megabyte is an answer`() throws {
    let long = String(repeating: "x", count: 1 << 20)
    let reply = try webhook(WebReceiver(.status(200, body: long))).deliver(notice)
    #expect(reply.map { $0.text.utf8.count < 300 } == true)
    let error = #expect(throws: AlertSinkError.self) {
      _ = try webhook(WebReceiver(.status(500, body: long))).deliver(notice)
    }
    #expect(error?.isRecoverable == true)
  }

  @Test(arguments: ["", "Content-Length: 4000\r\n", "Transfer-Encoding: chunked\r\n"])
  func `an answer without an end is an answer`(field: String) throws {
    for (status, isTaken) in [(200, true), (500, false)] {
      let head = "HTTP/1.1 100 X\r\n\r\nHTTP/1.1 \(status) X\r\n\(field)\r\n"
      let receiver = try WebReceiver(.openEnd(head))
      let sink = try sinks("  webhook:\n    - url: \(receiver.url)/\n", timeLimit: .seconds(1))[0]
      if isTaken {
        #expect(try sink.deliver(notice) == "HTTP 200")
      } else {
        #expect(throws: AlertSinkError("HTTP 500", isRecoverable: true)) {
          _ = try sink.deliver(notice)
        }
      }
    }
  }

  @Test func `an answer whose header has no end is none`() throws {
    let receiver = try WebReceiver(.openEnd("HTTP/1.1 200 X\r\nX-Field: 1\r\n"))
    let sink = try sinks("  webhook:\n    - url: \(receiver.url)/\n", timeLimit: .seconds(1))[0]
    let error = #expect(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
    #expect(error?.isRecoverable == true)
  }

  @Test func `who does not want to hear of ends does not`() throws {
    let receiver = try WebReceiver()
    let sink = try webhook(receiver, "      resolved: false\n")
    let over = AlertEvent(number: 18, alert: .made("a", over: true))
    #expect(try sink.deliver(AlertNotice(over, json: [])) == nil)
    var replaced = over
    replaced.replacedBy = "b"
    #expect(try webhook(receiver).deliver(AlertNotice(replaced, json: [])) == nil)
    #expect(receiver.requests.isEmpty)
  }

  @Test func `who takes no alerts is not well again for an end that is not told`() throws {
    let receiver = try WebReceiver(.status(400))
    let notes = Locked<[AlertOutbox.Note]>([])
    let sink = try webhook(receiver, "      resolved: false\n")
    let storage = KeptChanges()
    let outbox = AlertOutbox.made([sink], storage) { _ in
    } note: { note in
      notes.withLock { $0.append(note) }
    }
    outbox.take([.fired(.made("a"))])
    #expect(becomes { outbox.progress.map(\.givenUp) == [1] })
    outbox.take([.resolved(.made("a", over: true), replacedBy: nil)])
    #expect(
      becomes { storage.loaded.kept.first?.resolved != nil && storage.loaded.due.isEmpty }
    )
    outbox.stop()
    #expect(outbox.progress.map(\.delivered) == [0])
    #expect(outbox.progress.map { $0.problem != nil } == [true])
    #expect(receiver.requests.count == 1)
    #expect(notes.withLock { $0.count } == 1)
  }

  @Test func `the Alertmanager is told of alerts as its API has them`() throws {
    let receiver = try WebReceiver()
    let sink = try sinks("  alertmanager:\n    - url: \(receiver.url)/\n")[0]
    _ = try sink.deliver(notice)
    _ = try sink.deliver(
      AlertNotice(AlertEvent(number: 18, alert: .made("a", over: true)), json: [])
    )
    #expect(receiver.requests.map(\.line).allSatisfy { $0 == "POST /api/v2/alerts HTTP/1.1" })
    let bodies = try receiver.requests.map {
      try JSONSerialization.jsonObject(with: Data($0.body)) as? [[String: Any]]
    }
    let labels = bodies.map { $0?[0]["labels"] as? [String: String] }
    #expect(labels[0] == labels[1])
    #expect(labels[0]?["account"] == "a@example.org")
    #expect(
      bodies.map { $0?[0]["startsAt"] as? String } == [
        "2026-11-21T11:53:20Z", "2026-11-21T11:53:20Z",
      ]
    )
    #expect(bodies[1]?[0]["endsAt"] as? String == "2026-11-21T12:08:20Z")
  }

  @Test(
    arguments: [
      (4_102_444_800, nil), (4_102_444_800, 4_102_445_700), (1_795_262_000, 4_102_444_800),
      (1_795_262_000, 1_795_261_000),
    ] as [(Int64, Int64?)]
  )
  func `the Alertmanager gets no alert that ends before it starts, or starts later`(
    started: Int64,
    ended: Int64?
  ) throws {
    let receiver = try WebReceiver()
    let sink = try sinks("  alertmanager:\n    - url: \(receiver.url)/\n")[0]
    var alert = Alert.made("a", over: ended != nil)
    alert.started = Timestamp(seconds: started)
    alert.ended = ended.map { Timestamp(seconds: $0) }
    _ = try sink.deliver(AlertNotice(AlertEvent(number: 1, alert: alert), json: []))
    let now = Date().formatted(.iso8601)
    let body = try #require(receiver.requests.first?.text)
    let alerts = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]]
    let start = try #require(alerts?[0]["startsAt"] as? String)
    let end = try #require(alerts?[0]["endsAt"] as? String)
    #expect(start <= now)
    #expect(start <= end)
    #expect(ended == nil || end <= now)
  }

  @Test(arguments: [
    ("webhook: [{}]", "alerts.webhook[1]: 'url' is missing; it must be given"),
    (
      "webhook: [{url: ftp://x}]",
      "alerts.webhook[1].url: 'ftp://x' is not allowed; use a web address such as"
        + " https://chat.example.org/hooks/abc"
    ),
    (
      "webhook: [{url: http://x/, token-file: /t}]",
      "alerts.webhook[1].token-file: is readable on the way to 'http://x/'; use an address with"
        + " https://"
    ),
    (
      "webhook: [{url: 'http://user:pa55@chat.example.net/hook'}]",
      "alerts.webhook[1].url: has a login that is readable on the way; use an address with https://"
    ),
    (
      "alertmanager: [{url: 'http://user@10.0.0.1:9093'}, {url: 'http://u:p@localhost:9093'}]",
      "alerts.alertmanager[1].url: has a login that is readable on the way; use an address with"
        + " https://"
    ),
    (
      "webhook: [{url: https://x/, template: /nowhere}]",
      "alerts.webhook[1].template: '/nowhere' cannot be read; name a template of at most 64 KiB"
    ),
    (
      "webhook: [{url: 'https://x/{{event'}]",
      "alerts.webhook[1].url: line 1 is no Mustache (overflow); end each {{ with }}, and each"
        + " {{#name}} with {{/name}}"
    ),
    (
      "webhook: [{url: https://x/}, {url: https://y/}]",
      "alerts.webhook[2]: 'webhook' is the name of another sink; set another one under name"
    ),
    (
      "email: [{to: ['a@b,c@d']}]",
      "alerts.email[1].to[1]: 'a@b,c@d' is not allowed; use an address such as"
        + " postmaster@example.org"
    ),
    ("email: [{to: []}]", "alerts.email[1].to: is empty; name at least one address"),
    (
      "email: [{to: [a@b], user: u}]",
      "alerts.email[1]: 'password-file' is missing; it must be given"
    ),
    (
      "email: [{to: [a@b], password-file: p}]",
      "alerts.email[1]: 'user' is missing; it must be given"
    ),
    (
      "webhook: [{url: 'http://localhost:99999/'}]",
      "alerts.webhook[1].url: 'http://localhost:99999/' is not allowed; use a port from 1 to 65535"
    ),
    (
      "alertmanager: [{url: 'https://u:p@[::1]:0/am'}]",
      "alerts.alertmanager[1].url: 'https://u:p@[::1]:0/am' is not allowed; use a port from 1 to"
        + " 65535"
    ),
    (
      "email: [{to: [a@b], server: 'smtp://localhost:70000'}]",
      "alerts.email[1].server: 'smtp://localhost:70000' is not allowed; use a port from 1 to 65535"
    ),
    (
      "alertmanager: [{url: 'http://localhost:9093/api/v2/alerts'}]",
      "alerts.alertmanager[1].url: 'http://localhost:9093/api/v2/alerts' is not allowed; use the"
        + " Alertmanager's own address, such as http://localhost:9093: /api/v2/alerts is added"
    ),
    (
      "journal: []",
      "alerts.journal: unknown key; known here: give-up-after, webhook, alertmanager, email"
    ),
  ])
  func `wrong settings of sinks are refused`(yaml: String, message: String) throws {
    let error = #expect(throws: SettingsError.self) { try sinks("  \(yaml)\n") }
    let text = error?.description.split(separator: ": ", maxSplits: 1).last.map(String.init)
    #expect(text == message)
  }
  @Test func `an Alertmanager may be behind another API`() throws {
    let proxy = "https://k.example/api/v1/namespaces/m/services/http:alertmanager:9093/proxy"
    #expect(try sinks("  alertmanager: [{url: '\(proxy)'}]\n").count == 1)
  }
}
