import HTTPTypes

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
}
