package import MailLog

/// Dovecot's submission service, 2.3 and 2.4, and the failures that its `auth` process tells of.
///
/// Sources: login-common/client-common.c, submission/submission-backend-relay.c, auth/auth-request.c
/// of Dovecot. IMAP, POP3 and delivery are none of it.
package enum Dovecot: Dialect {
  package static let server = MailServer.dovecot
  package static let identifiers = ["dovecot"]

  package static func part(program: String) -> ServerPart? {
    // With the instance's name, where several run on a host.
    program == "dovecot" || program.hasPrefix("dovecot-") ? ServerPart() : nil
  }

  @inline(__always) package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    var scanner = message
    switch scanner.current {
    case UInt8(ascii: "s"):
      guard scanner.skip("submission") else { break }
      let isEvent =
        scanner.skip("-login: ")
        ? parseLogin(scanner, into: &event) : parseSession(scanner, into: &event)
      return isEvent ? .event : .passedOver(.notAboutSubmission)
    case UInt8(ascii: "a"):
      guard scanner.skip("auth") else { break }
      return parseAuth(scanner, into: &event) ? .event : .passedOver(.notAboutSubmission)
    default: break
    }
    return .passedOver(.otherMailProgram)
  }

  // MARK: submission(user)<pid><session>

  /// `(user)<pid><session>: (relay: )…`: what a client does that is logged in.
  private static func parseSession(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let prefix = readPrefix(&scanner) else { return false }
    _ = scanner.skip("Info: ")
    _ = scanner.skip("relay: ")
    switch scanner.current {
    case UInt8(ascii: "S"):
      guard scanner.skip("Successfully relayed message: from=<"),
        readMessage(scanner, into: &event)
      else { return false }
      event.kind = prefix.session.isEmpty ? .submitted : .accepted
      readReply(scanner, into: &event)
    case UInt8(ascii: "F"):
      guard scanner.skip("Failed to relay message: from=<") else { return false }
      event.kind = .rejectedCommand
      event.detail = scanner.rest
    case UInt8(ascii: "D"):
      guard scanner.skip("Disconnected: "), !prefix.session.isEmpty else { return false }
      event.kind = .disconnected
    default: return false
    }
    event.name = prefix.user
    enter(prefix.session, orLine: message, into: &event)
    return true
  }

  /// Steps over `(user)<pid><session>: `, or `(user): ` where the administrator set it so.
  ///
  /// Only a login that exists gets here, and what the client writes stands behind it: the first form
  /// that fits is the server's.
  @inline(__always) private static func readPrefix(
    _ scanner: inout ByteScanner
  ) -> (user: ByteRange, session: ByteRange)? {
    guard scanner.skip("(") else { return nil }
    let start = scanner.position
    while let end = scanner.indexNearby(of: UInt8(ascii: ")")) {
      scanner.move(to: end + 1)
      let user = ByteRange(start, end)
      if scanner.skip(": ") { return (user, .none) }
      var tail = scanner
      guard tail.skip("<"), tail.skipDigits(), tail.skip("><") else { continue }
      let session = tail.position
      guard let close = tail.indexNearby(of: UInt8(ascii: ">")) else { continue }
      tail.move(to: close)
      guard tail.skip(">: ") else { continue }
      scanner = tail
      return (user, ByteRange(session, close))
    }
    return nil
  }

  /// `sender>, (to=<recipient>, )size=N, id=ID, nrcpt=N, reply=…`, or `rcpt=K/N` for one line per
  /// recipient, all of one ID, of which one counts.
  private static func readMessage(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let sender = readPath(&scanner) else { return false }
    event.sender = sender
    event.flags.insert(.namesSender)
    if scanner.skip("to=<"), readPath(&scanner) == nil { return false }
    guard scanner.skip("size=") else { return false }
    event.bytes = scanner.number().map(Int64.init) ?? -1
    while scanner.moveToComma() {
      guard scanner.skip(", "), !scanner.sees("reply=") else { break }
      if scanner.skip("id=") {
        let start = scanner.position
        if !scanner.moveToComma() { scanner.move(to: scanner.end) }
        event.queueID = scanner.identifier(start..<scanner.position)
      } else if scanner.skip("nrcpt=") {
        event.recipients = Int32(clamping: scanner.number() ?? -1)
      } else if scanner.skip("rcpt=") {
        guard scanner.number() != nil, scanner.skip("/") else { return false }
        event.recipients = Int32(clamping: scanner.number() ?? -1)
      }
    }
    return true
  }

  /// The ID at the end of `reply=`250 2.0.0 Ok: queued as 4C9281F0053'`, which the client cannot write.
  private static func readReply(_ message: ByteScanner, into event: inout MailEvent) {
    var scanner = message
    // An ID has 20 characters at most.
    scanner.move(to: max(scanner.position, scanner.end &- 31))
    guard scanner.dropEnd("'"), let queued = scanner.index(of: "queued as ") else { return }
    scanner.move(to: queued + 10)
    guard scanner.isQueueID else { return }
    event.detail = scanner.rest
    event.flags.insert(.handedOn)
  }

  /// Reads an address up to its `>, `; what is quoted in it may hold anything.
  @inline(__always) private static func readPath(_ scanner: inout ByteScanner) -> ByteRange? {
    let start = scanner.position
    if scanner.current == UInt8(ascii: "\"") { scanner.skipQuoted() }
    guard let end = scanner.indexNearby(of: UInt8(ascii: ">")) else { return nil }
    scanner.move(to: end)
    guard scanner.skip(">, ") else { return nil }
    return ByteRange(start, end)
  }

  /// The event is one of the session; of none, if the line does not name it.
  @inline(__always) static func enter(
    _ session: ByteRange,
    orLine message: ByteScanner,
    into event: inout MailEvent
  ) {
    let name = session.isEmpty ? message.rest : session
    event.process.enter(session: message.bytes.extracting(name.range))
  }
}

extension ByteScanner {
  /// Moves to the next comma, most often here; false, and no step, if there is none.
  @_lifetime(self: copy self)
  @inline(__always) fileprivate mutating func moveToComma() -> Bool {
    if current == UInt8(ascii: ",") { return true }
    guard let comma = indexNearby(of: UInt8(ascii: ",")) else { return false }
    move(to: comma)
    return true
  }
}
