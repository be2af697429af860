package import MailLog

/// Postfix 2.2 to 3.12, as smtpd(8), cleanup(8), qmgr(8) and pickup(8) log.
///
/// Sources: smtpd/smtpd.c, smtpd/smtpd_check.c, smtpd/smtpd_sasl_glue.c, cleanup/cleanup_message.c,
/// cleanup/cleanup_milter.c, global/opened.c, tls/tls_misc.c of Postfix.
package enum Postfix: Dialect {
  package static let server = MailServer.postfix
  package static let identifiers = ["postfix"]

  /// What the last part of the program's name says.
  enum Role: UInt8 {
    case smtpd, cleanup, qmgr, pickup, tlsproxy
    /// What hands messages on, or in.
    case delivery
    /// The name is just `postfix`, cut off at the slash: only the text tells the part.
    case any
  }

  package static func part(program: String) -> ServerPart? {
    guard let slash = program.lastIndex(of: "/") else {
      // With the instance of a multi-instance set-up, `postfix-out`.
      let isWhole = program == "postfix" || program.hasPrefix("postfix-")
      return isWhole ? ServerPart(role: Role.any.rawValue) : nil
    }
    let services = program[..<slash].split(separator: "/")
    // The name is the administrator's (syslog_name): `postfix-smtps`, `submissions-in`.
    let wrapped = ["submissions", "smtps", "ssmtp", "465"]
    let isWrapped = services.contains { wrapped.contains(where: $0.lowercased().contains) }
    switch program[program.index(after: slash)...] {
    case "smtpd": return ServerPart(role: Role.smtpd.rawValue, isWrapped: isWrapped)
    case "cleanup": return ServerPart(role: Role.cleanup.rawValue)
    case "qmgr", "nqmgr", "oqmgr": return ServerPart(role: Role.qmgr.rawValue)
    case "pickup": return ServerPart(role: Role.pickup.rawValue)
    case "tlsproxy": return ServerPart(role: Role.tlsproxy.rawValue)
    case "smtp", "lmtp", "local", "virtual", "pipe", "error":
      return ServerPart(role: Role.delivery.rawValue, ignored: .delivery, tellsBounces: true)
    case "retry", "discard", "bounce", "defer", "trace": return ServerPart(ignored: .delivery)
    case "master", "anvil", "scache", "postscreen", "dnsblog", "verify", "trivial-rewrite",
      "proxymap", "proxywrite", "postfix-script", "postsuper", "postdrop", "sendmail", "showq",
      "flush", "tlsmgr", "postlogd", "postqueue", "postmulti", "postalias", "postmap", "spawn",
      "qmqpd", "postfix-tlspol", "script":
      return ServerPart(ignored: .otherMailProgram)
    default: return nil
    }
  }

  @inline(__always) package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    if part.role == Role.delivery.rawValue {
      return parseDelivery(message, into: &event) ? .event : .passedOver(.delivery)
    }
    let isEvent =
      switch part.role {
      case Role.smtpd.rawValue: parseSmtpd(message, into: &event)
      case Role.cleanup.rawValue: parseCleanup(message, into: &event)
      case Role.qmgr.rawValue: parseQmgr(message, into: &event)
      case Role.pickup.rawValue: parsePickup(message, into: &event)
      case Role.tlsproxy.rawValue: parseTLS(message, into: &event)
      default: parseAny(message, into: &event)
      }
    if isEvent { return .event }
    return .passedOver(isCutClient(message) ? .cutOff : .notAboutSubmission)
  }

  /// Only the text tells which program wrote the message: the forms of all of them are disjoint.
  private static func parseAny(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    parseSmtpd(message, into: &event) || parseQmgr(message, into: &event)
      || parseCleanup(message, into: &event) || parsePickup(message, into: &event)
  }

  // MARK: qmgr, pickup

  /// `QID: from=<sender>, size=N, nrcpt=N (queue active)`, or as much of it as a line holds that is
  /// cut, and `QID: removed`.
  static func parseQmgr(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let queueID = scanner.queueID() else { return false }
    event.queueID = queueID
    if scanner.current == UInt8(ascii: "r"), scanner.rest.count == 7, scanner.sees("removed") {
      event.kind = .removed
      return true
    }
    guard scanner.skip("from=<") else { return false }
    event.kind = .queued
    event.name = scanner.rest
    let isCut = message.rest.count >= cut
    // The sender is the client's: what follows it is read from the end of the line.
    guard !isCut, scanner.dropEnd(" (queue active)"), let recipients = scanner.dropEndNumber(),
      scanner.dropEnd(", nrcpt="), let bytes = scanner.dropEndNumber(), scanner.dropEnd(">, size=")
    else {
      // A client could hide its message, or write the size, with a sender of the right length.
      return isCut
        || message.rest.count >= leastCut && !message.endsWith(", returned to sender")
    }
    event.name = scanner.rest
    event.bytes = bytes
    event.recipients = Int32(clamping: recipients)
    return true
  }

  /// Where Postfix cuts what it logs, in bytes: MSG_SYSLOG_RECLEN, util/msg_syslog.c.
  private static let cut = 2000

  /// No line is cut to less: BusyBox' syslogd leaves 256 bytes, with the header.
  ///
  /// What is shorter is the end of a file that is being written.
  private static let leastCut = 140

  /// `QID: uid=N from=<user>`: mail that a local program handed in.
  static func parsePickup(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let queueID = scanner.queueID(), scanner.sees("uid=") else { return false }
    event.queueID = queueID
    event.kind = .otherMessage
    return true
  }
}
