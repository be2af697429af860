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
  /// HELO is the client's: read only one without blanks, for `(using ` needs some. Where the rule does
  /// not match the server's own header, the first that is logged came with the message: the server's
  /// names the client that the line itself names behind it.
  private static func parseReceivedHeader(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    guard let action = scanner.indexNearby(of: UInt8(ascii: ":")) else { return false }
    scanner.move(to: action)
    guard scanner.skip(": header Received: from ") else { return false }
    event.kind = .receivedHeader
    guard scanner.skipWord(), scanner.skip("(") else { return true }
    let start = scanner.position
    guard scanner.skipWord(), scanner.skip("[") else { return true }
    let host = ByteRange(start, scanner.position - 2)
    _ = scanner.skip("IPv6:")
    guard let bracket = scanner.indexNearby(of: UInt8(ascii: "]")) else { return true }
    let address = ByteRange(scanner.position, bracket)
    scanner.move(to: bracket)
    guard scanner.skip("])"), isClient(host, address, in: scanner) else { return true }
    while scanner.skip("?") || scanner.skip(" ") || scanner.skip("\t") {}
    guard scanner.skip("(using ") else { return true }
    event.tls = scanner.protocolVersion()
    if scanner.skip(" with cipher "), let end = scanner.indexNearby(of: UInt8(ascii: " ")) {
      event.detail = ByteRange(scanner.position, end)
    }
    return true
  }

  /// Whether the line goes on with ` from host[address]; `, or `:port` in front of the semicolon.
  private static func isClient(
    _ host: ByteRange,
    _ address: ByteRange,
    in message: ByteScanner
  ) -> Bool {
    var scanner = message
    while let from = scanner.index(of: " from ") {
      scanner.move(to: from + 6)
      let client = scanner
      if scanner.skip(host), scanner.skip("["), scanner.skip(address), scanner.skip("]") {
        if scanner.skip(":") { _ = scanner.number() }
        if scanner.skip("; ") { return true }
      }
      scanner = client
    }
    return false
  }
}

extension ByteScanner {
  /// Steps over what `range` of the block holds, if it stands at the position.
  @_lifetime(self: copy self)
  fileprivate mutating func skip(_ range: ByteRange) -> Bool {
    let count = range.range.count
    guard count <= rest.range.count, equal(range, ByteRange(position, position + count))
    else { return false }
    advance(count)
    return true
  }
}
