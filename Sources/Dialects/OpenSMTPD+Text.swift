import MailLog

// 5.3 to 5.9: sentences. `S` is a session's ID.
extension OpenSMTPD {
  /// What follows `smtp-in: `.
  static func parseText(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("session ") {
      guard let session = sessionID(&scanner), scanner.skip(": ") else { return false }
      enter(session, scanner, into: &event)
      return parseSentence(scanner, into: &event)
    }
    switch scanner.current {
    case UInt8(ascii: "A"): return parseAcceptance(scanner, into: &event)
    case UInt8(ascii: "S"):
      guard scanner.skip("Started TLS on session "), takeSession(&scanner, into: &event),
        scanner.skip(": ")
      else { return false }
      return parseVersion(scanner, into: &event)
    case UInt8(ascii: "N"):
      guard scanner.skip("New session "), takeSession(&scanner, into: &event),
        scanner.skip(" from host ")
      else { return false }
      event.kind = .connected
      return readClient(scanner, into: &event)
    case UInt8(ascii: "F"): return parseFailure(scanner, into: &event)
    default: return parseEndOfSession(scanner, into: &event)
    }
  }

  /// Steps over a session's ID: the event is of that session.
  private static func takeSession(_ scanner: inout ByteScanner, into event: inout MailEvent) -> Bool
  {
    guard let session = sessionID(&scanner) else { return false }
    enter(session, scanner, into: &event)
    return true
  }

  /// `host [address]`, and nothing of a client's behind it.
  private static func readClient(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let open = scanner.index(of: " [") else { return false }
    scanner.move(to: open + 2)
    guard let close = scanner.index(of: UInt8(ascii: "]")) else { return false }
    event.client = address(ByteRange(open + 2, close), scanner)
    return true
  }

  /// 5.3, 5.4, 5.9: `Accepted authentication for user U on session S`, `Accepted message M on
  /// session S: from=<…>, …`, `Authentication (temporarily )failed for user U on session S`.
  private static func parseAcceptance(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    if scanner.skip("Accepted message ") {
      event.queueID = messageID(&scanner)
      guard scanner.skip(" on session "), takeSession(&scanner, into: &event),
        scanner.skip(": from=<")
      else { return false }
      event.kind = .accepted
      return readSender(&scanner, into: &event)
    }
    event.kind = .authFailed
    if scanner.skip("Accepted authentication for user ") {
      event.kind = .authenticated
    } else if scanner.skip("Authentication failed for user ") {
      event.reason = .credentials
    } else if scanner.skip("Authentication temporarily failed for user ") {
      event.reason = .temporary
    } else {
      return false
    }
    event.name = word(&scanner)
    event.escape = .vis
    return scanner.skip(" on session ") && takeSession(&scanner, into: &event)
  }

  /// `Failed command on session S: "AUTH …" => 5..`.
  private static func parseFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("Failed command on session "), takeSession(&scanner, into: &event),
      scanner.skip(": \"AUTH "), let reply = scanner.lastIndex(of: "\" => ")
    else { return false }
    return parseFailedLogin(scanner, code: reply + 5, into: &event)
  }

  private static func parseEndOfSession(
    _ message: ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    event.kind = .disconnected
    return
      (scanner.skip("Closing session ") || scanner.skip("Received disconnect from session ")
      || scanner.skip("Disconnecting session ")) && takeSession(&scanner, into: &event)
  }

  /// 5.7, behind `session S: `.
  private static func parseSentence(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("connection from host ") {
      if scanner.endsWith(" established") {
        event.kind = .connected
      } else if scanner.index(of: "] closed ") != nil {
        event.kind = .disconnected
      } else {
        return false
      }
      return readClient(scanner, into: &event)
    }
    if scanner.skip("TLS started ") { return parseVersion(scanner, into: &event) }
    if scanner.skip("msgid=") {
      event.queueID = messageID(&scanner)
      event.kind = .accepted
      return scanner.skip(", status=Ok, from=<") && readSender(&scanner, into: &event)
    }
    event.kind = .authFailed
    event.reason = .credentials
    if scanner.skip("authentication successful for user ") {
      event.kind = .authenticated
      event.reason = .unknown
    } else if !scanner.skip("authentication failure for user ") {
      return false
    }
    event.name = word(&scanner)
    event.escape = .vis
    return true
  }
}
