import MailLog

// smtp(8), lmtp(8), local(8), virtual(8), pipe(8), error(8); global/log_adhoc.c.
extension Postfix {
  /// `QID: to=<R>, (orig_to=<R>, )relay=H, delay=N, delays=…, dsn=D, status=bounced (reason)`.
  ///
  /// The first status is the server's: the reason is the other side's text. A client that writes one
  /// into its recipient hides or forges a bounce of its own message, of nobody else's.
  static func parseDelivery(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    while let bracket = scanner.index(of: UInt8(ascii: "(")) {
      // Most are `status=sent (`, and told by the eight bytes in front of it.
      let front = bracket &- 8
      if front >= message.position, message.bytes.wordInside(front) == sent { return false }
      var status = message
      status.cut(at: bracket)
      if status.dropEnd(", status=bounced ") {
        event.kind = .bounced
        event.detail = ByteRange(bracket, message.end)
        scanner.move(to: message.position)
        guard let queueID = scanner.queueID() else { return false }
        event.queueID = queueID
        return true
      }
      if status.endsWith(", status=deferred ") { return false }
      scanner.move(to: bracket &+ 1)
    }
    return false
  }

  /// `us=sent `.
  private static let sent: UInt64 = 0x2074_6e65_733d_7375
}
