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
}
