import Foundation
import MailLog
import Mustache

/// A Mustache template that makes a text of an alert.
///
/// What is inserted is escaped for the kind of text that it becomes: no name in a log can add to
/// the structure of JSON, of an address, or of a chat's markup.
struct BodyTemplate: Equatable, Sendable {
  /// How what is inserted is escaped; a template may choose by `{{% CONTENT_TYPE: NAME}}`.
  enum Escaping: String, CaseIterable, Sendable {
    case json = "JSON"
    case text = "TEXT"
    case html = "HTML"
    /// Percent-encoded.
    case url = "URL"
    /// JSON for Slack: `&`, `<` and `>` begin its markup.
    case slack = "SLACK"
  }

  /// Why a text is no template.
  struct Fault: Error, CustomStringConvertible {
    /// What is wrong, and what to do about it.
    let description: String
  }

  let text: String
  private let template: MustacheTemplate

  static func == (left: BodyTemplate, right: BodyTemplate) -> Bool { left.text == right.text }

  /// - Throws: `Fault` where the text is no template, or none that an alert can fill in.
  init(_ text: String, _ escaping: Escaping) throws(Fault) {
    _ = Self.registration
    self.text = text
    do {
      template = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(escaping.rawValue)}}\(text)")
    } catch let error as MustacheTemplate.ParserError {
      throw Fault(
        description: "line \(error.context.lineNumber) is no Mustache (\(error.error));"
          + " end each {{ with }}, and each {{#name}} with {{/name}}"
      )
    } catch {
      throw Fault(description: "this is no Mustache: \(error)")
    }
    if let inclusion = text.firstMatch(of: /\{\{[><][^}]*\}\}/) {
      throw Fault(
        description: "there is no template for \(escapedText(inclusion.output.utf8));"
          + " write its text in that place"
      )
    }
    let unknown = TrialValues.all(Alert.State.allCases).flatMap { fill($0).unknown }
    if let name = unknown.first {
      let names = TrialValues.names.joined(separator: ", ")
      throw Fault(description: "no '\(escapedText(name.utf8))' is in an alert; use \(names)")
    }
  }

  /// Looks whether a body comes of it.
  ///
  /// - Parameters:
  ///   - isJSON: it is to be JSON, if it begins like that: a plain text may go as the default type.
  ///   - tellsEnd: also of an alert that is over.
  /// - Throws: `Fault` where it does not.
  func checkBody(isJSON: Bool, tellsEnd: Bool) throws(Fault) {
    for values in TrialValues.all(tellsEnd ? Alert.State.allCases : [.firing]) {
      let (body, state) = (fill(values).text, values.state)
      let alert = state == .firing ? "an alert" : "an alert that is over"
      guard body.contains(where: { !$0.isWhitespace }) else {
        let advice = state == .firing ? "" : ", or set resolved: false"
        throw Fault(description: "it makes nothing of \(alert); write a text\(advice)")
      }
      let start = body.first { !$0.isWhitespace }
      if isJSON, start == "{" || start == "[", !Self.isJSON(body) {
        throw Fault(
          description: "what it makes of \(alert) is no JSON; write {{names}} inside of strings,"
            + " or set content-type to what it is"
        )
      }
    }
  }

  private static func isJSON(_ text: String) -> Bool {
    guard (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) != nil else {
      return false
    }
    // Foundation takes a comma behind the last value, RFC 8259 does not.
    return text.replacing(/"(\\.|[^"\\])*"/, with: "0").firstMatch(of: /,\s*[}\]]/) == nil
  }

  private func fill(_ values: TrialValues) -> (text: String, unknown: [String]) {
    (template.render(values), values.unknown)
  }

  /// The text for an event: the names in it are those of the alert's JSON, and `firing`,
  /// `critical`, `event` and `host`.
  func render(_ notice: AlertNotice, _ surroundings: SinkSurroundings) -> String {
    let decoded = try? JSONDecoder().decode([String: JSONValue].self, from: Data(notice.json))
    var values = decoded?.mapValues(\.value) ?? [:]
    values["firing"] = notice.alert.state == .firing
    values["critical"] = notice.alert.severity == .critical
    values["event"] = String(notice.event.number)
    values["host"] = surroundings.host
    return template.render(values)
  }

  private static let registration: Void = {
    MustacheContentTypes.register(JSONText(), named: Escaping.json.rawValue)
    MustacheContentTypes.register(SlackText(), named: Escaping.slack.rawValue)
    MustacheContentTypes.register(URLText(), named: Escaping.url.rawValue)
  }()
}

/// A value of the alert's JSON: whether something is true is no number, as it is to Foundation.
private struct JSONValue: Decodable {
  let value: Any

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = NSNull()
    } else if let truth = try? container.decode(Bool.self) {
      value = truth
    } else if let number = try? container.decode(Int.self) {
      value = number
    } else if let number = try? container.decode(Double.self) {
      value = number
    } else if let text = try? container.decode(String.self) {
      value = text
    } else if let list = try? container.decode([JSONValue].self) {
      value = list.map(\.value)
    } else {
      value = try container.decode([String: JSONValue].self).mapValues(\.value)
    }
  }
}

/// The names that a template may use, with values that would break what they do not stay inside of.
final class TrialValues: MustacheParent {
  let state: Alert.State
  private let values: [String: Any]
  /// What a template asked for in vain.
  private(set) var unknown: [String] = []

  static var names: [String] { TrialValues(.firing, isJudged: true).values.keys.sorted() }

  /// Alerts in these states, of which somebody has said something, or nobody.
  static func all(_ states: [Alert.State]) -> [TrialValues] {
    states.flatMap { state in [false, true].map { TrialValues(state, isJudged: $0) } }
  }

  private init(_ state: Alert.State, isJudged: Bool) {
    self.state = state
    let (time, isFiring) = ("2026-11-21T12:00:00Z", state == .firing)
    let client: [String: Any] = [
      "network": "192.0.2.0/24", "first": NSNull(), "count": 80, "isNew": isFiring,
    ]
    let ended: Any = isFiring ? NSNull() : time
    var values: [String: Any] = [
      "id": "trial", "rule": "volume", "severity": isFiring ? "critical" : "warning",
      "state": state.rawValue, "account": "\"\\@example.org", "senders": ["\"\\@example.org"],
      "started": time, "updated": time, "ended": ended, "windowSeconds": 600, "count": 80,
      "expected": 12.5, "score": 1.86, "clients": [client], "evidence": ["\"\\"],
      "text": "\"\\", "firing": isFiring, "critical": isFiring, "event": "17", "host": "mx1",
    ]
    if isJudged {
      let verdict: [String: Any] = [
        "verdict": "legitimate", "note": "\"\\", "user": 0, "time": time,
      ]
      values["verdict"] = verdict
    }
    self.values = values
  }

  func child(named name: String) -> Any? {
    guard let value = values[name] else {
      if name != "verdict" { unknown.append(name) }
      return nil
    }
    return value
  }
}

/// The inside of a string in JSON.
private struct JSONText: MustacheContentType {
  func escapeText(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      default:
        if scalar.value < 0x20 {
          result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}

/// Source: Slack, "Formatting text for app surfaces", escaping text.
private struct SlackText: MustacheContentType {
  func escapeText(_ text: String) -> String {
    let entities = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
    return JSONText().escapeText(entities)
  }
}

private struct URLText: MustacheContentType {
  func escapeText(_ text: String) -> String {
    percentEncoded(text)
  }
}
