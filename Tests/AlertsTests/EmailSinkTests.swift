import Foundation
import MailLog
import Settings
import TestSupport
import Testing

@testable import Alerts

/// E-mail against a server that does not take it for everybody.
struct EmailSinkTests {
  private let receiver: MailReceiver
  private let sink: any AlertSink
  private let hurried: any AlertSink
  private let notice = AlertNotice(AlertEvent(number: 17, alert: .made("a")), json: [])

  init() throws {
    receiver = try MailReceiver()
    var surroundings = SinkSurroundings(
      host: "mx1.example.org",
      agent: "submitwatch/0",
      isUnderJournal: false
    )
    sink = try Self.sink(receiver.url, surroundings)
    // The time in which a busy machine, too, gets as far as the mail.
    surroundings.mailLimit = .seconds(3)
    hurried = try Self.sink(receiver.url, surroundings)
  }

  private static func sink(
    _ url: String,
    _ surroundings: SinkSurroundings,
    _ more: String = ""
  ) throws -> any AlertSink {
    let yaml = "alerts: {email: [{to: [a@x, b@x, c@x], server: '\(url)'\(more)}]}\n"
    let settings = try Settings.parse(
      Array(yaml.utf8),
      file: "test.yaml",
      sinks: allAlertSinks
    )
    return try #require(alertSinks(settings.alerts, surroundings).last)
  }

  @Test func `who is refused keeps the mail from nobody else`() throws {
    receiver.answer("550-no such\r\n550 user\u{1B}", to: "b@x")
    let reply = try #require(try sink.deliver(notice))
    #expect(reply.text == "SMTP 250; not for b@x: 550 user\\x1B")
    #expect(reply.refused == ["b@x"])
    #expect(receiver.mails.map(\.recipients) == [["a@x", "c@x"]])
  }

  @Test func `who is put off gets it later, and nobody twice`() throws {
    receiver.answer("550 no such user", to: "a@x")
    receiver.answer("451 later", to: "c@x")
    let text = "SMTP 250; not for a@x: 550 no such user; not for c@x: 451 later"
    #expect(throws: AlertSinkError(text, isRecoverable: true, rest: ["c@x"])) {
      _ = try sink.deliver(notice)
    }
    #expect(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
    receiver.answer(nil, to: "c@x")
    #expect(try sink.deliver(notice) == DeliveryReply("SMTP 250", refused: ["a@x"]))
    #expect(receiver.mails.map(\.recipients) == [["b@x"], ["c@x"]])
  }

  @Test func `a login on this machine goes with TLS, and one that is not offered is named`()
    throws
  {
    let folder = try TemporaryFolder()
    let password = try folder.write(Array("secret\n".utf8), to: "password")
    let surroundings = SinkSurroundings(host: "mx1", agent: "submitwatch/0", isUnderJournal: false)
    receiver.offer("STARTTLS")
    #expect(try sink.deliver(notice) == "SMTP 250")
    #expect(receiver.refused == [])
    let login = ", user: u, password-file: \(password)"
    let sink = try Self.sink(receiver.url, surroundings, login)
    let missing = "; without the login under user: the server offers none there"
    #expect(try sink.deliver(notice) == "SMTP 250\(missing)")
    #expect(receiver.refused == ["STARTTLS"])
    for recipient in ["a@x", "b@x", "c@x"] { receiver.answer("530 log in first", to: recipient) }
    let error = #expect(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
    #expect(error?.description.hasSuffix("status 530\(missing)") == true)
    receiver.offer("SIZE 1000", "AUTH PLAIN LOGIN")
    let refusal = #expect(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
    #expect(refusal?.description == "the server refuses user or password")
  }

  @Test func `who is put off gets it after a start, and nobody twice`() throws {
    receiver.answer("451 later", to: "c@x")
    let storage = KeptChanges()
    let first = AlertOutbox.made([sink], storage)
    first.take([.fired(.made("a"))])
    #expect(becomes { storage.loaded.due.first?.rest == ["c@x"] })
    first.stop()
    receiver.answer(nil, to: "c@x")
    let surroundings = SinkSurroundings(host: "mx1", agent: "submitwatch/0", isUnderJournal: false)
    let second = AlertOutbox.made([try Self.sink(receiver.url, surroundings)], storage)
    #expect(becomes { receiver.mails.count == 2 })
    second.stop()
    #expect(receiver.mails.map(\.recipients) == [["a@x", "b@x"], ["c@x"]])
    #expect(storage.loaded.due == [])
  }

  @Test func `the mails of two sinks are two mails, with names of their own`() throws {
    let surroundings = SinkSurroundings(host: "mx1", agent: "submitwatch/0", isUnderJournal: false)
    for name in ["owner", ".on.call"] {
      _ = try Self.sink(receiver.url, surroundings, ", name: \(name)").deliver(notice)
    }
    let lines = receiver.mails.map { $0.text.components(separatedBy: "\r\n") }
    let names = lines.map { lines in
      ["Message-ID: ", "References: "].map { field in lines.first { $0.hasPrefix(field) } }
    }
    #expect(
      names == [
        ["Message-ID: <alert-17-owner@mx1>", "References: <alert-a-owner@mx1>"],
        ["Message-ID: <alert-17-_on_call@mx1>", "References: <alert-a-_on_call@mx1>"],
      ]
    )
  }

  @Test func `a mail that is refused for all is given up, unless one is only put off`() {
    for recipient in ["a@x", "b@x", "c@x"] { receiver.answer("550 no", to: recipient) }
    let refusal = AlertSinkError("the server refuses it, status 550", isRecoverable: false)
    #expect(throws: refusal) { _ = try sink.deliver(notice) }
    receiver.answer("451 later", to: "a@x")
    let error = #expect(throws: AlertSinkError.self) { _ = try sink.deliver(notice) }
    #expect(error?.isRecoverable == true)
    #expect(receiver.mails.isEmpty)
  }

  @Test func `a server that says nothing about a mail is left when the time is over`() {
    receiver.fallSilent(true)
    let error = AlertSinkError("Timeout was reached, status 354", isRecoverable: true)
    #expect(throws: error) { _ = try hurried.deliver(notice) }
    #expect(becomes { receiver.swallowed.mails > 0 })
    #expect(receiver.swallowed == (mails: 1, waited: 0))
  }

  @Test func `a server may take a minute for its greeting, unless there is to be an end`() throws {
    var surroundings = SinkSurroundings(host: "mx1", agent: "submitwatch/0", isUnderJournal: false)
    #expect(TransferKind.mail.connectLimit(surroundings) >= .seconds(60))
    for kind in TransferKind.allCases {
      #expect(kind.connectLimit(surroundings) <= kind.timeLimit(surroundings))
    }
    // One that waits for the other side to begin.
    let silent = try WebReceiver(.nothing)
    surroundings.isStopping = { true }
    let sink = try Self.sink("smtp://127.0.0.1:\(silent.port)", surroundings)
    let text = "Operation was aborted by an application callback"
    #expect(throws: AlertSinkError(text, isRecoverable: true)) { _ = try sink.deliver(notice) }
  }
}
