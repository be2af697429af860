import MailLog

// What becomes of a message; deliver.c.
extension Exim {
  /// `ID ** recipient …: reason`, a recipient that is given up, and `ID Completed`.
  static func parseDelivery(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    let length = lengthOfMessageID(message)
    let first = message.peek(length &+ 1)
    guard length > 0, first == UInt8(ascii: "*") || first == UInt8(ascii: "C") else { return false }
    var scanner = message
    scanner.advance(length &+ 1)
    if scanner.skip("** ") {
      event.kind = .bounced
      event.detail = scanner.rest
    } else if scanner.sees("Completed") {
      event.kind = .removed
    } else {
      return false
    }
    event.queueID = QueueID(words: messageID(message, length))
    return true
  }
}
