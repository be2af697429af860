import MailLog

// `<=`: a message is accepted; receive.c. Sender, HELO, Message-ID, subject and recipients are the
// client's. The order is fixed: sender, R=, H=, I=, TFO, U=, Ci=, P=, L, X=, CV=, DN=, SNI=, A=,
// PRDR, PRX=, K, S=, …, id=, T=, from <>, for. It is read from front to back.
extension Exim {
  /// What a ` P=` turns out to be.
  private enum Fields {
    /// The server's: the client logged in as this says.
    case login(ByteRange)
    /// The server's: the client logged in, but the line is cut off in front of the login's end.
    case cutLogin
    /// The server's, and the client did not log in.
    case nobody
    /// A text of the client's.
    case text
  }

  /// What follows `<= `, or `(= `, which receive.c writes in its place after `control = fakereject`.
  ///
  /// The second one counts as the first: Exim delivers that message, but answers that it does not.
  ///
  /// Where `helo_accept_junk_hosts` allows any HELO, it may hold what looks like all fields behind it;
  /// but the `) [` that closes it stands behind them, and the server's own ` P=`: see `Exim+Tail`.
  static func parseArrival(
    _ message: ByteScanner,
    isWhole: Bool,
    into event: inout MailEvent
  ) -> Verdict {
    var scanner = message
    guard readSender(&scanner, into: &event), scanner.skip(" DS H=") || scanner.skip(" H="),
      !isWhole || scanner.index(of: " A=") != nil
    else { return .passedOver(.notAboutSubmission) }
    let host = scanner
    var sizes = Sizes()
    // Where one may stand: a further one is of a certificate or a login, but behind the end of a HELO
    // or ident.
    var next = scanner.position
    while let found = scanner.index(of: " P=") {
      scanner.move(to: found &+ 3)
      guard let name = scanner.protocolName(), found >= next else { continue }
      let front = ByteScanner(scanner.bytes, from: host.position, to: found)
      let hasIdent = front.index(of: " U=") != nil
      let fields = readFields(
        scanner,
        name,
        hasIdent: hasIdent,
        // A certificate may have what looks like the end of a HELO and all behind it.
        isFirst: next == host.position,
        isWhole: isWhole,
        &sizes,
        into: &event
      )
      switch fields {
      case .nobody: return .passedOver(.notAboutSubmission)
      case .cutLogin:
        event.kind = .submitted
        event.client = client(in: front)
        event.flags.insert(.saysLoggedIn)
        return .event
      case .login(let login):
        event.kind = .submitted
        event.client = client(in: front)
        scanner.move(to: login.range.lowerBound)
        scanner.cut(at: login.range.upperBound)
        return readLogin(scanner, into: &event) ? .event : .passedOver(.notAboutSubmission)
      case .text: if !hasIdent { next = scanner.index(of: ") [") ?? scanner.end }
      }
    }
    return .passedOver(isWhole ? .notAboutSubmission : .cutOff)
  }

  /// The sender up to the blank behind it; a blank in it stands between quotes.
  private static func readSender(_ scanner: inout ByteScanner, into event: inout MailEvent) -> Bool
  {
    let start = scanner.position
    guard let end = scanner.endOfAddress(before: UInt8(ascii: " ")) else { return false }
    scanner.move(to: end)
    let isNull = end &- start == 2 && scanner.bytes[start] == UInt8(ascii: "<")
    event.sender = isNull ? ByteRange(start, start) : ByteRange(start, end)
    event.flags.insert(.namesSender)
    return true
  }

  // MARK: Fields

  /// Reads what follows ` P=name`: TLS, the login, the size, and what is behind.
  private static func readFields(
    _ fields: ByteScanner,
    _ name: (isAuthenticated: Bool, usesTLS: Bool),
    hasIdent: Bool,
    isFirst: Bool,
    isWhole: Bool,
    _ sizes: inout Sizes,
    into event: inout MailEvent
  ) -> Fields {
    var scanner = fields
    event.tls = name.usesTLS ? .unknown : .none
    event.detail = .none
    guard let hasTexts = readTLSFields(&scanner, into: &event),
      let size = sizes.find(in: scanner, isWhole: isWhole)
    else { return .text }
    event.bytes = size.bytes
    event.recipients = size.recipients
    scanner.cut(at: size.place)
    let login = scanner
    if holdsProtocol(scanner, hasIdent: hasIdent) { return .text }
    // `smtp` and `smtps` also of a client that says HELO behind its AUTH (smtp_in.c): the login is told.
    guard name.isAuthenticated || !hasTexts && login.sees(" A=") else { return .nobody }
    // A certificate and SNI may hold ` A=`; but for them a login may.
    let isLast = hasTexts || !isFirst
    guard let start = isLast ? scanner.lastIndex(of: " A=") : scanner.index(of: " A=") else {
      return isWhole ? .nobody : .cutLogin
    }
    scanner.move(to: start &+ 3)
    if scanner.end == fields.end, !isWhole { return .cutLogin }
    if dropFlags(&scanner), event.tls == .none { event.tls = .unknown }
    return .login(scanner.rest)
  }

