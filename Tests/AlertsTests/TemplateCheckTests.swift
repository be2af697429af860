import Settings
import TestSupport
import Testing

@testable import Alerts

/// Templates that can be seen to be wrong before there is an alert.
struct TemplateCheckTests {
  private static func read(_ yaml: String) throws -> [any SinkSettings] {
    try Settings.parse(Array("alerts:\n\(yaml)".utf8), file: "test.yaml", sinks: allAlertSinks)
      .alerts.sinks
  }

  @Test(arguments: [
    (
      "{{acount}}", "",
      "no 'acount' is in an alert; use account, clients, count, critical, ended,"
        + " event, evidence, expected, firing, host, id, rule, score, senders, severity, started,"
        + " state, text, updated, verdict, windowSeconds"
    ),
    ("{{^firing}}{{#clients}}{{verdit}}{{/clients}}{{/firing}}", "", "no 'verdit' is in an"),
    ("x {{>part}}", "text/plain", "there is no template for {{>part}}; write its text in that"),
    ("{{! nothing }} ", "text/plain", "it makes nothing of an alert; write a text"),
    (
      "{{#firing}}!{{/firing}}", "text/plain",
      "it makes nothing of an alert that is over; write a"
        + " text, or set resolved: false"
    ),
    (
      "{\"t\":{{text}}}", "",
      "what it makes of an alert is no JSON; write {{names}} inside of strings, or"
        + " set content-type to what it is"
    ),
    ("{\"t\":\"{{{text}}}\"}", "application/vnd.x+json; charset=utf-8", "what it makes of an"),
    ("{\"t\":1{{^firing}},{{/firing}}}", "", "what it makes of an alert that is over is no JSON;"),
  ])
  func `a template that can send nothing of use is refused`(
    template: String,
    type: String,
    message: String
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(template.utf8), to: "body")
    let line = type.isEmpty ? "" : "      content-type: \(type)\n"
    let error = #expect(throws: SettingsError.self) {
      try Self.read("  webhook:\n    - url: https://x/\n      template: \(path)\n\(line)")
    }
    #expect(error?.description.contains("template: '\(path)': \(message)") == true)
  }

  @Test func `a plain text may go as the default type`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("{{account}}: {{text}}".utf8), to: "body")
    #expect(try Self.read("  webhook: [{url: 'https://x/', template: \(path)}]\n").count == 1)
  }

  @Test func `a template need not tell of the end where nobody hears of it`() throws {
    let folder = try TemporaryFolder()
    let text = #"{{#firing}}{"t":"\",}{{#clients}}{{network}}{{first}}{{/clients}}"}{{/firing}}"#
    let path = try folder.write(Array(text.utf8), to: "body")
    let yaml = "  webhook: [{url: 'https://x/', template: \(path), resolved: false}]\n"
    #expect(try Self.read(yaml).count == 1)
  }
}
