import MailLog

// The lines of one message: `from=`, and whatever refuses it or shows that it was accepted.
extension Sendmail {
  /// `from=S, size=N, class=N(, pri=N), nrcpts=N, msgid=M(, bodytype=B), proto=P, daemon=D, relay=R`.
  ///
  /// Logged once a message was read, and for one that never was; that one has no `msgid=`. Filters
  /// have not seen it yet. Sender and Message-ID are the client's: what follows them is read from
  /// the end of the line.
  static func parseMessage(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("from="), readProtocol(&scanner, into: &event),
      // Shortened in the middle, a sender may have lost one of its quotes.
      let sender = index(of: ", size=", in: scanner) ?? scanner.index(of: ", size=")
    else { return false }
    event.sender = withoutBrackets(ByteRange(scanner.position, sender), scanner)
    scanner.move(to: sender + 7)
    guard let bytes = scanner.number(), scanner.skip(", class=") else { return false }
    _ = scanner.skip("-")
    guard scanner.number() != nil else { return false }
    if scanner.skip(", pri=") { _ = scanner.number() }
    guard scanner.skip(", nrcpts="), let recipients = scanner.number(), recipients > 0,
      scanner.sees(", msgid=")
    else { return false }
    event.kind = .acceptedUnlessRefused
    event.flags.insert(.namesSender)
    event.escape = .printable
    event.bytes = Int64(bytes)
    event.recipients = Int32(clamping: recipients)
    return true
  }

  /// `ID[N]: …`, a piece of a line over 1 KiB (SYSLOG_BUFSIZE), which only a long sender and a long
  /// Message-ID make of a `from=` line: its last piece has the end, and no sender.
  static func parseContinuation(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let bracket = scanner.indexNearby(of: UInt8(ascii: "["), or: UInt8(ascii: " ")),
      scanner.bytes[bracket] == UInt8(ascii: "["), bracket - scanner.position <= 20
    else { return false }
    let id = scanner.position
    scanner.move(to: bracket + 1)
    guard let piece = scanner.number(), piece > 1, scanner.skip("]: "),
      readProtocol(&scanner, into: &event)
    else { return false }
    // Other long lines may end with a client's text: only who is logged in counts by it.
    event.flags.remove(.saysLoggedIn)
    event.flags.insert(.hidesLogin)
    event.queueID = scanner.identifier(id..<bracket)
    event.kind = .acceptedUnlessRefused
    return true
  }

  /// Takes `, proto=P(, …), relay=R` off the end; false where P says that nobody logged in.
  private static func readProtocol(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    guard let relay = scanner.lastIndex(of: ", relay=") else { return false }
    var line = scanner
    let client = ByteRange(relay + 8, scanner.end)
    scanner.cut(at: relay)
    guard let start = scanner.lastIndex(of: ", proto=") else { return false }
    var text = scanner
    text.move(to: start + 8)
    scanner.cut(at: start)
    if text.skip("ESMTP") || text.skip("UTF8SMTP") {
      let hasTLS = text.skip("S")
      if text.skip("A") {
        event.flags.formUnion(hasTLS ? [.saysLoggedIn, .startedTLS] : .saysLoggedIn)
        if !hasTLS { event.tls = .none }
      } else if hasTLS {
        return false
      }
      // Bare `ESMTP`: nobody logged in or, up to 8.14, perhaps somebody.
    } else if text.skip("SMTP") {
      // HELO, perhaps behind a login.
      event.flags.insert(.hidesLogin)
    } else {
      return false
    }
    line.move(to: start)
    return (text.isAtEnd || text.sees(",")) && readClient(client, line, into: &event)
  }