  /// Steps over what stands in front of ` A=` or ` S=`; returns whether texts of the client's did, nil
  /// if another ` P=` does.
  private static func readTLSFields(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Bool? {
    var hasTexts = false
    while scanner.sees(" "), !scanner.sees(" A="), !scanner.sees(" S=") {
      scanner.advance(1)
      if scanner.skip("X=") {
        event.detail = readTLS(&scanner, &event.tls)
      } else if scanner.sees("DN=\"") {
        hasTexts = true
        skipCertificate(&scanner)
      } else if scanner.sees("SNI=") {
        hasTexts = true
      } else if !hasTexts, scanner.skip("P="), scanner.protocolName() != nil {
        return nil
      }
      scanner.move(to: scanner.indexNearby(of: UInt8(ascii: " ")) ?? scanner.end)
    }
    return hasTexts
  }

  /// Steps over `DN="…"`: a quote ends it if a blank or the line's end follows.
  static func skipCertificate(_ scanner: inout ByteScanner) {
    scanner.advance(4)
    while let quote = scanner.index(of: UInt8(ascii: "\"")) {
      scanner.move(to: quote &+ 1)
      if scanner.isAtEnd || scanner.sees(" ") { return }
    }
    scanner.move(to: scanner.end)
  }

  /// Whether another ` P=` follows that is the server's, for all that is known: behind the end of a
  /// HELO, or of an ident, which is the client's answer.
  private static func holdsProtocol(_ fields: ByteScanner, hasIdent: Bool) -> Bool {
    var scanner = fields
    if !hasIdent {
      guard let end = scanner.index(of: ") [") else { return false }
      scanner.move(to: end)
    }
    while let found = scanner.index(of: " P=") {
      scanner.move(to: found &+ 3)
      if scanner.protocolName() != nil { return true }
    }
    return false
  }

  /// Takes off what stands between the login and the size: ` PRDR`, ` PRX=address` and ` K`.
  ///
  /// - Returns: whether there is a `PRX=`: a proxy is in front, and without TLS of Exim's own the
  ///   client's is not known.
  private static func dropFlags(_ scanner: inout ByteScanner) -> Bool {
    var isProxied = false
    while true {
      if scanner.dropEnd(" K") || scanner.dropEnd(" PRDR") { continue }
      guard let blank = scanner.lastIndex(of: " "),
        ByteScanner(scanner.bytes, from: blank, to: scanner.end).sees(" PRX=")
      else { return isProxied }
      scanner.cut(at: blank)
      isProxied = true
    }
  }

  /// Reads `TLS1.3:cipher:bits(:group)(*)`; returns where the cipher stands.
  ///
  /// OpenSSL before 4.93 writes `TLSv1.2`, GnuTLS before it `TLS1.0` with other ciphers' names.
  static func readTLS(_ scanner: inout ByteScanner, _ version: inout TLSVersion) -> ByteRange {
    version = tlsVersion(&scanner)
    guard let colon = scanner.indexNearby(of: UInt8(ascii: ":"), or: UInt8(ascii: " ")),
      scanner.bytes[colon] == UInt8(ascii: ":")
    else { return .none }
    scanner.move(to: colon &+ 1)
    let start = scanner.position
    let end = scanner.indexNearby(of: UInt8(ascii: ":"), or: UInt8(ascii: " "))
    scanner.move(to: end ?? scanner.end)
    return ByteRange(start, scanner.position)
  }

  private static func tlsVersion(_ scanner: inout ByteScanner) -> TLSVersion {
    var version = TLSVersion.unknown
    if scanner.skip("TLSv1") || scanner.skip("TLS1") {
      version = .tls10
      if scanner.skip(".3") {
        version = .tls13
      } else if scanner.skip(".2") {
        version = .tls12
      } else if scanner.skip(".1") {
        version = .tls11
      } else {
        _ = scanner.skip(".0")
      }
    } else if scanner.skip("SSLv3") || scanner.skip("SSL3") {
      version = .ssl3
      _ = scanner.skip(".0")
    }
    // `-PKIX` in builds of the first GnuTLS.
    return scanner.sees(":") || scanner.sees("-") ? version : .unknown
  }

  // MARK: Login

  /// `authenticator(:login(:sender))` in all of what is left; what `server_set_id` does not name is
  /// known by its authenticator.
  static func readLogin(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard !scanner.isAtEnd else { return false }
    event.mechanism = scanner.rest
    event.name = scanner.rest
    guard let colon = scanner.index(of: UInt8(ascii: ":")) else { return true }
    event.mechanism = ByteRange(scanner.position, colon)
    scanner.move(to: colon &+ 1)
    dropSubmitter(&scanner)
    if !scanner.isAtEnd { event.name = scanner.rest }
    return true
  }

  /// The address of MAIL FROM's AUTH=, with the log selector `smtp_mailauth`: it is the client's, so
  /// that the first colon ends the login, which itself hardly has one.
  private static func dropSubmitter(_ scanner: inout ByteScanner) {
    if let colon = scanner.indexNearby(of: UInt8(ascii: ":")) { scanner.cut(at: colon) }
  }
}
