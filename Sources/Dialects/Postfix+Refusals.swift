import MailLog

// What smtpd(8) refuses, and whose it was.
extension Postfix {
  /// `RCPT from host[address]: reply; from=<…> …`: one command, or from DATA on the whole message.
  static func parseReject(
    _ message: ByteScanner,
    namesClient: Bool = true,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    // DATA and BDAT are commands as others: the client may send them again, for the same queue ID.
    let isWhole =
      scanner.sees("END-OF-MESSAGE") || scanner.sees("header ") || scanner.sees("body ")
    event.kind = isWhole ? .refused : .rejectedCommand
    // Content, and a filter's reply, may hold any text: whose they are is known from the session.
    guard namesClient, !scanner.sees("header "), !scanner.sees("body "),
      let from = scanner.index(of: " from ")
    else {
      event.detail = scanner.rest
      return true
    }
    var text = scanner
    text.move(to: from + 6)
    guard readClient(&text, into: &event), text.skip(": ") else {
      event.client = .none
      event.detail = scanner.rest
      return true
    }
    scanner = text
    event.detail = ByteRange(scanner.position, scanner.index(of: "; from=<") ?? scanner.end)
    readLogin(scanner, into: &event)
    return true
  }

  /// As `parseReject`, of a message that is thrown away whole, at whichever command.
  ///
  /// Up to the first recipient it has no queue ID yet: a line of its own tells it, and the login.
  static func parseDiscard(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    guard parseReject(message, into: &event) else { return false }
    event.kind = event.queueID.isNone ? .discarded : .refused
    return true
  }

  /// No line as long as this is sure to be whole: a packet of syslog may have 1024 bytes in all,
  /// RFC 3164 section 4.1.
  private static let longest = 850

  /// The login of ` proto=P helo=<…> sasl_method=M sasl_username=U( sasl_sender=S)`, since 3.10.
  ///
  /// Sender, recipient, HELO and `sasl_sender` are the client's: where they hold one of the marks, the
  /// line names nobody. The `>` behind HELO ends a line without a login, so that a HELO with all of
  /// them is told by it; without a HELO nothing follows the protocol. A line that may be cut names
  /// nobody either: the client chooses what it ends with.
  private static func readLogin(_ message: ByteScanner, into event: inout MailEvent) {
    guard message.rest.count < longest, !message.endsWith(">"),
      let from = message.index(of: "; from=<"), from == message.lastIndex(of: "; from=<"),
      let proto = message.index(of: " proto="), from < proto,
      proto == message.lastIndex(of: " proto="),
      let helo = message.index(of: " helo=<"), proto < helo,
      helo == message.lastIndex(of: " helo=<"),
      let method = message.index(of: "> sasl_method="), helo < method,
      method == message.lastIndex(of: "> sasl_method="),
      message.hasMatchedQuotes(from..<method),
      let login = message.index(of: " sasl_username="), login > method,
      login == message.lastIndex(of: " sasl_username=")
    else { return }
    var scanner = message
    scanner.move(to: login + 15)
    event.name = ByteRange(
      scanner.position,
      scanner.index(of: " sasl_sender=") ?? scanner.end
    )
  }

  /// `QID: queue file size limit exceeded`: the message is refused, also one that is put on hold.
  static func parseTooLarge(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.rest.count < 64, scanner.endsWith(": queue file size limit exceeded"),
      let queueID = scanner.queueID()
    else { return false }
    event.kind = .refused
    event.queueID = queueID
    event.detail = scanner.rest
    return true
  }

  /// Reads the sender of `; from=<sender> to=<…> proto=…`: the first, for HELO comes last.
  ///
  /// Where text of the client's stands in front of it (not `isFirst`), the only one: of several none
  /// is sure.
  static func readSender(
    _ message: ByteScanner,
    isFirst: Bool = true,
    into event: inout MailEvent
  ) {
    var scanner = message
    guard let start = scanner.index(of: "; from=<"),
      isFirst || start == scanner.lastIndex(of: "; from=<")
    else { return }
    scanner.move(to: start + 8)
    let ends = [scanner.index(of: "> to=<"), scanner.index(of: "> proto=")].compactMap { $0 }
    guard let end = ends.min() ?? scanner.index(of: UInt8(ascii: ">")) else { return }
    event.name = ByteRange(scanner.position, end)
    event.flags.insert(.namesSender)
  }
}
