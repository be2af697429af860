import Foundation
import MailLog
package import Settings

/// Sends alerts to any web address, in the words of a template.
package struct WebhookSink: AlertSink {
  package struct Configuration: AlertSinkSettings {
    package static let key = "webhook"
    package var name = "webhook"
    /// What is inserted is percent-encoded; nil: what is given is no address.
    var url: BodyTemplate?
    var method = "POST"
    /// nil: the alert's JSON.
    var template: BodyTemplate?
    var contentType = "application/json"
    var token: Secret?
    var authorities: String?
    /// Whether the end of an alert is told, too.
    var tellsEnd = true

    package init(_ section: Section) {
      section.text("name", Check.nameExpected, Check.name).map { name = $0 }
      let address = WebAddress.read(section, "url")
      url = address.flatMap { BodyTemplate.read($0.text, .url, $0.entry) }
      section.choice("method", ["POST": "POST", "PUT": "PUT"]).map { method = $0 }
      section.text("content-type", "a media type such as text/plain", Self.mediaType)
        .map { contentType = $0 }
      token = Secret.token(section, for: address?.text ?? "")
      authorities = section.authorities("ca-file")
      section.flag("resolved").map { tellsEnd = $0 }
      template = section.entry("template").flatMap { TemplateFile.read($0, escaping, check) }
    }

    private func check(_ template: BodyTemplate) throws(BodyTemplate.Fault) {
      let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
      let isJSON = type == "application/json" || type.hasSuffix("+json")
      try template.checkBody(isJSON: isJSON, tellsEnd: tellsEnd)
    }

    package func sink(_ surroundings: SinkSurroundings) -> any AlertSink {
      WebhookSink(self, surroundings)
    }

    private var escaping: BodyTemplate.Escaping {
      if contentType.contains("json") { return .json }
      return contentType.hasPrefix("text/html") ? .html : .text
    }

    private static func mediaType(_ text: String) -> String? {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
      return parts.count == 2 && isPlain && !parts.contains("") ? text : nil
    }
  }

  package let name: String
  private let settings: Configuration
  private let surroundings: SinkSurroundings

  private init(_ settings: Configuration, _ surroundings: SinkSurroundings) {
    name = settings.name
    self.settings = settings
    self.surroundings = surroundings
  }

  package func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply? {
    guard notice.isForPeople(tellsEnd: settings.tellsEnd) else { return nil }
    var fields = ["Content-Type: \(settings.contentType)"]
    // The same for every attempt: who keeps it can tell that an event came twice.
    fields.append("Idempotency-Key: submitwatch-\(notice.event.number)")
    if let token = settings.token { fields.append("Authorization: Bearer \(try token.read())") }
    let body = settings.template.map { Array($0.render(notice, surroundings).utf8) }
    let exchange = HTTPExchange(
      url: settings.url?.render(notice, surroundings) ?? "",
      method: settings.method,
      fields: fields,
      body: body ?? notice.json,
      authorities: settings.authorities
    )
    return DeliveryReply(try exchange.run(surroundings))
  }
}

/// The file of a template.
enum TemplateFile {
  static func read(
    _ entry: Section.Entry,
    _ escaping: BodyTemplate.Escaping,
    _ check: (BodyTemplate) throws(BodyTemplate.Fault) -> Void
  ) -> BodyTemplate? {
    guard let path = entry.text("the absolute path of a Mustache template", Check.path) else {
      return nil
    }
    guard let data = FileManager.default.contents(atPath: path), data.count <= 64 * 1024 else {
      entry.report("'\(path)' cannot be read; name a template of at most 64 KiB")
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      entry.report("'\(path)' is not in UTF-8; convert it, as 'iconv -f latin1 -t utf-8' does")
      return nil
    }
    // Some editors put a byte order mark in front, which no JSON may begin with: RFC 8259, section
    // 8.1.
    let plain = text.unicodeScalars.first == "\u{FEFF}" ? text.unicodeScalars.dropFirst() : nil
    return BodyTemplate.read(plain.map { String($0) } ?? text, escaping, entry, in: path, check)
  }
}

extension BodyTemplate {
  /// A template of the configuration, from a file where `path` names one; nil, and a problem, where
  /// the text is none or does not stand the check.
  fileprivate static func read(
    _ text: String,
    _ escaping: Escaping,
    _ entry: Section.Entry,
    in path: String? = nil,
    _ check: (Self) throws(Fault) -> Void = { _ in }
  ) -> Self? {
    do throws(Fault) {
      let template = try Self(text, escaping)
      try check(template)
      return template
    } catch {
      let place = path.map { "'\($0)': " } ?? ""
      entry.report("\(place)\(error.description)")
      return nil
    }
  }
}
