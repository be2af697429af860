import HTTPTypes
import Reports

/// A whole response.
struct Answer: Sendable {
  var status: HTTPResponse.Status
  var fields: HTTPFields
  var body: [UInt8]

  init(_ mediaType: String, _ body: [UInt8], status: HTTPResponse.Status = .ok) {
    self.status = status
    fields = [.contentType: mediaType, .xContentTypeOptions: "nosniff"]
    self.body = body
  }

  /// JSON, on a line of its own.
  init(
    _ json: consuming JSONWriter,
    _ mediaType: String = MediaType.json.contentType,
    status: HTTPResponse.Status = .ok
  ) {
    json.output.append("\n")
    self.init(mediaType, json.output.bytes, status: status)
  }

  /// A page, which links to the next one, RFC 8288.
  ///
  /// - Parameters:
  ///   - call: what is answered.
  ///   - body: the page.
  ///   - next: the cursor of the next page; nil: no more rows follow, or the page says it itself.
  init(_ call: Call, _ body: [UInt8], next: String?) {
    self.init(call.mediaType.contentType, body)
    guard let next else { return }
    let query = call.items.encoded(replacing: .cursor, next)
    fields[.link] = "<\(call.path)?\(query)>; rel=\"next\""
  }
}