  /// Where `mark` stands behind an address, which may hold its text in quotes or a comment.
  private static func index(of mark: StaticString, in message: ByteScanner) -> Int? {
    guard let first = message.index(of: mark) else { return nil }
    var address = message
    address.cut(at: first)
    if address.indexNearby(of: UInt8(ascii: "\""), or: UInt8(ascii: "(")) == nil,
      address.indexNearby(of: UInt8(ascii: "\\")) == nil
    {
      return first
    }
    var scanner = message
    var isQuoted = false
    var depth = 0
    while !scanner.isAtEnd {
      switch scanner.current {
      case UInt8(ascii: "\\"):
        // Octal digits, or a backslash, which quotes the next character.
        scanner.advance(scanner.peek(1) == UInt8(ascii: "\\") ? 2 : 1)
        if scanner.current == UInt8(ascii: "\\") { scanner.advance(1) }
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "(") where !isQuoted: depth += 1
      case UInt8(ascii: ")") where !isQuoted: depth -= 1
      case UInt8(ascii: ",") where !isQuoted && depth <= 0 && scanner.sees(mark):
        return scanner.position
      default: break
      }
      scanner.advance(1)
    }
    return nil
  }

  private static func withoutBrackets(_ text: ByteRange, _ line: ByteScanner) -> ByteRange {
    let range = text.range
    guard range.count >= 2, line.bytes[range.lowerBound] == UInt8(ascii: "<"),
      line.bytes[range.upperBound - 1] == UInt8(ascii: ">")
    else { return text }
    return ByteRange(range.lowerBound + 1, range.upperBound - 1)
  }

  // MARK: What became of it

  /// `to=R, …, delay=…, mailer=M, …, stat=S`: a message that was accepted is delivered or queued.
  ///
  /// Without a mailer it is thrown away: the server lists the recipients it would have gone to.
  static func parseDelivery(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    guard message.sees("to=") else { return false }
    event.kind = mailer(in: message) == nil ? .removed : .delivery
    return true
  }

  /// Where the mailer stands in `to=R(, ctladdr=A), delay=D(, xdelay=D)(, mailer=M), …, stat=S`.
  ///
  /// Recipients hold anything in quotes, and so may what a filter gives as the reason.
  private static func mailer(in message: ByteScanner) -> Int? {
    var scanner = message
    guard let delay = delay(in: message) else { return nil }
    scanner.move(to: delay + 8)
    guard moveToComma(&scanner) else { return nil }
    if scanner.skip(", xdelay="), !moveToComma(&scanner) { return nil }
    return scanner.skip(", mailer=") ? scanner.position : nil
  }

  /// Where the recipients end; seldom does what looks like it stand there more than once.
  @inline(__always) private static func delay(in message: ByteScanner) -> Int? {
    guard let first = message.index(of: ", delay=") else { return nil }
    var rest = message
    rest.move(to: first + 8)
    if rest.index(of: ", delay=") == nil { return first }
    // Shortened in the middle, the recipients may have lost one of their quotes.
    return index(of: ", delay=", in: message) ?? message.lastIndex(of: ", delay=")
  }

  @inline(__always) private static func moveToComma(_ scanner: inout ByteScanner) -> Bool {
    guard let comma = scanner.indexNearby(of: UInt8(ascii: ",")) else { return false }
    scanner.move(to: comma)
    return true
  }

  /// Reads whether it arrives: `…, mailer=M, …, dsn=5.1.1, reply=…, stat=User unknown`.
  ///
  /// Behind the recipients and in front of the reply all is the server's.
  static func readFate(_ message: ByteScanner, into event: inout MailEvent) {
    var scanner = message
    guard let mailer = mailer(in: scanner) else { return }
    scanner.move(to: mailer)
    guard let code = scanner.index(of: ", dsn=") else { return }
    scanner.move(to: code + 6)
    event.detail = scanner.rest
    if scanner.sees("5.") { event.kind = .bounced }
    if scanner.sees("2.") { event.kind = .delivered }
  }

  /// `Milter: data, reject=…` and `Milter: data, discard` behind the message's line, and in front of it
  /// `Milter: from=…, discard`, `to=…` or `cmd=data`: the whole message is thrown away.
  static func parseMilter(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("Milter: ") else { return false }
    event.kind = .refused
    if scanner.skip("data, ") { return scanner.sees("reject=") || scanner.sees("discard") }
    event.kind = .discarded
    let isOfEnvelope = scanner.sees("from=") || scanner.sees("to=") || scanner.sees("cmd=")
    // A filter's reply may end in any way.
    return isOfEnvelope && scanner.endsWith(", discard") && scanner.index(of: ", reject=") == nil
  }

  /// `ruleset=check_rcpt, arg1=…, relay=R, reject=…`: of a command or, check_eom, of the message.
  ///
  /// A header's ruleset has its own name, and the header in its line: it is known by what follows.
  static func parseRuleset(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("ruleset=check_") else { return false }
    event.kind = scanner.sees("eom,") ? .refused : .rejectedCommand
    guard let relay = index(of: ", relay=", in: scanner) else { return false }
    scanner.move(to: relay + 8)
    let reply = scanner.index(of: ", reject=")
    guard let end = reply ?? scanner.index(of: ", discard") else { return false }
    if reply == nil, event.kind == .rejectedCommand { event.kind = .discarded }
    event.detail = ByteRange(end + 9, max(end + 9, scanner.end))
    return readClient(ByteRange(scanner.position, end), scanner, into: &event)
  }

  // MARK: AUTH failures

  /// `AUTH failure (M): text (code) detail(, user=U), relay=R`, the user since 8.16, or
  /// `AUTH decode64 error [code for "…"], relay=R`.
  static func parseAuthFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    let isBroken = scanner.skip("AUTH decode64 error [")
    guard isBroken || scanner.skip("AUTH failure ("),
      let relay = scanner.lastIndex(of: ", relay=")
    else { return false }
    event.kind = .authFailed
    let client = ByteRange(relay + 8, scanner.end)
    guard readClient(client, message, into: &event) else { return false }
    // What the client sent in place of base64 may hold a password.
    guard !isBroken else { return true }
    scanner.cut(at: relay)
    guard let mechanism = scanner.index(of: "): ") else { return false }
    event.detail = ByteRange(scanner.position, mechanism)
    scanner.move(to: mechanism + 3)
    guard let code = scanner.index(of: " (-") else { return true }
    scanner.move(to: code + 3)
    event.reason = reason(scanner.number())
    readFailedLogin(scanner, into: &event)
    return true
  }

  /// The login of `) SASL(-13): detail, user=U`.
  ///
  /// Where there is no such user, the detail may hold the login, too: `…: user: U@host property: …`.
  /// The login is then what the detail's begins with.
  private static func readFailedLogin(_ message: ByteScanner, into event: inout MailEvent) {
    guard let first = message.index(of: ", user=") else { return }
    event.name = ByteRange(first + 7, message.end)
    event.escape = .printable
    guard let twin = message.index(of: ": user: "), twin < first else { return }
    var scanner = message
    while let start = scanner.index(of: ", user=") {
      event.name = ByteRange(start + 7, message.end)
      let copy = ByteRange(twin + 8, min(twin + 8 + Int(event.name.count), start))
      if message.equal(copy, event.name) { return }
      scanner.move(to: start + 7)
    }
  }

  /// The SASL library's codes, sasl/sasl.h.
  private static func reason(_ code: Int?) -> AuthFailureReason {
    switch code {
    case 13, 14, 18, 19, 20, 21, 26: .credentials
    case 8, 24: .temporary
    case 5: .cancelled
    case 4, 15, 16: .mechanism
    default: .unknown
    }
  }
}
