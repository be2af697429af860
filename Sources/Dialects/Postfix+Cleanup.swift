import MailLog

// The cleanup(8) server: it reads a message's content, header_checks and milters decide on it.
extension Postfix {
  static func parseCleanup(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let queueID = scanner.queueID() else { return false }
    event.queueID = queueID
    if scanner.sees("message-id=") {
      event.kind = .messageID
      return true
    }
    if scanner.skip("hold: ") || scanner.skip("milter-hold: ") {
      event.kind = .held
      let isContent = scanner.sees("header ") || scanner.sees("body ")
      readSender(scanner, isFirst: !isContent, into: &event)
      return true
    }
    if scanner.skip("reject: ") || scanner.skip("milter-reject: ") {
      event.kind = .refused
      readRefusal(scanner, into: &event)
      return true
    }
    if scanner.sees("milter-discard: ") || scanner.sees("discard: ") {
      event.kind = .refused
      event.detail = scanner.rest
      return true
    }
    if scanner.sees("removed (") {
      event.kind = .removed
      return true
    }
    return parseReceivedHeader(scanner, into: &event)
  }

  /// `header Subject: … from host[address]; from=<…> … helo=<…>: text`, kept whole, for people.
  ///
  /// The content stands first and is the client's, so the last ` from ` in front of the last
  /// `; from=<` is not sure to be Postfix's.
  private static func readRefusal(_ message: ByteScanner, into event: inout MailEvent) {
    event.detail = message.rest
  }

  /// `replace: header Received: from HELO (host [address])??(using TLSv1.3 with cipher C …`: where
  /// smtpd_tls_loglevel is 0, but smtpd_tls_received_header is on and header_checks log the header.
  ///
  /// HELO is the client's: read only one without blanks, for `(using ` needs some.
  private static func parseReceivedHeader(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    guard let action = scanner.indexNearby(of: UInt8(ascii: ":")) else { return false }
    scanner.move(to: action)
    guard scanner.skip(": header Received: from ") else { return false }
    event.kind = .receivedHeader
    guard scanner.skipWord(), scanner.skip("("), scanner.skipWord(), scanner.skip("["),
      let bracket = scanner.indexNearby(of: UInt8(ascii: "]"))
    else { return true }
    scanner.move(to: bracket)
    guard scanner.skip("])") else { return true }
    while scanner.skip("?") || scanner.skip(" ") || scanner.skip("\t") {}
    guard scanner.skip("(using ") else { return true }
    event.tls = scanner.protocolVersion()
    if scanner.skip(" with cipher "), let end = scanner.indexNearby(of: UInt8(ascii: " ")) {
      event.detail = ByteRange(scanner.position, end)
    }
    return true
  }
}
