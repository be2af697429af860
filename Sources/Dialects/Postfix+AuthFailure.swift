import MailLog

// AUTH that failed, smtpd/smtpd_sasl_glue.c.
extension Postfix {
  /// `host[address](:port): SASL PLAIN authentication failed: reason(, sasl_username=login)`, the
  /// login since 3.7.8 and 3.9; or `… authentication aborted`.
  static func parseAuthFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    // A blank in front of the address: another warning, with the client's text behind it.
    guard readClient(&scanner, into: &event), scanner.skip(": SASL ") else { return false }
    let mechanism = scanner.position
    guard let blank = scanner.index(of: UInt8(ascii: " ")) else { return false }
    guard scanner.isMechanism(mechanism..<blank) else {
      // Any text of the client's, which is not to be read on from here.
      event.kind = .authFailed
      event.reason = .mechanism
      return scanner.index(of: " authentication failed:") != nil
    }
    event.detail = ByteRange(mechanism, blank)
    scanner.move(to: blank)
    if scanner.skip(" authentication aborted") {
      event.kind = .authFailed
      event.reason = .cancelled
      return true
    }
    guard scanner.skip(" authentication failed:") else { return false }
    _ = scanner.skip(" ")
    event.kind = .authFailed
    event.reason = reason(scanner)
    // The reason is the SASL library's; a mechanism's name in it has no blank.
    guard let login = scanner.index(of: ", sasl_username=") else { return true }
    scanner.move(to: login + 16)
    if !scanner.sees("(unavailable)") || scanner.end - scanner.position > 13 {
      event.name = scanner.rest
    }
    return true
  }

  /// What kind of failure the reason names.
  ///
  /// Texts of xsasl/xsasl_dovecot_server.c and of the Cyrus SASL library. Old releases print the prompt or the challenge of the broken dialogue instead.
  private static func reason(_ reason: ByteScanner) -> AuthFailureReason {
    for (text, kind) in reasons where reason.sees(text) { return kind }
    return .credentials
  }

  private static let reasons: [(StaticString, AuthFailureReason)] = [
    ("(reason unavailable)", .credentials),
    ("authentication failure", .credentials),
    ("Connection lost to authentication server", .temporary),
    ("Can't connect to authentication server", .temporary),
    ("Temporary authentication failure", .temporary),
    ("Internal authentication failure", .temporary),
    ("generic failure", .unknown),
    ("Invalid authentication mechanism", .mechanism),
    ("no mechanism available", .mechanism),
    ("bad protocol / cancel", .cancelled),
    ("Authentication aborted", .cancelled),
    ("Invalid base64 data", .unknown),
  ]
}

extension ByteScanner {
  /// Whether the name can be one of a SASL mechanism, whatever its case: RFC 4422, section 3.1.
  fileprivate func isMechanism(_ name: Range<Int>) -> Bool {
    (1...20).contains(name.count)
      && name.allSatisfy { place in
        bytes[place] == UInt8(ascii: "-") || bytes[place] == UInt8(ascii: "_")
          || bytes[place] != 0 && Self.isAlphanumeric(UInt64(bytes[place]))
      }
  }
}
