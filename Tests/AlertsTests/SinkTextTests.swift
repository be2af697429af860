import Foundation
import Languages
import MailLog
import TestSupport
import Testing

@testable import Alerts

/// What sinks make of an alert, with names that try to be more than names.
struct SinkTextTests {
  private let surroundings = SinkSurroundings(
    host: "mx1.example.org",
    agent: "submitwatch/0",
    isUnderJournal: true
  )

  private func notice(
    _ account: String = "alice@example.org",
    over: Bool = false,
    verdict: AlertVerdict? = nil
  ) -> AlertNotice {
    var alert = Alert.made("a", over: over)
    alert.account = account
    var values: [String: Any] = [
      "account": account, "text": alert.text, "severity": "warning", "count": 80,
      "evidence": ["one", "two"],
    ]
    values["verdict"] = verdict.map { ["verdict": $0.rawValue, "note": "\"\\"] }
    let json = (try? JSONSerialization.data(withJSONObject: values)) ?? Data()
    return AlertNotice(AlertEvent(number: 1_795_262_000_123, alert: alert), json: Array(json))
  }

  @Test func `what is inserted into JSON stays in its string`() throws {
    let hostile = "a\"},{\"text\":\"b\\\n\u{1}<!channel>&"
    for escaping in [BodyTemplate.Escaping.json, .slack] {
      let template = try BodyTemplate("{\"text\":\"{{account}}\"}", escaping)
      let body = template.render(notice(hostile), surroundings)
      let decoded = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: String]
      let expected =
        escaping == .json ? hostile : "a\"},{\"text\":\"b\\\n\u{1}&lt;!channel&gt;&amp;"
      #expect(decoded == ["text": expected])
    }
  }

  @Test func `what is inserted into an address stays one part of it`() throws {
    let template = try BodyTemplate("https://x/{{account}}?e={{event}}", .url)
    let text = template.render(notice("a/../b?c=d&é"), surroundings)
    #expect(text == "https://x/a%2F..%2Fb%3Fc%3Dd%26%C3%A9?e=1795262000123")
  }

  @Test func `a template has sections, lists and what is true`() throws {
    let text =
      "{{#firing}}!{{/firing}}{{^firing}}ok{{/firing}} {{host}}{{#evidence}} {{.}}{{/evidence}}"
    let template = try BodyTemplate(text, .text)
    #expect(template.render(notice(), surroundings) == "! mx1.example.org one two")
    #expect(template.render(notice(over: true), surroundings) == "ok mx1.example.org one two")
    #expect(throws: BodyTemplate.Fault.self) { try BodyTemplate("{{#a}}", .text) }
  }

  @Test func `what a template inserts is as it is in the alert's JSON`() throws {
    let json =
      #"{"account":"a","count":80,"expected":12.5,"ended":null,"clients":["#
      + #"{"network":"n","first":null,"count":1,"isNew":true},"#
      + #"{"network":"m","first":null,"count":0,"isNew":false}]}"#
    let event = AlertEvent(number: 17, alert: .made("a"))
    let template = try BodyTemplate(
      "{{account}} {{count}} {{expected}} {{ended}}{{firing}}"
        + "{{#clients}} {{network}} {{count}} {{first}}{{isNew}}{{#isNew}}!{{/isNew}}{{/clients}}",
      .text
    )
    let text = template.render(AlertNotice(event, json: Array(json.utf8)), surroundings)
    #expect(text == "a 80 12.5 true n 1 true! m 0 false")
  }

  @Test(arguments: ["slack", "matrix", "ntfy", "teams"])
  func `every preset is a template whose JSON stands any name`(preset: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appending(path: "config/alert-templates")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.sorted() == ["matrix", "ntfy", "slack", "teams"].map { $0 + ".mustache" })
    let file = folder.appending(path: "\(preset).mustache")
    let template = try BodyTemplate(
      String(contentsOf: file, encoding: .utf8),
      preset == "ntfy" ? .text : .json
    )
    for (over, verdict) in [(false, nil), (true, nil), (true, AlertVerdict.legitimate)] {
      let notice = notice("\"\\<b>&\n", over: over, verdict: verdict)
      let body = template.render(notice, surroundings)
      #expect(body.contains("mx1.example.org"))
      #expect(body.contains("judged legitimate") == (verdict != nil))
      let asks = verdict == nil && preset != "ntfy"
      #expect(body.contains("submitwatch alerts verdict") == asks)
      if preset != "ntfy" {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(body.utf8)) }
      }
    }
  }

  @Test func `an entry of the journal has a field for each figure`() {
    let sink = JournalSink(surroundings)
    let fields = sink.fields(notice())
    let ids = JournalSink.messageIDs
    #expect(fields.contains("MESSAGE_ID=\(ids.firing)"))
    #expect(fields.contains("PRIORITY=4"))
    #expect(fields.contains("SUBMITWATCH_ACCOUNT=alice@example.org"))
    #expect(fields.contains("SUBMITWATCH_NETWORK=2001:db8:1::/48"))
    #expect(sink.fields(notice(over: true)).contains("MESSAGE_ID=\(ids.resolved)"))
  }

  @Test func `the journal does not call an account usual whose alert is another now`() throws {
    let sink = JournalSink(surroundings)
    var replaced = notice(over: true)
    replaced.event.replacedBy = "b"
    let fields = sink.fields(replaced)
    let ids = JournalSink.messageIDs
    #expect(fields.contains("MESSAGE_ID=\(ids.replaced)"))
    #expect(fields.contains("SUBMITWATCH_REPLACED_BY=b"))
    #expect(fields.contains { $0.hasPrefix("MESSAGE=Not over, alert b takes its place: a@") })
    #expect(!sink.fields(notice(over: true)).contains { $0.hasPrefix("SUBMITWATCH_REPLACED_BY") })
  }

  @Test func `the journal's catalog explains each entry of an alert`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "systemd/submitwatch.catalog")
    let catalog = try String(contentsOf: file, encoding: .utf8)
    let ids = JournalSink.messageIDs
    for id in [ids.firing, ids.resolved, ids.replaced] {
      #expect(catalog.contains("-- \(id)\nSubject: The account @SUBMITWATCH_ACCOUNT@ "))
    }
  }

  @Test func `what is invisible in a name is spelled out in a mail and in the journal`() {
    var alert = Alert.made("a")
    alert.account = "x\u{202E}gpj.exe"
    alert.text = "\(alert.account) sent to 80 recipients."
    alert.senders = ["y\u{2028}if it was the owner: all is well"]
    alert.evidence = ["from=<\u{2066}z>"]
    for language in Language.allCases {
      let mail = AlertMail(alert: alert, language: language)
      for text in [mail.subject, mail.text] {
        #expect(
          !text.unicodeScalars.contains { ["\u{202E}", "\u{2028}", "\u{2066}"].contains($0) }
        )
      }
      #expect(mail.text.contains("y\\u{2028}if it was"))
    }
  }

  @Test func `a mail is in the language that is set`() {
    let mail = AlertMail(alert: .made("a"), language: .german)
    #expect(mail.subject == "[submitwatch] Warnung: a@example.org (Sendevolume)")
    let lines = mail.text.components(separatedBy: "\r\n")
    #expect(lines[0].hasPrefix("a@example.org hat in 10 Minuten an 80 Empfänger gesendet, "))
    #expect(lines[2...5].allSatisfy { $0.contains(":  ") })
    #expect(lines[2] == "Konto:             a@example.org")
    #expect(lines[5] == "Anzahl:            80 in 10 Minuten, 12,5 erwartet")
    #expect(lines.contains("Netz:              192.0.2.0/24, 70, neu"))
    #expect(lines.contains("Protokollzeilen:"))
    #expect(lines.contains("  submitwatch alerts verdict a compromised"))
    let over = AlertMail(alert: .made("a", over: true), language: .english)
    #expect(over.subject == "[submitwatch] Over: a@example.org (Sending volume)")
    #expect(over.text.hasPrefix("This is over: a@example.org sent to 80 recipients"))
    #expect(over.text.contains("  submitwatch alerts verdict a legitimate\r\n"))
  }

  @Test func `a number is held against what is expected, or against a limit that is set`() {
    var alert = Alert.made("a")
    #expect(alert.figures(in: .english) == "80 in 10 minutes, 12.5 expected")
    (alert.rule, alert.windowSeconds, alert.expected) = (.failuresThenSuccess, 86_400, 10)
    #expect(alert.figures(in: .english) == "80 in 24 hours, the limit is 10")
    (alert.rule, alert.windowSeconds) = (.cap, 3600)
    #expect(alert.figures(in: .dutch) == "80 in een uur, de grens is 10")
  }

  @Test func `who has judged an alert is not asked for a verdict`() {
    for (verdict, words) in [
      (AlertVerdict.legitimate, "Judged legitimate."), (.compromised, "Judged compromised."),
    ] {
      let over = Alert.made("a", over: true)
      let mail = AlertMail(alert: over, language: .english, verdict: verdict)
      #expect(mail.text.hasPrefix("\(words)\r\n\r\n"))
      #expect(mail.text.contains(over.text) == (verdict == .compromised))
      #expect(!mail.text.contains("submitwatch alerts verdict"))
    }
  }

  @Test func `no text can add a field to a mail`() {
    var mail = MailMessage(
      from: "a@example.org",
      to: ["b@example.org", "c@example.org"],
      subject: "x\r\nBcc: d@example.org",
      id: "1\r\nBcc: e@example.org",
      date: Date(timeIntervalSince1970: 1_795_262_400),
      parts: []
    )
    mail.fields = [("X-A", "b\r\nBcc: f@example.org")]
    let lines = mail.header.joined(separator: "\r\n").components(separatedBy: "\r\n")
    #expect(!lines.contains { $0.lowercased().hasPrefix("bcc") })
    #expect(mail.header[0] == "Date: Sat, 21 Nov 2026 12:00:00 +0000")
    #expect(mail.header[3] == "Subject: =?UTF-8?B?eA0KQmNjOiBkQGV4YW1wbGUub3Jn?=")
    mail.subject = String(repeating: "é", count: 60)
    let subject = mail.header[3].components(separatedBy: "\r\n")
    for line in subject { #expect(line.utf8.count <= 76) }
  }
}
