package import MailLog

/// qpsmtpd, which logs the whole dialogue at its level LOGINFO.
///
/// Sources: Qpsmtpd/SMTP.pm, Qpsmtpd/Auth.pm, plugins/tls, plugins/logging/file of qpsmtpd. What
/// `dispatching AUTH` shows may be a password: it is never looked at.
package enum Qpsmtpd: Dialect {
  package static let server = MailServer.qpsmtpd
  package static let identifiers = ["qpsmtpd", "qpsmtpd-forkserver", "qpsmtpd-prefork"]

  package static func part(program: String) -> ServerPart? {
    ["qpsmtpd", "qpsmtpd-forkserver", "qpsmtpd-prefork"].contains(program) ? ServerPart() : nil
  }

  @inline(__always) package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    var scanner = message
    let isEvent =
      switch scanner.current {
      case UInt8(ascii: "C"):
        scanner.skip("Connection from ")
          ? parseConnection(scanner, into: &event) : parseTLS(scanner, into: &event)
      case UInt8(ascii: "T"): parseTLS(scanner, into: &event)
      case UInt8(ascii: "2"): parseSuccess(scanner, into: &event)
      case UInt8(ascii: "5"): parseRefusal(scanner, into: &event)
      case UInt8(ascii: "d"):
        scanner.skip("dispatching ") && parseSender(scanner, into: &event)
      case UInt8(ascii: "c"): parseEnd(scanner, into: &event)
      default: false
      }
    return isEvent ? .event : .passedOver(.notAboutSubmission)
  }

  /// `host [address]`; the host is what the client's name server says.
  private static func parseConnection(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    event.kind = .connected
    guard let bracket = message.lastIndex(of: "[") else { return true }
    event.client = ByteRange(bracket, message.end)
    event.flags.insert(.namesClient)
    return true
  }

  /// Of TLS only that it is used is logged, by STARTTLS or on port 465.
  private static func parseTLS(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    guard message.sees("TLS setup returning") || message.sees("Connected via SMTPS") else {
      return false
    }
    event.kind = .tlsEstablished
    return true
  }

  private static func parseEnd(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    guard message.sees("click, disconnecting") else { return false }
    event.kind = .disconnected
    return true
  }

  /// `MAIL FROM:<sender> …`, as the client wrote it; one that is refused is followed by another one,
  /// or by no message.
  private static func parseSender(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    // In either case.
    guard scanner.word(at: scanner.position) & 0xdfdf_dfdf == 0x4c49_414d,
      let open = scanner.indexNearby(of: UInt8(ascii: "<"))
    else { return false }
    scanner.move(to: open + 1)
    scanner.skipQuoted()
    guard let end = scanner.index(of: UInt8(ascii: ">")) else { return false }
    event.kind = .envelope
    event.flags.insert(.namesSender)
    event.sender = ByteRange(open + 1, end)
    return true
  }

  // MARK: Replies

  private static func parseSuccess(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("235 ") { return parseLogin(scanner, into: &event) }
    guard scanner.skip("250 ") else { return false }
    guard scanner.skip("queued") || scanner.skip("Queued") else { return false }
    event.kind = .accepted
    readQueueID(scanner, into: &event)
    return true
  }

  /// What follows is the plugin's: `! <time> qp <process> <Message-ID>` (queue/qmail-queue), or
  /// ` as <word>`, the last of the next server's answer (queue/smtp-forward), not always an ID.
  ///
  /// Neither the time alone nor the client's own Message-ID (`! <Message-ID>`, queue/maildir) tells a
  /// message from others.
  private static func readQueueID(_ message: ByteScanner, into event: inout MailEvent) {
    var scanner = message
    if scanner.skip(" as "), scanner.isHexadecimalID {
      event.queueID = scanner.identifier(scanner.position..<scanner.end)
    } else if scanner.skip("! ") {
      let start = scanner.position
      guard let mark = scanner.index(of: " qp "), mark - start <= 10,
        (start..<mark).allSatisfy({ (48...57).contains(scanner.bytes[$0]) })
      else { return }
      scanner.move(to: mark + 4)
      guard scanner.number() != nil else { return }
      event.queueID = scanner.identifier(start..<scanner.position)
    }
  }

  /// `PLAIN authentication successful for login( - plugin)`.
  private static func parseLogin(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let blank = scanner.indexNearby(of: UInt8(ascii: " ")) else { return false }
    event.mechanism = ByteRange(scanner.position, blank)
    scanner.move(to: blank)
    guard scanner.skip(" authentication successful for ") else { return false }
    event.kind = .authenticated
    if let plugin = scanner.lastIndex(of: " - ") { scanner.cut(at: plugin) }
    event.name = scanner.rest
    return true
  }

  private static func parseRefusal(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("535 ") { return parseFailure(scanner, into: &event) }
    if scanner.skip("504 Unimplemented authentification mechanism") {
      event.kind = .authFailed
      event.reason = .mechanism
      if scanner.skip(": ") { event.detail = scanner.rest }
    } else if scanner.sees("501 Authentification canceled") {
      event.kind = .authFailed
      event.reason = .cancelled
    } else if scanner.skip("500 TLS Negotiation Failed") {
      event.kind = .tlsFailed
    } else if scanner.sees("550 ") || scanner.sees("552 ") || scanner.sees("554 ") {
      event.kind = .rejectedCommand
      event.detail = scanner.rest
    } else {
      return false
    }
    return true
  }

  /// `PLAIN authentication failed for login( - plugin( - why))`, `Authentication invalid for login`.
  private static func parseFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    event.kind = .authFailed
    event.reason = .unknown
    if scanner.skip("Authentication invalid") {
      if scanner.skip(" for ") { event.name = scanner.rest }
      return true
    }
    guard let blank = scanner.indexNearby(of: UInt8(ascii: " ")) else { return true }
    let mechanism = ByteRange(scanner.position, blank)
    scanner.move(to: blank)
    guard scanner.skip(" authentication failed for ") else { return true }
    event.detail = mechanism
    event.reason = .credentials
    if let plugin = scanner.index(of: " - ") { scanner.cut(at: plugin) }
    event.name = scanner.rest
    return true
  }
}

extension ByteScanner {
  /// Whether the rest is an ID and no word: 6 to 24 hexadecimal digits, one of 0 to 9 among them.
  fileprivate var isHexadecimalID: Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
    return (6...24).contains(rest.count) && rest.range.contains { digits.contains(bytes[$0]) }
      && rest.range.allSatisfy { digits.contains(bytes[$0]) || letters.contains(bytes[$0] | 0x20) }
  }
}
