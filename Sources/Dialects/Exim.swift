package import MailLog

/// Exim 4.8x to 4.99, its own main log and what it sends to syslog.
///
/// Sources: src/log.c, src/receive.c, src/smtp_in.c, src/host.c, src/tls-gnu.c and src/tls-openssl.c
/// of Exim. A message says all in one line, so that no session is asked.
package enum Exim: Dialect {
  package static let server = MailServer.exim
  package static let identifiers = ["exim", "exim4"]

  package static func part(program: String) -> ServerPart? {
    // `syslog_processname`; Debian's program is called exim4.
    let isExim = ["exim", "exim4"].contains { program == $0 || program.hasPrefix($0 + "-") }
    return isExim ? ServerPart(tellsBounces: true) : nil
  }

  package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    var scanner = message
    var isWhole = true
    if scanner.current == UInt8(ascii: "["), let number = skipSplit(&scanner) {
      // What follows the first part of a long message may be any text.
      guard number == 1 else { return .passedOver(.notAboutSubmission) }
      isWhole = false
    }
    skipOwnFront(&scanner)
    return parse(scanner, part, isWhole: isWhole, into: &event)
  }

  /// Reads what follows stamp and process; `isWhole`: the line is not cut off.
  @inline(__always) static func parse(
    _ message: ByteScanner,
    _ part: ServerPart,
    isWhole: Bool,
    into event: inout MailEvent
  ) -> Verdict {
    if part.tellsBounces, parseDelivery(message, into: &event) { return .event }
    if let reason = passesOver(message) { return .passedOver(reason) }
    event.flags.insert(.standsAlone)
    event.escape = .octal
    return parseEvent(message, isWhole: isWhole, into: &event)
  }

  // MARK: Front

  /// `[1/3] `, or `[1\3] ` where the message itself holds a line's end: which part it is.
  private static func skipSplit(_ scanner: inout ByteScanner) -> Int? {
    var copy = scanner
    guard copy.skip("["), let number = copy.number(), copy.skip("/") || copy.skip("\\"),
      copy.number() != nil, copy.skip("] ")
    else { return nil }
    scanner = copy
    return number
  }

  /// Exim's own stamp, in front of the message unless `syslog_timestamp` is off, and `[pid]`.
  private static func skipOwnFront(_ scanner: inout ByteScanner) {
    if let end = StampReader.endOfOwnStamp(scanner, at: scanner.position) {
      scanner.move(to: end &+ 1)
    }
    skipProcess(&scanner)
  }

  /// `[pid] `, with the log selector `pid`.
  @inline(__always) static func skipProcess(_ scanner: inout ByteScanner) {
    guard scanner.current == UInt8(ascii: "[") else { return }
    var copy = scanner
    copy.advance(1)
    if copy.number() != nil, copy.skip("] ") { scanner = copy }
  }

  // MARK: Which line

  /// How long the message ID in front is, `6-6-2` or since 4.97 `6-11-4`, by its dashes; 0: there is
  /// none.
  @inline(__always) static func lengthOfMessageID(_ scanner: ByteScanner) -> Int {
    let dash = UInt8(ascii: "-")
    guard scanner.peek(6) == dash else { return 0 }
    let length = scanner.peek(13) == dash ? 16 : 23
    guard length == 16 || scanner.peek(18) == dash,
      scanner.peek(length) == UInt8(ascii: " ")
    else { return 0 }
    return length
  }

  /// Whether the rest of what may be a message ID, beside its dashes, is letters and digits.
  private static func isMessageID(_ id: (UInt64, UInt64, UInt64), _ length: Int) -> Bool {
    var words = id
    // Makes a digit of a dash.
    let zero: UInt64 = 0x30 ^ 0x2d
    words.0 ^= zero &<< 48
    if length == 16 {
      words.1 ^= zero &<< 40
    } else {
      words.2 ^= zero &<< 16
    }
    return ByteScanner.isAlphanumeric(words.0) && ByteScanner.isAlphanumeric(words.1)
      && ByteScanner.isAlphanumeric(words.2)
  }

  /// Tells most lines that yield no event by a few bytes.
  @inline(__always) private static func passesOver(_ message: ByteScanner) -> PassedOver? {
    let length = lengthOfMessageID(message)
    guard length > 0 else { return nil }
    switch (message.peek(length &+ 1), message.peek(length &+ 2)) {
    case (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: "H"), UInt8(ascii: "=")),
      (UInt8(ascii: "("), UInt8(ascii: "=")):
      return nil
    case (UInt8(ascii: "="), _), (UInt8(ascii: "-"), _), (UInt8(ascii: ">"), _),
      (UInt8(ascii: "C"), _):
      return .delivery
    case (UInt8(ascii: "*"), _): return isOverflown(message, length) ? .cutOff : .delivery
    default: return .notAboutSubmission
    }
  }

  /// `ID **** log string overflowed log buffer ****` stands in place of all that a line of over 8 KiB
  /// would say; log.c.
  @inline(never) private static func isOverflown(_ message: ByteScanner, _ length: Int) -> Bool {
    var scanner = message
    scanner.advance(length &+ 1)
    return scanner.sees("**** log string overflowed")
  }

  private static func parseEvent(
    _ message: ByteScanner,
    isWhole: Bool,
    into event: inout MailEvent
  ) -> Verdict {
    var scanner = message
    let length = lengthOfMessageID(scanner)
    if length > 0, case let id = messageID(scanner, length), isMessageID(id, length) {
      event.queueID = QueueID(words: id)
      scanner.advance(length &+ 1)
      if scanner.skip("<= ") || scanner.skip("(= ") {
        return parseArrival(scanner, isWhole: isWhole, into: &event)
      }
      return verdict(parseRejection(scanner, into: &event))
    }
    return verdict(parseOther(scanner, into: &event))
  }

  private static func verdict(_ isEvent: Bool) -> Verdict {
    isEvent ? .event : .passedOver(.notAboutSubmission)
  }

  /// A line without a message's ID.
  private static func parseOther(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    switch scanner.current {
    case UInt8(ascii: "T") where scanner.skip("TLS error on connection "):
      return parseTLSFailure(scanner, into: &event)
    case UInt8(ascii: "n") where scanner.skip("no MAIL in "):
      return parseNoMail(scanner, into: &event)
    case UInt8(ascii: "H") where scanner.sees("H="):
      return parseRejection(scanner, into: &event)
    case UInt8(ascii: "S") where scanner.skip(#"SMTP protocol error in "AUTH "#):
      return parseProtocolError(scanner, into: &event)
    default: return parseAuthFailure(scanner, into: &event)
    }
  }

  static func messageID(
    _ scanner: ByteScanner,
    _ length: Int
  ) -> (UInt64, UInt64, UInt64) {
    let start = scanner.position
    let last = length == 23 ? scanner.word(at: start &+ 16) & (1 &<< 56 &- 1) : 0
    return (scanner.word(at: start), scanner.word(at: start &+ 8), last)
  }
}
