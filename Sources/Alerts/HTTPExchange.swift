import CCurl
import MailLog

/// A request to a web server, and whether it took it; blocks.
struct HTTPExchange {
  var url: String
  var method = "POST"
  var fields: [String] = []
  var body: [UInt8]
  /// Certificates of authorities; nil: the system's.
  var authorities: String?

  /// Sends it.
  ///
  /// - Returns: the status and the start of the answer, for people.
  func run(_ surroundings: SinkSurroundings) throws(AlertSinkError) -> String {
    let transfer = try Transfer(url, .web, surroundings)
    transfer.setBody(body)
    transfer.set(CURLOPT_CUSTOMREQUEST, method)
    // Not asked before whether the body is welcome: that takes a second with those who do not say.
    transfer.set(CURLOPT_HTTPHEADER, fields + ["Expect:"])
    if let authorities { transfer.set(CURLOPT_CAINFO, authorities) }
    let status = try transfer.run()
    let said = String(decoding: transfer.answer.prefix(200), as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " ")
    let text = "HTTP \(status)" + (said.isEmpty ? "" : ": \(escapedText(said.utf8))")
    guard !(200..<300).contains(status) else { return text }
    throw AlertSinkError(
      text,
      isRecoverable: Self.isRecoverable(status),
      // RFC 9110, section 10.2.3, and RFC 6585, section 4.
      pause: [429, 503].contains(status) ? transfer.retryAfter : nil
    )
  }

  /// Whether the same request can succeed later: also by what people set right on the way, as a
  /// proxy that sends everybody elsewhere.
  private static func isRecoverable(_ status: Int) -> Bool {
    (300...399).contains(status) || status >= 500
      || [401, 403, 404, 405, 407, 408, 409, 410, 423, 425, 429].contains(status)
  }
}
