import MailLog

// The SMTP server, smtpd(8). Host names in its lines are checked by Postfix (letters, digits, dots
// and dashes), so the first `[` begins the client's address.
extension Postfix {
  static func parseSmtpd(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    switch scanner.current {
    case UInt8(ascii: "c"):
      guard scanner.skip("connect from ") else { break }
      event.kind = .connected
      event.client = scanner.rest
      return true
    case UInt8(ascii: "d"):
      guard scanner.skip("disconnect from ") else { break }
      return parseDisconnect(scanner, into: &event)
    case UInt8(ascii: "A"), UInt8(ascii: "U"), UInt8(ascii: "T"), UInt8(ascii: "V"):
      if parseTLS(scanner, into: &event) { return true }
    case UInt8(ascii: "w"):
      guard scanner.skip("warning: ") else { break }
      return parseTooLarge(scanner, into: &event) || parseAuthFailure(scanner, into: &event)
    case UInt8(ascii: "S"):
      guard scanner.skip("SSL_accept error from ") else { break }
      return parseTLSFailure(scanner, into: &event)
    case UInt8(ascii: "l"), UInt8(ascii: "t"):
      if parseLost(scanner, into: &event) { return true }
    case UInt8(ascii: "p"):
      if parseFilterReply(scanner, into: &event) { return true }
    default: break
    }
    if !scanner.skip("NOQUEUE: ") {
      guard let queueID = scanner.queueID() else { return false }
      event.queueID = queueID
    }
    return parseTransaction(scanner, into: &event)
  }

  /// What follows `QID: ` or `NOQUEUE: `.
  @inline(__always) private static func parseTransaction(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    if scanner.skip("client=") { return parseClient(scanner, into: &event) }
    if parseLost(scanner, into: &event) || parseFilterReply(scanner, into: &event) { return true }
    if scanner.skip("reject: ") || scanner.skip("milter-reject: ") {
      return parseReject(scanner, into: &event)
    }
    if scanner.skip("discard: ") || scanner.skip("milter-discard: ") {
      return parseDiscard(scanner, into: &event)
    }
    if scanner.skip("hold: ") || scanner.skip("milter-hold: ") {
      event.kind = .held
      // The content, or the address, that it is held for stands in front.
      readSender(scanner, isFirst: false, into: &event)
      return true
    }
    return false
  }

  /// `client=host[address](:port)(, sasl_method=M, sasl_username=U(, sasl_sender=S))(, orig_…)`.
  ///
  /// The login may hold blanks and commas. `sasl_sender` is whatever the client wrote behind
  /// `MAIL FROM:<…> AUTH=`, blanks too, so that the first ` sasl_sender=` ends the login: else a
  /// client could count its messages under ever new names. A line that is cut off in front of the
  /// login tells of a message of nobody known: who has a long host name could hide its messages.
  private static func parseClient(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard readClient(&scanner, into: &event) else { return false }
    event.kind = .otherMessage
    // The server's own fields stand first: `sasl_method=` anywhere else is the client's text.
    guard !scanner.isAtEnd else { return true }
    guard scanner.skip(", sasl_method=") else {
      // `sasl_sender=` may stand without a login.
      if scanner.sees(", sasl_m") {
        event.kind = .authenticatedMessage
        event.flags.insert(.saysLoggedIn)
      }
      readOrigin(scanner, into: &event)
      let rest = scanner.rest.range
      return rest.count >= 8 || !", sasl_m".utf8.starts(with: rest.map { scanner.bytes[$0] })
    }
    event.kind = .authenticatedMessage
    event.flags.insert(.saysLoggedIn)
    let method = scanner.position
    guard let comma = scanner.indexNearby(of: UInt8(ascii: ",")) else { return true }
    scanner.move(to: comma)
    event.detail = ByteRange(method, comma)
    guard scanner.skip(", sasl_username=") else { return true }
    if let comma = scanner.indexNearby(of: UInt8(ascii: ",")) {
      var tail = scanner
      tail.move(to: comma)
      let sender = tail.index(of: ", sasl_sender=")
      // Authenticated, and handed on by a filter: counted where it came in.
      if sender == nil, endsWithOrigin(tail) {
        event.kind = .otherMessage
        event.detail = .none
        return true
      }
      if let sender { scanner.cut(at: sender) }
    }
    event.name = scanner.rest
    return true
  }

  /// `, orig_queue_id=ID(, orig_client=…)` right behind the client: a content filter gives the message
  /// back, as only hosts may that the administrator names (XFORWARD).
  private static func readOrigin(_ message: ByteScanner, into event: inout MailEvent) {
    var scanner = message
    guard scanner.skip(", orig_queue_id=") else { return }
    if let comma = scanner.index(of: UInt8(ascii: ",")) { scanner.cut(at: comma) }
    if scanner.isQueueID { event.detail = scanner.rest }
  }

  /// Whether the line of a new message is cut off where it would say whether the client has logged
  /// in.
  @inline(never) static func isCutClient(_ message: ByteScanner) -> Bool {
    var scanner = message
    guard scanner.skip("NOQUEUE: ") || scanner.queueID() != nil else { return false }
    return scanner.sees("client=")
  }

