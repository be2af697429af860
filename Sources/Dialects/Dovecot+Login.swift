import MailLog

// The login process: `submission-login: what happened: elements`, as login_log_format and
// login_log_format_elements have it.
extension Dovecot {
  static func parseLogin(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    _ = scanner.skip("Info: ")
    if scanner.skip("Login: ") || scanner.skip("Logged in: ") || skipProxy(&scanner) {
      var login = LoginElements()
      login.readAll(scanner)
      event.kind = .authenticated
      event.mechanism = login.mechanism
      read(login, into: &event)
      readTLS(login, in: scanner, into: &event)
      enter(login.session, orLine: message, into: &event)
      return true
    }
    return parseEnd(scanner, into: &event)
  }

  /// Steps over `proxy(user,host:port): Started proxying to <address> (0.000 secs): `: the next server
  /// takes the login, and the messages, of which this one logs nothing.
  private static func skipProxy(_ scanner: inout ByteScanner) -> Bool {
    var proxied = scanner
    guard proxied.skip("proxy("), let text = proxied.index(of: "): ") else { return false }
    proxied.move(to: text + 3)
    guard proxied.skip("Started proxying to "), let end = proxied.index(of: "): ") else {
      return false
    }
    proxied.move(to: end + 3)
    scanner = proxied
    return true
  }

  private static func read(_ login: LoginElements, into event: inout MailEvent) {
    event.name = login.user
    event.client = login.client
    event.tls = login.tls
    if !login.cipher.isEmpty { event.detail = login.cipher }
  }

  private static func readTLS(
    _ login: LoginElements,
    in scanner: ByteScanner,
    into event: inout MailEvent
  ) {
    switch login.security {
    case .tls: if login.tls == .unknown { event.flags.insert(.startedTLS) }
    case .secured:
      // A client on the server's own address; else perhaps one behind a trusted proxy.
      if !login.client.isEmpty, scanner.equal(login.client, login.server) { event.tls = .none }
    case .offloaded: break
    case .absent: if login.tls == .unknown { event.flags.insert(.showsNoTLS) }
    }
  }

  // MARK: Sessions without a login

  /// `Disconnected: … (auth failed, 3 attempts in 5 secs)( (auth_failed)): user=<…>, …`.
  ///
  /// One line a session, whatever it tried; what it says of the client's attempts stands in front of
  /// all that the client controls.
  private static func parseEnd(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let close = scanner.index(of: "): ") else { return false }
    scanner.move(to: close + 3)
    var login = LoginElements()
    login.readAll(scanner)
    var reasons = message
    reasons.cut(at: close)
    if !login.handshake.isEmpty || login.isHandshaking {
      event.kind = .tlsFailed
      event.client = login.client
      event.detail = login.handshake
    } else {
      guard readFailure(reasons, into: &event) else { return false }
      event.kind = .authFailed
      read(login, into: &event)
      event.detail = login.mechanism
      if event.reason == .cancelled, scanner.equal(login.user, "?") { event.name = .none }
    }
    event.flags.insert(.standsAlone)
    enter(login.session, orLine: message, into: &event)
    return true
  }

  /// What client_get_extra_disconnect_reason() says in parentheses; false: no failed AUTH.
  private static func readFailure(_ reasons: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = reasons
    while let open = scanner.index(of: UInt8(ascii: "(")) {
      scanner.move(to: open + 1)
      for (text, reason) in endings where scanner.sees(text) {
        event.reason = reason
        readAttempts(scanner, into: &event)
        return true
      }
    }
    return false
  }

  /// `…, 3 attempts`; one attempt where the text does not say.
  private static func readAttempts(_ reason: ByteScanner, into event: inout MailEvent) {
    var scanner = reason
    while let comma = scanner.index(of: UInt8(ascii: ",")) {
      scanner.move(to: comma + 1)
      _ = scanner.skip(" ")
      guard let attempts = scanner.number(), scanner.skip(" attempts") else { continue }
      let total = UInt64(event.repeats) * UInt64(max(attempts, 1))
      event.repeats = UInt32(clamping: total)
      return
    }
  }

  private static let endings: [(StaticString, AuthFailureReason)] = [
    ("auth failed", .credentials),
    ("authorization failed", .credentials),
    ("proxy dest auth failed", .credentials),
    ("client didn't finish SASL auth", .cancelled),
    ("auth aborted by client", .cancelled),
    ("aborted authentication", .cancelled),
    ("disconnected while authenticating", .cancelled),
    ("tried to use unsupported auth mechanism", .mechanism),
    ("tried to use disallowed plaintext auth", .mechanism),
    ("tried to use disallowed cleartext auth", .mechanism),
    ("tried to use disabled plaintext auth", .mechanism),
    ("cleartext authentication disabled", .mechanism),
    ("anonymous logins disabled", .mechanism),
    ("auth service reported temporary failure", .temporary),
    ("auth process communication failure", .temporary),
    ("internal failure", .temporary),
    ("user disabled", .credentials),
    ("password expired", .credentials),
    ("login disabled", .credentials),
    ("sent invalid base64 in response", .unknown),
  ]
}
