package import MailLog

/// Sendmail 8.12 to 8.18, as its daemon logs at LogLevel 9, the default, or higher.
///
/// Sources: sendmail/srvrsmtp.c, tls.c, headers.c, deliver.c, util.c of Sendmail. One process serves
/// one connection, and logs its login and its TLS once. Process IDs come round, so that a session is
/// a process and its client's address: all that the next session of the same process would take
/// over its own lines replace.
package enum Sendmail: Dialect {
  package static let server = MailServer.sendmail
  package static let identifiers = ["sendmail", "sm-mta", "sm-acceptingconnections"]

  package static func part(program: String) -> ServerPart? {
    func isCalled(_ name: String) -> Bool { program == name || program.hasPrefix(name + "-") }
    let clients = ["sm-msp", "sm-client", "sendmail-msp", "sendmail-client", "sm-que"]
    if clients.contains(where: isCalled) { return ServerPart(ignored: .otherMailProgram) }
    // One of several daemons has a label of its own (-L): `sm-mta-rx`.
    let isServer =
      program == "sm-acceptingconnections" || isCalled("sm-mta") || isCalled("sendmail")
    return isServer ? ServerPart(tellsBounces: true) : nil
  }

  @inline(__always) package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    let isEvent =
      switch message.current {
      case UInt8(ascii: "S"): parseTLS(message, into: &event)
      case UInt8(ascii: "A"): parseLogin(message, into: &event)
      case UInt8(ascii: "N"): parseWithoutID(message, into: &event)
      case UInt8(ascii: "r"): parseRuleset(message, into: &event)
      default: parseTransaction(message, into: &event)
      }
    if part.tellsBounces, isEvent, event.kind == .delivery { readFate(message, into: &event) }
    return isEvent ? .event : .passedOver(.notAboutSubmission)
  }

  /// `NOQUEUE: connect from …`, from LogLevel 10 on, and lines of releases that had no ID yet.
  private static func parseWithoutID(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    guard scanner.skip("NOQUEUE: ") else { return parseTransaction(message, into: &event) }
    if scanner.skip("connect from ") {
      event.kind = .connected
      return readClient(scanner.rest, scanner, into: &event)
    }
    return scanner.sees("AUTH ")
      ? parseAuthFailure(scanner, into: &event) : parseEnd(scanner, into: &event)
  }

  /// What follows an ID; the text of the server stands first in all that is looked for.
  @inline(__always) private static func parseTransaction(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    guard let queueID = scanner.queueID() else {
      return parseContinuation(message, into: &event)
    }
    event.queueID = queueID
    let isOfMessage =
      switch scanner.current {
      case UInt8(ascii: "t"): parseDelivery(scanner, into: &event)
      case UInt8(ascii: "f"): parseMessage(scanner, into: &event)
      case UInt8(ascii: "A"): parseAuthFailure(scanner, into: &event)
      case UInt8(ascii: "M"): parseMilter(scanner, into: &event)
      case UInt8(ascii: "r"): parseRuleset(scanner, into: &event)
      case UInt8(ascii: "d"): parseDiscard(scanner, into: &event)
      default: false
      }
    // Names of hosts begin with any letter.
    return isOfMessage || parseEnd(scanner, into: &event)
  }

  private static func parseDiscard(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    event.kind = .removed
    return message.rest.count == 9 && message.sees("discarded")
  }

  // MARK: Sessions

  /// `STARTTLS=server, relay=R, version=V, verify=…, cipher=C, bits=N/M`, or a handshake's failure.
  private static func parseTLS(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("STARTTLS=server, ") else { return false }
    if scanner.skip("error: accept failed=") { return parseTLSFailure(scanner, into: &event) }
    guard scanner.skip("relay="), let version = scanner.index(of: ", version=") else {
      return false
    }
    let relay = ByteRange(scanner.position, version)
    scanner.move(to: version + 10)
    guard let end = scanner.indexNearby(of: UInt8(ascii: ",")) else { return false }
    var text = scanner
    text.cut(at: end)
    event.kind = .tlsEstablished
    // Old releases print the cipher's family, `TLSv1/SSLv3`, whatever the protocol: unknown.
    event.tls = text.protocolVersion()
    if let cipher = scanner.index(of: ", cipher=") {
      scanner.move(to: cipher + 9)
      if let end = scanner.indexNearby(of: UInt8(ascii: ",")) {
        event.detail = ByteRange(scanner.position, end)
      }
    }
    return readClient(relay, scanner, into: &event)
  }

  /// What follows `accept failed=`: `-1, reason=…, SSL_error=…, …, retry=-1, relay=R`.
  ///
  /// The reason since 8.15, the relay since 8.13. The server ends the session.
  private static func parseTLSFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    event.kind = .tlsFailed
    event.flags.insert(.endsSession)
    if let relay = scanner.lastIndex(of: ", relay=") {
      _ = readClient(ByteRange(relay + 8, scanner.end), scanner, into: &event)
      scanner.cut(at: relay)
    }
    event.detail = scanner.rest
    guard let reason = scanner.index(of: ", reason=") else { return true }
    scanner.move(to: reason + 9)
    event.detail = ByteRange(
      scanner.position,
      scanner.lastIndex(of: ", SSL_error=") ?? scanner.end
    )
    return true
  }

  /// `AUTH=server, relay=R, authid=A, mech=M, bits=N`.
  private static func parseLogin(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("AUTH=server, relay="), let login = scanner.index(of: ", authid=")
    else { return parseTransaction(message, into: &event) }
    let relay = ByteRange(scanner.position, login)
    scanner.move(to: login + 9)
    // Blanks of the login are encoded.
    guard let end = scanner.index(of: ", mech=") else { return false }
    event.kind = .authenticated
    event.name = ByteRange(scanner.position, end)
    event.escape = .xtext
    scanner.move(to: end + 7)
    event.mechanism = ByteRange(
      scanner.position,
      scanner.indexNearby(of: UInt8(ascii: ",")) ?? scanner.end
    )
    return readClient(relay, scanner, into: &event)
  }

  /// `R did not issue MAIL/… during connection to D` and `lost input channel from R to D after C`:
  /// the session is over.
  private static func parseEnd(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    let isLost = scanner.skip("lost input channel from ")
    let start = scanner.position
    // What begins with `<` is an address that a client wrote.
    guard !scanner.sees("<"), let bracket = scanner.index(of: UInt8(ascii: "]")) else {
      return false
    }
    var host = scanner
    host.cut(at: bracket)
    // A name has no blank.
    guard host.sees("[") || host.index(of: UInt8(ascii: " ")) == host.index(of: " [") else {
      return false
    }
    scanner.move(to: bracket + 1)
    _ = scanner.skip(" (may be forged)")
    guard isLost ? scanner.sees(" to ") : scanner.sees(" did not issue MAIL/") else { return false }
    event.kind = .disconnected
    return readClient(ByteRange(start, bracket + 1), scanner, into: &event)
  }

  // MARK: The client

  /// Reads `host [address]`, `[address]`, `user@host [IPv6:address] (may be forged)`; false where
  /// there is no address, as in the lines of local programs.
  ///
  /// The address makes the session's key, together with the process.
  static func readClient(
    _ relay: ByteRange,
    _ line: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = ByteScanner(line.bytes, from: relay.range.lowerBound, to: relay.range.upperBound)
    _ = scanner.dropEnd(" (may be forged)")
    guard scanner.dropEnd("]"), let bracket = scanner.lastIndex(of: "[") else { return false }
    scanner.move(to: bracket + 1)
    _ = scanner.skip("IPv6:")
    event.client = scanner.rest
    event.process.narrow(to: scanner.bytes.extracting(event.client.range))
    return true
  }
}
