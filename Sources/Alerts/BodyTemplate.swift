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

  /// - Throws: `Fault` where the text is no template.
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