  /// `, orig_queue_id=ID, orig_client=host[address]`, or one of both, ends the line.
  private static func endsWithOrigin(_ message: ByteScanner) -> Bool {
    var scanner = message
    if let client = scanner.lastIndex(of: ", orig_client=") {
      scanner.move(to: client)
      return scanner.skip(", orig_client=") && scanner.endsWith("]")
        && scanner.index(of: UInt8(ascii: " ")) == nil
    }
    guard let start = scanner.lastIndex(of: ", orig_queue_id=") else { return false }
    scanner.move(to: start)
    return scanner.skip(", orig_queue_id=") && scanner.isQueueID
  }

  /// `disconnect from host[address] ehlo=2 starttls=1 auth=1 … commands=8`: statistics since 3.0.
  private static func parseDisconnect(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    event.kind = .disconnected
    event.client = scanner.rest
    guard let blank = scanner.indexNearby(of: UInt8(ascii: " ")) else { return true }
    event.client = ByteRange(scanner.position, blank)
    scanner.move(to: blank)
    while scanner.skip(" ") {
      // Also where it counts none that succeeded: such a session begins anew.
      if scanner.sees("xclient=") { event.flags.insert(.behindProxy) }
      if scanner.skip("starttls=") {
        if let count = scanner.number(), count > 0 { event.flags.insert(.startedTLS) }
        return true
      }
      guard !scanner.sees("mail="), !scanner.sees("auth="), !scanner.sees("commands="),
        let next = scanner.indexNearby(of: UInt8(ascii: " "))
      else { return true }
      scanner.move(to: next)
    }
    return true
  }

  /// `Anonymous TLS connection established from host[address]:port to sni: TLSv1.3 with cipher …`.
  ///
  /// No trust word in front up to 2.4, ` to sni` since 3.4.
  static func parseTLS(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    _ =
      scanner.skip("Anonymous ") || scanner.skip("Untrusted ") || scanner.skip("Trusted ")
      || scanner.skip("Verified ")
    guard scanner.skip("TLS connection established from ") else { return false }
    event.kind = .tlsEstablished
    // Cut off in front of the version, the line still tells of TLS.
    guard readClient(&scanner, into: &event) else { return true }
    if scanner.skip(" to ") {
      guard let colon = scanner.index(of: UInt8(ascii: ":")) else { return true }
      scanner.move(to: colon)
    }
    guard scanner.skip(": ") else { return true }
    event.tls = scanner.protocolVersion()
    if scanner.skip(" with cipher "), let end = scanner.indexNearby(of: UInt8(ascii: " ")) {
      event.detail = ByteRange(scanner.position, end)
    }
    return true
  }

  /// Steps over `host[address](:port)`; false where a blank or the line's end comes first.
  @inline(__always) static func readClient(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    let start = scanner.position
    guard let bracket = scanner.indexNearby(of: UInt8(ascii: "]"), or: UInt8(ascii: " ")),
      scanner.bytes[bracket] == UInt8(ascii: "]")
    else { return false }
    scanner.move(to: bracket &+ 1)
    if scanner.sees(":"), scanner.peek(1) != UInt8(ascii: " ") {
      scanner.advance(1)
      guard scanner.number() != nil else { return false }
    }
    event.client = ByteRange(start, scanner.position)
    return true
  }

  /// `SSL_accept error from host[address]: reason`; the library's own message is a later line.
  private static func parseTLSFailure(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    event.kind = .tlsFailed
    event.client = scanner.rest
    guard let colon = scanner.index(of: "]: ") else { return true }
    event.client = ByteRange(scanner.position, colon + 1)
    scanner.move(to: colon + 3)
    event.detail = scanner.rest
    return true
  }

  /// `lost connection after DATA (1989 bytes) from …`, also `timeout` and `too many errors`.
  ///
  /// After the final dot Postfix logs no lost connection: such a message is accepted. A plain
  /// `after DATA` or `after BDAT` is outside of the content: it says nothing of the message before.
  private static func parseLost(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard
      scanner.skip("lost connection after ") || scanner.skip("timeout after ")
        || scanner.skip("too many errors after ")
    else { return false }
    event.kind = scanner.sees("DATA (") || scanner.sees("BDAT (") ? .lostInData : .lost
    if let end = scanner.index(of: " from ") {
      event.client = ByteRange(end + 6, scanner.end)
    }
    return true
  }

  /// `proxy-accept: END-OF-MESSAGE: reply; from=<…> to=<…> proto=ESMTP helo=<…>` of a before-queue
  /// filter.
  private static func parseFilterReply(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    if scanner.skip("proxy-reject: ") {
      return parseReject(scanner, namesClient: false, into: &event)
    }
    guard scanner.skip("proxy-accept: END-OF-MESSAGE") else { return false }
    event.kind = .filterAccepted
    readSender(scanner, into: &event)
    readReply(scanner, into: &event)
    return true
  }

  /// The ID at the end of the filter's reply, `: 250 2.0.0 Ok: queued as ID; from=<…`.
  private static func readReply(_ message: ByteScanner, into event: inout MailEvent) {
    var scanner = message
    guard let end = scanner.index(of: "; from=<") else { return }
    scanner.cut(at: end)
    guard let queued = scanner.lastIndex(of: "queued as ") else { return }
    scanner.move(to: queued + 10)
    if scanner.isQueueID { event.detail = scanner.rest }
  }
}
