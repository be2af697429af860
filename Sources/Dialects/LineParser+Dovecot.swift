import MailLog

// Dovecot's own file: a stamp (log_timestamp), and `process: Info: message` without a host; the stamp
// of mailcow is `YYYY-MM-DD HH:MM:SS`.
extension LineParser {
  /// One line with the stamp of the default log_timestamp; nil: it has another framing.
  @inline(__always) mutating func parseDovecot(
    _ line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict? {
    let start = line.position
    guard let stampEnd = StampReader.endOfRFC3164(line, at: start) else { return nil }
    var message = line
    message.move(to: stampEnd &+ 1)
    guard Dovecot.isOfOwnFile(message) else { return nil }
    return parse(message, ownDovecot, pid: 0, into: &batch) { parser, stamp in
      parser.read(&stamp, line, from: start, to: stampEnd, form: .rfc3164)
    }
  }
}

extension Dovecot {
  /// Whether a process name with what Dovecot's file has behind it stands in front.
  ///
  /// In a syslog file the host stands there, which has neither a parenthesis nor a colon at its end.
  @inline(__always) static func isOfOwnFile(_ message: ByteScanner) -> Bool {
    switch message.current {
    case UInt8(ascii: "s"):
      message.sees("submission-login: Info: ") || message.sees("submission(")
    case UInt8(ascii: "a"):
      message.sees("auth: Info: ") || message.sees("auth(") || message.sees("auth-worker(")
    default: false
    }
  }
}
