import MailLog

// Dovecot's own file: a stamp (log_timestamp), and `process: Info: message` without a host; the stamp
// of mailcow is `YYYY-MM-DD HH:MM:SS`.
extension LineParser {
  /// What follows the stamp; nil: it is none of Dovecot's own file.
  @inline(__always) mutating func parseDovecot(
    _ message: ByteScanner,
    into batch: inout EventBatch,
    stamp: (inout LineParser, inout LogStamp) -> Bool
  ) -> Verdict? {
    guard Dovecot.isOfOwnFile(message) else { return nil }
    return parse(message, ownDovecot, pid: 0, into: &batch, stamp: stamp)
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
