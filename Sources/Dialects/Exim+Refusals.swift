import MailLog

// What Exim refuses, and handshakes that fail; smtp_in.c. The host comes first in all of these lines
// (`name (helo) [address]:port I=[…]:port U=ident Ci=connection`), what the client sent behind it.
extension Exim {
  /// `authenticator authenticator failed for host: 535 Incorrect authentication data (set_id=login)`;
  /// since 4.99 the host has `H=` in front.
  static func parseAuthFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let blank = scanner.indexNearby(of: UInt8(ascii: " ")) else { return false }
    let authenticator = ByteRange(scanner.position, blank)
    scanner.move(to: blank)
    // `ETRN command received from host`, with the log selector `etrn`, which is on by default: the
    // command's text is the client's.
    guard scanner.skip(" authenticator failed for "), !message.sees("ETRN "),
      isName(authenticator, in: message)
    else { return false }
    _ = scanner.skip("H=")
    guard skipHost(&scanner, into: &event), let colon = scanner.index(of: ": ") else {
      return false
    }
    scanner.move(to: colon &+ 2)
    event.kind = .authFailed
    event.detail = authenticator
    event.reason = reason(scanner)
    guard let login = scanner.index(of: " (set_id=") else { return true }
    scanner.move(to: login &+ 9)
    if let end = endOfLogin(scanner, isTemporary: event.reason == .temporary) {
      event.name = ByteRange(scanner.position, end)
    }
    return true
  }

  /// Whether an authenticator can be called so, readconf_readname in readconf.c: `cwd=/any/folder` at
  /// a line's begin is no authenticator's name.
  private static func isName(_ word: ByteRange, in message: ByteScanner) -> Bool {
    for index in word.range {
      switch message.bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        continue
      default: return false
      }
    }
    return true
  }

  /// The last `)`; where the server gives a reason behind it, the last in front of `: `.
  ///
  /// `isTemporary`: the first in front of `: `, for the reason is what a database answered, with its
  /// question, and may end with a `)`.
  private static func endOfLogin(_ scanner: ByteScanner, isTemporary: Bool) -> Int? {
    if isTemporary, let end = scanner.index(of: "): ") { return end }
    if scanner.endsWith(")") { return scanner.end &- 1 }
    return scanner.lastIndex(of: "): ") ?? scanner.lastIndex(of: ")")
  }

  private static func reason(_ reply: ByteScanner) -> AuthFailureReason {
    if reply.sees("535 Incorrect") { return .credentials }
    if reply.current == UInt8(ascii: "4") { return .temporary }
    if reply.sees("501 Authentication cancelled") { return .cancelled }
    return reply.sees("535 ") && !reply.sees("535 Unexpected") ? .credentials : .unknown
  }

  /// `X authentication mechanism not supported`, with the log selector `smtp_protocol_error`.
  ///
  /// The client's command stands in front, in quotes.
  static func parseProtocolError(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.dropEnd(" authentication mechanism not supported"),
      let blank = scanner.lastIndex(of: " ")
    else { return false }
    event.kind = .authFailed
    event.reason = .mechanism
    event.detail = ByteRange(blank &+ 1, scanner.end)
    scanner.cut(at: blank)
    event.client = client(in: scanner)
    return true
  }

  /// `from host (gnutls_handshake): reason` or `(SSL_accept)`, since 4.97 `Ci=connection from …`;
  /// `(recv)` and `(send)` are how sessions end.
  static func parseTLSFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.sees("Ci="), let blank = scanner.indexNearby(of: UInt8(ascii: " ")) {
      scanner.move(to: blank &+ 1)
    }
    guard scanner.skip("from "), skipHost(&scanner, into: &event),
      let call = scanner.index(of: " (")
    else { return false }
    scanner.move(to: call)
    guard scanner.skip(" (gnutls_handshake)") || scanner.skip(" (SSL_accept)") else { return false }
    _ = scanner.skip(": ")
    event.kind = .tlsFailed
    event.detail = scanner.rest
    return true
  }

  /// `SMTP connection from host D=2s A=authenticator:login X=… C=EHLO,AUTH,QUIT`, with the log
  /// selector `smtp_no_mail`: a login without a message.
  ///
  /// `TFO ` or, with data in the first packet, `TFO* ` stands in front for TCP Fast Open.
  static func parseNoMail(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    _ = scanner.skip("TFO ") || scanner.skip("TFO* ")
    guard scanner.skip("SMTP connection from "), skipHost(&scanner, into: &event),
      let duration = scanner.index(of: " D=")
    else { return false }
    scanner.move(to: duration &+ 1)
    guard let blank = scanner.index(of: UInt8(ascii: " ")) else { return false }
    scanner.move(to: blank)
    guard scanner.skip(" A=") else { return false }
    if let commands = scanner.lastIndex(of: " C=") { scanner.cut(at: commands) }
    event.kind = .authenticated
    event.tls = .none
    if let start = scanner.index(of: " X=") {
      var tls = scanner
      tls.move(to: start &+ 3)
      event.detail = readTLS(&tls, &event.tls)
      scanner.cut(at: start)
    } else {
      event.tls = .unknown
    }
    return readLogin(scanner, into: &event)
  }

  /// `H=host … F=<sender> A=authenticator:login (temporarily )rejected RCPT <…>: reason`: a command
  /// or the content of an authenticated client.
  ///
  /// Where a command, an address or a further server's reply stands behind the host, nothing that
  /// follows is Exim's.
  static func parseRejection(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("H="), skipHost(&scanner, into: &event) else { return false }
    let hasTexts = skipHostFields(&scanner)
    guard scanner.skip(" F=<"), let end = scanner.endOfAddress(before: UInt8(ascii: ">")) else {
      return false
    }
    scanner.move(to: end)
    guard scanner.skip("> A="), let verb = scanner.index(of: "rejected ") else { return false }
    var login = ByteScanner(scanner.bytes, from: scanner.position, to: verb)
    guard login.dropEnd(" temporarily ") || login.dropEnd(" ") else { return false }
    scanner.move(to: verb)
    guard !endsHost(scanner), !hasTexts || !endsText(scanner) else { return false }
    event.kind = .rejectedCommand
    guard readLogin(login, into: &event) else { return false }
    event.detail = scanner.rest
    return true
  }

  /// Whether the host is what ends here, and what stood in front of it the client's HELO: behind what
  /// was rejected stands the end of another one, with another sender or no sender at all.
  private static func endsHost(_ rejection: ByteScanner) -> Bool {
    var scanner = rejection
    if let recipient = scanner.index(of: UInt8(ascii: "<")) {
      scanner.move(to: recipient)
      if let end = scanner.endOfAddress(before: UInt8(ascii: ">")) { scanner.move(to: end) }
    }
    guard let first = scanner.index(of: ") [") else { return false }
    scanner.move(to: first)
    if scanner.index(of: " F=<") != nil { return true }
    while let host = scanner.index(of: ") [") {
      scanner.move(to: host &+ 2)
      guard let bracket = scanner.index(of: UInt8(ascii: "]")) else { return false }
      scanner.move(to: bracket &+ 1)
      _ = skipHostFields(&scanner)
      if scanner.sees(" rejected ") || scanner.sees(" temporarily rejected ")
        || scanner.sees(" sender verify ")
      {
        return true
      }
    }
    return false
  }

  /// Whether what stood in front is the client's ident or certificate: Exim's own line of what it
  /// refused goes on behind it.
  private static func endsText(_ rejection: ByteScanner) -> Bool {
    var scanner = rejection
    _ = scanner.skip("rejected ")
    return scanner.index(of: "rejected ") != nil || scanner.index(of: " sender verify ") != nil
  }

  // MARK: Host

  /// Steps over `name (helo) [address]`; what follows may begin with `:port`.
  ///
  /// HELO has no blanks unless `helo_accept_junk_hosts` allows any.
  private static func skipHost(_ scanner: inout ByteScanner, into event: inout MailEvent) -> Bool {
    var copy = scanner
    if !copy.sees("("), !copy.sees("[") {
      guard let blank = copy.index(of: UInt8(ascii: " ")) else { return false }
      copy.move(to: blank &+ 1)
    }
    if copy.sees("(") {
      guard let end = copy.index(of: ") [") else { return false }
      copy.move(to: end &+ 2)
    }
    guard copy.sees("["), let bracket = copy.index(of: UInt8(ascii: "]")) else { return false }
    event.client = ByteRange(copy.position, bracket &+ 1)
    copy.move(to: bracket &+ 1)
    scanner = copy
    return true
  }

  /// Steps over what stands behind `[address]`, `:port I=[…]:port U=ident Ci=… X=… CV=… DN="…" SNI=…`:
  /// host_and_ident in host.c, and add_tls_info_for_log.
  ///
  /// - Returns: whether a text of the client's is among it that may have blanks.
  private static func skipHostFields(_ scanner: inout ByteScanner) -> Bool {
    var hasTexts = false
    if scanner.skip(":") { _ = scanner.skipDigits() }
    while true {
      if scanner.sees(" DN=\"") {
        hasTexts = true
        scanner.advance(1)
        skipCertificate(&scanner)
        continue
      }
      // SNI had quotes, and blanks in them, before 4.94.
      if scanner.sees(" U=") || scanner.sees(" SNI=\"") {
        hasTexts = true
      } else if !scanner.sees(" I=["), !scanner.sees(" Ci="), !scanner.sees(" X="),
        !scanner.sees(" CV="), !scanner.sees(" SNI=")
      {
        return hasTexts
      }
      scanner.advance(1)
      scanner.move(to: scanner.indexNearby(of: UInt8(ascii: " ")) ?? scanner.end)
    }
  }

  /// `[address]` at the end of `name (helo) [address]:port I=[…]:port TFO U=ident Ci=connection`.
  static func client(in host: ByteScanner) -> ByteRange {
    var host = host
    // Behind the end of a HELO that may hold anything; few servers ask for an ident.
    if let helo = host.lastIndex(of: ") [") { host.move(to: helo) }
    dropHostFields(&host)
    if let ident = host.index(of: "] U=") ?? host.index(of: " U=") {
      // The client's own answer, if `rfc1413_hosts` has it asked.
      host.cut(at: host.bytes[ident] == UInt8(ascii: "]") ? ident &+ 1 : ident)
      dropHostFields(&host)
    }
    guard let open = host.lastIndex(of: "[") else { return .none }
    host.move(to: open)
    guard let close = host.index(of: UInt8(ascii: "]")) else { return .none }
    return ByteRange(open, close &+ 1)
  }

  private static func dropHostFields(_ host: inout ByteScanner) {
    while let blank = host.lastIndex(of: " ") {
      var field = host
      field.move(to: blank)
      guard field.sees(" I=[") || field.sees(" Ci=") || field.sees(" TFO") else { return }
      host.cut(at: blank)
    }
  }
}
