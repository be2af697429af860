import Foundation
import MailLog
import Platform
import Settings
import TestSupport
import Testing

@testable import Alerts

/// Webhooks against servers that behave, and that do not.
struct WebhookSinkTests {
  private let notice = AlertNotice(
    AlertEvent(number: 17, alert: .made("a")),
    json: Array(#"{"id":"a","text":"too much"}"#.utf8)
  )

  private func webhook(_ receiver: WebReceiver, _ more: String = "") throws -> any AlertSink {
    try #require(madeSinks("  webhook:\n    - url: \(receiver.url)/hook\n\(more)").first)
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
      madeSinks(
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
    let hanging = try madeSinks(
      "  webhook:\n    - url: \(WebReceiver(.nothing).url)/\n",
      timeLimit: .milliseconds(300)
    )[0]
    let closing = try webhook(WebReceiver(.hangUp))
    let gone = try madeSinks("  webhook:\n    - url: http://127.0.0.1:1/\n")[0]
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
      let sink = try madeSinks("  webhook:\n    - url: \(receiver.url)/\n", timeLimit: .seconds(1))[
        0
      ]
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
    let sink = try madeSinks("  webhook:\n    - url: \(receiver.url)/\n", timeLimit: .seconds(1))[0]
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
}
