import MailLog

// What becomes of a message; mta_session.c, mda.c.
extension OpenSMTPD {
  /// ` mta delivery evpid=E from=<S> to=<R> … result="PermFail" stat="reason"`, one line a recipient,
  /// in 6.0 ` mta event=delivery evpid=…`; in lines of `mda` the result stands without quotes.
  ///
  /// No address holds a blank. The envelope's ID begins with the message's.
  static func parseDelivery(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip(" mta ") || scanner.skip(" mda ") else { return false }
    _ = scanner.skip("event=")
    guard scanner.skip("delivery evpid="), scanner.rest.count > 8 else { return false }
    event.queueID = messageID(&scanner)
    guard let result = scanner.index(of: " result=") else { return false }
    scanner.move(to: result + 8)
    event.detail = scanner.rest
    _ = scanner.skip("\"")
    event.kind = scanner.sees("PermFail") ? .bounced : .delivered
    return event.kind == .bounced || scanner.sees("Ok")
  }
}
