package import MailLog

/// OpenSMTPD 5.3 to 7.8, whose lines have changed their form five times.
///
/// Source: usr.sbin/smtpd/smtp_session.c and ssl.c of OpenSMTPD at the tags 5.3.3p1, 5.4.6p1,
/// 5.7.3p2, 5.9.2p1, 6.0.3p1, 6.4.2p1, 6.6.0p1 to 7.3.0p0. One process serves all sessions: a
/// session is known by its ID, which is in each line. With it begin also the lines of the client
/// part, `mta`, and of the delivery.
package enum OpenSMTPD: Dialect {
  package static let server = MailServer.openSMTPD
  package static let identifiers = ["smtpd"]
  package static let units = ["opensmtpd"]

  package static func part(program: String) -> ServerPart? {
    program == "smtpd" ? ServerPart(tellsBounces: true) : nil
  }

  @inline(__always) package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    var scanner = message
    // Behind the ID ` smtp `, or the name of another part.
    let isSession = scanner.word(at: scanner.position &+ 16) & 0xffff_ffff_ffff == 0x2070_746d_7320
    let isEvent =
      if isSession || part.tellsBounces, let session = sessionID(&scanner) {
        scanner.skip(" smtp ")
          ? parseSession(scanner, session, into: &event)
          : part.tellsBounces && parseDelivery(scanner, into: &event)
      } else {
        scanner.skip("smtp-in: ") && parseText(scanner, into: &event)
      }
    return isEvent ? .event : .passedOver(.notAboutSubmission)
  }

  /// Steps over the 16 hexadecimal digits of a session's ID.
  static func sessionID(_ scanner: inout ByteScanner) -> ByteRange? {
    let start = scanner.position
    guard scanner.end &- start >= 16, scanner.word(at: start).isHexadecimal,
      scanner.word(at: start &+ 8).isHexadecimal
    else { return nil }
    scanner.advance(16)
    return ByteRange(start, scanner.position)
  }

  /// Whether a line that `smtpd -d` writes to its standard error stands there: the message alone.
  static func isOfStandardError(_ line: ByteScanner) -> Bool {
    var scanner = line
    return line.sees("smtp-in: ") || sessionID(&scanner) != nil && scanner.sees(" ")
  }

  /// The event is of this session.
  static func enter(
    _ session: ByteRange,
    _ line: ByteScanner,
    into event: inout MailEvent
  ) {
    event.process.enter(session: line.bytes.extracting(session.range))
  }

  // MARK: 6.0 and later

  /// What follows `ID smtp `: up to 6.0 `event=word`, then the word alone.
  private static func parseSession(
    _ message: ByteScanner,
    _ session: ByteRange,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    _ = scanner.skip("event=")
    enter(session, scanner, into: &event)
    switch scanner.current {
    case UInt8(ascii: "c"):
      guard scanner.skip("connected address=") else {
        return scanner.skip("closed ") && parseEnd(scanner, into: &event)
      }
      event.kind = .connected
      event.flags.insert(.namesClient)
      event.client = address(word(&scanner), scanner)
      return true
    case UInt8(ascii: "t"):
      return scanner.skip("tls ciphers=") && parseTLS(scanner, into: &event)
    case UInt8(ascii: "s"):
      return scanner.skip("starttls ") && parseQuotedTLS(scanner, into: &event)
    case UInt8(ascii: "a"):
      return scanner.skip("authentication user=") && parseLogin(scanner, into: &event)
    case UInt8(ascii: "m"):
      return scanner.skip("message ") && parseMessage(scanner, into: &event)
    case UInt8(ascii: "e"):
      return scanner.skip("envelope evpid=") && parseEnvelope(scanner, into: &event)
    case UInt8(ascii: "d"):
      return scanner.skip("disconnected ") && parseEnd(scanner, into: &event)
    default:
      return scanner.skip("failed-command ") && parseFailedCommand(scanner, into: &event)
    }
  }

  /// `TLSv1.3:TLS_AES_256_GCM_SHA384:256`.
  private static func parseTLS(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let colon = scanner.index(of: UInt8(ascii: ":")) else { return false }
    var version = scanner
    version.cut(at: colon)
    event.kind = .tlsEstablished
    event.tls = version.protocolVersion()
    scanner.move(to: colon + 1)
    event.detail = ByteRange(scanner.position, scanner.lastIndex(of: ":") ?? scanner.end)
    return true
  }

  /// `address=A host=H ciphers="version=V, cipher=C, bits=N"`, of 6.0 and 6.4.
  private static func parseQuotedTLS(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("address="), case let client = word(&scanner),
      let ciphers = scanner.index(of: " ciphers=\"")
    else { return false }
    event.client = address(client, scanner)
    scanner.move(to: ciphers + 10)
    return parseVersion(scanner, into: &event)
  }

  /// `version=V, cipher=C, bits=N`.
  ///
  /// 5.3 to 5.7 print the cipher's family, `TLSv1/SSLv3`, in place of the session's version.
  static func parseVersion(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("version="), let comma = scanner.index(of: ", cipher=") else { return false }
    var version = scanner
    version.cut(at: comma)
    event.kind = .tlsEstablished
    event.tls = version.protocolVersion()
    scanner.move(to: comma + 9)
    event.detail = ByteRange(
      scanner.position,
      scanner.index(of: UInt8(ascii: ",")) ?? scanner.end
    )
    return true
  }

  /// `U( address=A host=H) result=ok`, the address up to 6.4.
  ///
  /// Blanks of the login are encoded.
  private static func parseLogin(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    event.name = word(&scanner)
    event.escape = .vis
    if scanner.skip(" address=") { event.client = address(word(&scanner), scanner) }
    guard let result = scanner.lastIndex(of: " result=") else { return false }
    scanner.move(to: result + 8)
    event.kind = .authFailed
    if scanner.sees("ok") {
      event.kind = .authenticated
    } else {
      event.reason = scanner.sees("tempfail") ? .temporary : .credentials
    }
    return true
  }

  /// `msgid=M size=N nrcpt=N proto=P`, since 6.6; before, of each recipient,
  /// `address=A host=H msgid=M from=<S> to=<R> size=N ndest=N proto=P`.
  private static func parseMessage(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    event.kind = .accepted
    if scanner.skip("address=") {
      event.client = address(word(&scanner), scanner)
      guard let id = scanner.index(of: " msgid=") else { return false }
      scanner.move(to: id + 7)
      event.queueID = messageID(&scanner)
      return scanner.skip(" from=<") && readSender(&scanner, into: &event)
    }
    guard scanner.skip("msgid=") else { return false }
    event.queueID = messageID(&scanner)
    guard scanner.skip(" size="), let size = scanner.number(), scanner.skip(" nrcpt="),
      let recipients = scanner.number()
    else { return false }
    event.bytes = Int64(size)
    event.recipients = Int32(clamping: recipients)
    return true
  }

  /// `E from=<S> to=<R>`: the envelope's ID begins with the message's.
  private static func parseEnvelope(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    event.kind = .envelope
    event.queueID = messageID(&scanner)
    _ = word(&scanner)
    return scanner.skip(" from=<") && readSender(&scanner, into: &event)
  }

  /// `S> to=<R>( size=N …)`: neither address holds a blank, nor the sender a `>`.
  static func readSender(_ scanner: inout ByteScanner, into event: inout MailEvent) -> Bool {
    guard let end = scanner.index(of: UInt8(ascii: ">")) else { return false }
    event.sender = ByteRange(scanner.position, end)
    event.flags.insert(.namesSender)
    guard let size = scanner.lastIndex(of: " size=") else { return true }
    scanner.move(to: size + 6)
    event.bytes = scanner.number().map(Int64.init) ?? -1
    if scanner.skip(", nrcpts="), let recipients = scanner.number() {
      event.recipients = Int32(clamping: recipients)
    }
    return true
  }

  /// `(address=A host=H )reason=R`: the session is over, perhaps because its handshake failed: if
  /// it had no TLS before.
  private static func parseEnd(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("address=") { event.client = address(word(&scanner), scanner) }
    guard let reason = scanner.index(of: "reason=") else { return false }
    scanner.move(to: reason + 7)
    event.kind = .disconnected
    // 6.x says no more than that TLS failed, in a handshake or at any other moment.
    let isHandshake =
      scanner.skip("\"io-error: handshake failed: ") || scanner.sees("tls-accept-failed")
      || scanner.sees("ca-failure")
      || (scanner.skip("\"io-error: ") && (scanner.sees("error:") || scanner.sees("No TLS error")))
    guard isHandshake else { return true }
    event.kind = .tlsFailed
    event.flags.insert(.endsSession)
    _ = scanner.dropEnd("\"")
    event.detail = scanner.rest
    return true
  }

  /// `(address=A host=H )command="AUTH M …" result="5.."`: AUTH that never came to a password.
  ///
  /// A wrong password has a line of its own, in front. What stands behind the mechanism may be one.
  private static func parseFailedCommand(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    if scanner.skip("address=") {
      event.client = address(word(&scanner), scanner)
      guard let command = scanner.index(of: " command=") else { return false }
      scanner.move(to: command + 1)
    }
    guard scanner.skip("command=\"AUTH "), let result = scanner.lastIndex(of: " result=\"")
    else { return false }
    return parseFailedLogin(scanner, code: result + 9, into: &event)
  }

  /// What follows `AUTH `, and the reply's code.
  static func parseFailedLogin(
    _ message: ByteScanner,
    code: Int,
    into event: inout MailEvent
  ) -> Bool {
    var reply = message
    reply.move(to: code)
    guard reply.sees("5"), !reply.sees("535") else { return false }
    event.kind = .authFailed
    event.reason = reply.sees("504") ? .mechanism : .unknown
    event.detail = mechanism(message)
    return true
  }

  /// A SASL mechanism's name: up to 20 capitals, digits, dashes and underlines (RFC 4422).
  private static func mechanism(_ message: ByteScanner) -> ByteRange {
    var scanner = message
    let start = scanner.position
    while scanner.position - start <= 20 {
      let byte = scanner.current
      let belongs =
        byte &- UInt8(ascii: "A") < 26 || byte &- UInt8(ascii: "0") < 10
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      guard belongs else { break }
      scanner.advance(1)
    }
    let isWhole = scanner.sees(" ") || scanner.sees("\"")
    return isWhole ? ByteRange(start, scanner.position) : .none
  }

  // MARK: Words

  /// Steps over the text up to the next blank.
  static func word(_ scanner: inout ByteScanner) -> ByteRange {
    let start = scanner.position
    scanner.move(to: scanner.index(of: UInt8(ascii: " ")) ?? scanner.end)
    return ByteRange(start, scanner.position)
  }

  /// Steps over the eight digits of a message's ID.
  static func messageID(_ scanner: inout ByteScanner) -> QueueID {
    let start = scanner.position
    scanner.advance(8)
    return scanner.identifier(start..<scanner.position)
  }

  /// Reads an address: `192.0.2.1`, `[2001:db8::1]`, up to 6.0 `IPv6:2001:db8::1`.
  static func address(_ text: ByteRange, _ line: ByteScanner) -> ByteRange {
    var scanner = ByteScanner(line.bytes, from: text.range.lowerBound, to: text.range.upperBound)
    if scanner.skip("[") { _ = scanner.dropEnd("]") }
    _ = scanner.skip("IPv6:")
    return scanner.rest
  }
}
