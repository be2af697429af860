import MailLog

// The authentication server, where `auth_verbose` is set: one line for each failed attempt, of
// whatever service. It is one of SMTP if a line of the submission service has its session; Postfix
// and Exim that ask Dovecot give no session, and log the failure themselves.
extension Dovecot {
  /// What follows `auth`.
  static func parseAuth(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    // The text behind it quotes the name.
    let disallowed: StaticString = ": Username character disallowed by "
    if let text = scanner.index(of: disallowed) {
      scanner.cut(at: text + disallowed.utf8CodeUnitCount)
    }
    // What auth_verbose_passwords adds is the client's, and secret.
    if let password = scanner.index(of: " (given password") { scanner.cut(at: password) }
    return parseAuthOf24(scanner, into: &event) || parseAuthOf23(scanner, into: &event)
  }

  /// `(-worker(N)): driver(user,address,<session>): text` of 2.3.
  ///
  /// The user is the client's, so all is read from the end; the text is the server's.
  private static func parseAuthOf23(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    guard let close = message.lastIndex(of: ">): ") else { return false }
    var scanner = message
    if scanner.skip("-worker(") {
      guard scanner.number() != nil, scanner.skip(")") else { return false }
    }
    guard scanner.skip(": "), isOfClient(scanner) else { return false }
    _ = scanner.skip("Info: ")
    // `conn unix:auth-worker (pid=1,uid=0): auth-worker<1>: ` of 2.3.14 and later.
    if scanner.sees("conn "), let worker = scanner.index(of: ">: ") { scanner.move(to: worker + 3) }
    let driver = scanner.position
    guard close >= scanner.position else { return false }
    scanner.cut(at: close)
    guard let session = scanner.lastIndex(of: ",<"),
      let open = scanner.indexNearby(of: UInt8(ascii: "(")), open < session
    else { return false }
    let mechanism = ByteRange(driver, open)
    scanner.move(to: open + 1)
    scanner.cut(at: session)
    guard let comma = scanner.lastIndex(of: ",") else { return false }
    event.detail = message.isMechanism(mechanism) ? mechanism : .none
    event.client = ByteRange(comma + 1, session)
    note(ByteRange(scanner.position, comma), ByteRange(session + 2, close), message, into: &event)
    return true
  }

  /// `(user,address,sasl:mechanism)<session>: driver: text` of 2.4.
  private static func parseAuthOf24(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard scanner.skip("(") || scanner.skip("-worker("),
      let sasl = scanner.lastIndex(of: ",sasl:")
    else { return false }
    let user = scanner.position
    var head = scanner
    head.cut(at: sasl)
    guard let comma = head.lastIndex(of: ",") else { return false }
    scanner.move(to: sasl + 6)
    guard let close = scanner.indexNearby(of: UInt8(ascii: ")")) else { return false }
    event.detail = ByteRange(sasl + 6, close)
    event.client = ByteRange(comma + 1, sasl)
    scanner.move(to: close)
    guard scanner.skip(")<"), let end = scanner.indexNearby(of: UInt8(ascii: ">")) else {
      return false
    }
    let session = ByteRange(scanner.position, end)
    scanner.move(to: end)
    guard scanner.skip(">: "), isOfClient(scanner) else { return false }
    note(ByteRange(user, comma), session, message, into: &event)
    return true
  }

  /// Whether the text is about what the client sent; a database that fails is an error of the server.
  private static func isOfClient(_ text: ByteScanner) -> Bool {
    !text.sees("Debug: ") && !text.sees("Error: ")
  }

  private static func note(
    _ user: ByteRange,
    _ session: ByteRange,
    _ message: ByteScanner,
    into event: inout MailEvent
  ) {
    event.kind = .authFailed
    event.flags.insert(.unproven)
    event.reason = .credentials
    // `?`: the client has not come to name one.
    if !message.equal(user, "?") { event.name = user }
    if message.endsWith("unknown user") { event.flags.insert(.mayYetSucceed) }
    enter(session, orLine: message, into: &event)
  }
}

extension ByteScanner {
  /// Whether Dovecot's driver is a mechanism that failed by itself, before any database was asked.
  fileprivate func isMechanism(_ driver: ByteRange) -> Bool {
    equal(driver, "plain") || equal(driver, "login") || equal(driver, "cram-md5")
      || equal(driver, "digest-md5") || equal(driver, "xoauth2") || equal(driver, "oauthbearer")
  }
}
