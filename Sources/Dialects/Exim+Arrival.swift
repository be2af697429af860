import MailLog

// `<=`: a message is accepted; receive.c. Sender, HELO, Message-ID, subject and recipients are the
// client's. The order is fixed: sender, R=, H=, I=, TFO, U=, Ci=, P=, L, X=, CV=, DN=, SNI=, A=,
// PRDR, PRX=, K, S=, …, id=, T=, from <>, for. The line is read from both ends to `A=`.
extension Exim {
  /// What follows `<= `.
  static func parseArrival(
    _ message: ByteScanner,
    isWhole: Bool,
    into event: inout MailEvent
  ) -> Bool {
    var scanner = message
    guard readSender(&scanner, into: &event), scanner.skip(" DS H=") || scanner.skip(" H=")
    else { return false }
    guard scanner.index(of: " A=") != nil,
      readEnd(&scanner, isWhole: isWhole, into: &event),
      let end = readProtocol(&scanner, into: &event)
    else { return false }
    event.kind = .submitted
    var host = ByteScanner(scanner.bytes, from: message.position, to: end)
    host.move(to: event.sender.range.upperBound)
    event.client = client(in: host)
    return readLogin(scanner, into: &event)
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

  // MARK: From the end

  /// Reads what stands behind the login, and ends the line there.
  private static func readEnd(
    _ scanner: inout ByteScanner,
    isWhole: Bool,
    into event: inout MailEvent
  ) -> Bool {
    guard isWhole else { return readCutEnd(&scanner, into: &event) }
    if readPlainEnd(&scanner, into: &event) { return true }
    var words: Int32 = 0
    var canHoldQuotes = true
    var end = scanner.end
    while let start = scanner.startOfWord(endingAt: end, &canHoldQuotes) {
      var word = ByteScanner(scanner.bytes, from: start, to: end)
      if word.skip("S="), let bytes = word.dropEndNumber(), word.isAtEnd {
        event.bytes = bytes
        cutFlags(&scanner, at: start &- 1)
        return true
      }
      if event.recipients < 0, word.sees("for"), end &- start == 3 {
        event.recipients = isComplete(scanner) ? words : -1
      }
      words &+= 1
      end = start &- 1
    }
    return false
  }

  /// As `readEnd`, where neither a quote nor recipients stand behind the size; false: they do.
  private static func readPlainEnd(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    guard let start = scanner.lastIndex(of: " S=") else { return false }
    var tail = scanner
    tail.move(to: start &+ 3)
    guard let bytes = tail.number(), tail.isAtEnd || tail.current == UInt8(ascii: " "),
      tail.indexNearby(of: UInt8(ascii: "\"")) == nil, tail.index(of: " for") == nil
    else { return false }
    event.bytes = Int64(bytes)
    cutFlags(&scanner, at: start)
    return true
  }

  /// Whether Exim had room for all recipients: it leaves out those that its buffer of 8,192 bytes
  /// has no place for.
  private static func isComplete(_ line: ByteScanner) -> Bool { line.end &- line.position < 7_500 }

  /// Of a line that syslog has only the first 870 bytes of: the login may be cut off with it.
  private static func readCutEnd(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Bool {
    var size = scanner
    guard let login = size.index(of: " A=") else { return false }
    size.move(to: login)
    while let start = size.index(of: " S=") {
      size.move(to: start &+ 3)
      guard let bytes = size.number(), size.isAtEnd || size.sees(" ") else { continue }
      event.bytes = Int64(bytes)
      cutFlags(&scanner, at: start)
      break
    }
    return true
  }

  /// ` PRDR`, ` PRX=address` and ` K` stand between the login and the size.
  private static func cutFlags(_ scanner: inout ByteScanner, at end: Int) {
    scanner.cut(at: max(scanner.position, end))
    while true {
      if scanner.dropEnd(" K") || scanner.dropEnd(" PRDR") { continue }
      guard let blank = scanner.lastIndex(of: " "),
        ByteScanner(scanner.bytes, from: blank, to: scanner.end).sees(" PRX=")
      else { return }
      scanner.cut(at: blank)
    }
  }

  // MARK: Protocol and TLS

  /// Steps behind ` P=…` and the fields up to ` A=`; returns where ` P=` stands.
  ///
  /// Where `helo_accept_junk_hosts` allows any HELO, it may hold one, so that the last one counts
  /// that is not inside the quotes of `DN="…"`; but the HELO's `) [` stands in front of the host's
  /// own. One without is of a certificate or a login. It says whether the client is authenticated.
  private static func readProtocol(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Int? {
    var place: Int?
    var fields = scanner
    while let found = fields.index(of: " P=") {
      fields.move(to: found &+ 3)
      guard fields.protocolName() != nil else { continue }
      if let place {
        let between = ByteScanner(fields.bytes, from: place, to: found)
        guard between.index(of: ") [") != nil else { continue }
      }
      place = found
      skipCertificate(&fields)
    }
    guard let place else { return nil }
    scanner.move(to: place &+ 3)
    guard let name = scanner.protocolName(), name.isAuthenticated else { return nil }
    event.tls = name.usesTLS ? .unknown : .none
    while scanner.skip(" ") {
      if scanner.sees("A=") {
        scanner.advance(2)
        return place
      }
      if scanner.skip("X=") {
        event.detail = readTLS(&scanner, &event.tls)
      } else if scanner.sees("DN=\"") {
        skipQuoted(&scanner)
      }
      guard let blank = scanner.index(of: UInt8(ascii: " ")) else { return nil }
      scanner.move(to: blank)
    }
    return nil
  }

  /// Steps over ` … DN="…"`, if the fields up to ` A=` hold one.
  private static func skipCertificate(_ scanner: inout ByteScanner) {
    var copy = scanner
    guard let start = copy.index(of: " DN=\""), start < copy.index(of: " A=") ?? copy.end
    else { return }
    copy.move(to: start &+ 1)
    skipQuoted(&copy)
    scanner = copy
  }

  /// Steps over `DN="…"`: a quote ends it if a blank or the line's end follows.
  private static func skipQuoted(_ scanner: inout ByteScanner) {
    scanner.advance(4)
    while let quote = scanner.index(of: UInt8(ascii: "\"")) {
      scanner.move(to: quote &+ 1)
      if scanner.isAtEnd || scanner.sees(" ") { return }
    }
    scanner.move(to: scanner.end)
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

  /// The address of MAIL FROM's AUTH=, which the client chooses, with the log selector
  /// `smtp_mailauth`: only where login and address both have an `@` is it told from the login.
  private static func dropSubmitter(_ scanner: inout ByteScanner) {
    guard let colon = scanner.lastIndex(of: ":"), let first = scanner.index(of: UInt8(ascii: "@")),
      first < colon
    else { return }
    var address = scanner
    address.move(to: colon)
    if address.index(of: UInt8(ascii: "@")) != nil { scanner.cut(at: colon) }
  }
}
