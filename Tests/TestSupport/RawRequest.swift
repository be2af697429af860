/// A request of HTTP/1.1 as a server got it.
package struct RawRequest: Sendable {
  /// `GET /v1/status HTTP/1.1`.
  package var line: String
  /// By lower-case name.
  package var fields: [String: String]
  package var body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// Reads a request, whose body is all that has come behind the head; nil: the head is not whole.
  init?(_ bytes: [UInt8]) {
    guard let head = RawHead(bytes) else { return nil }
    (line, fields, body) = (head.line, head.fields, head.rest)
  }
}

/// A response of HTTP/1.1 with a `content-length`.
package struct RawResponse: Sendable {
  package var status: Int
  /// By lower-case name.
  package var fields: [String: String]
  package var body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// Reads a response; nil: it is not whole yet.
  init?(_ bytes: [UInt8], hasBody: Bool) {
    guard let head = RawHead(bytes) else { return nil }
    let words = head.line.split(separator: " ")
    guard words.count > 1, let status = Int(words[1]) else { return nil }
    let length = hasBody ? head.fields["content-length"].flatMap { Int($0) } ?? 0 : 0
    guard head.rest.count >= length else { return nil }
    (self.status, fields, body) = (status, head.fields, Array(head.rest.prefix(length)))
  }
}

/// The first line and the fields of a message of HTTP/1.1.
struct RawHead {
  var line: String
  /// By lower-case name.
  var fields: [String: String] = [:]
  /// What has come behind them.
  var rest: [UInt8]

  /// nil: it is not whole yet.
  init?(_ bytes: [UInt8]) {
    let mark = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else {
      return nil
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    line = lines.first.map(String.init) ?? ""
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
    }
    rest = Array(bytes[(end + 4)...])
  }
}
