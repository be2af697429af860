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
  /// The last one counts that is not inside the quotes of `DN="…"`: where `helo_accept_junk_hosts`
  /// allows any HELO, it may hold one. The protocol says whether the client is authenticated.
  private static func readProtocol(
    _ scanner: inout ByteScanner,
    into event: inout MailEvent
  ) -> Int? {
    var place: Int?
    var fields = scanner
    while let found = fields.index(of: " P=") {
      fields.move(to: found &+ 3)
      guard fields.protocolName() != nil else { continue }
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

extension ByteScanner {
  /// What `P=` names: `esmtpsa`, `utf8esmtpa`, `asmtp` …; nil: no protocol of clients elsewhere.
  @_lifetime(self: copy self)
  fileprivate mutating func protocolName() -> (isAuthenticated: Bool, usesTLS: Bool)? {
    let end = indexNearby(of: UInt8(ascii: " ")) ?? self.end
    var name = ByteScanner(bytes, from: position, to: end)
    _ = name.skip("utf8")
    var isAuthenticated = name.skip("a")
    _ = name.skip("e")
    // `ssmtp`, where TLS is spoken from the first byte.
    var usesTLS = name.sees("ss") && name.skip("s")
    guard name.skip("smtp") else { return nil }
    if name.skip("s") { usesTLS = true }
    if name.skip("a") { isAuthenticated = true }
    guard name.isAtEnd else { return nil }
    move(to: end)
    return (isAuthenticated, usesTLS)
  }

  /// Where an address ends: at `byte` outside of quotes; nil: nowhere.
  func endOfAddress(before byte: UInt8) -> Int? {
    var copy = self
    while let found = copy.indexNearby(of: byte, or: UInt8(ascii: "\"")) {
      guard copy.bytes[found] != byte else { return found }
      copy.move(to: found &+ 1)
      while let next = copy.indexNearby(of: UInt8(ascii: "\""), or: UInt8(ascii: "\\")) {
        let isEnd = copy.bytes[next] == UInt8(ascii: "\"")
        copy.move(to: min(isEnd ? next &+ 1 : next &+ 2, copy.end))
        if isEnd { break }
      }
    }
    return nil
  }

  /// Where the word starts that ends at `last`: behind the last blank outside of quotes; nil: there
  /// is no blank in front of it.
  ///
  /// Every quote within quotes has a backslash in front of it. `canHoldQuotes` becomes false where
  /// they do not match; from then on they are bytes as all others.
  fileprivate func startOfWord(endingAt last: Int, _ canHoldQuotes: inout Bool) -> Int? {
    var index = last
    while index > position {
      index &-= 1
      switch bytes[index] {
      case UInt8(ascii: " "): return index &+ 1
      case UInt8(ascii: "\"") where canHoldQuotes:
        var opening = index &- 1
        while opening > position,
          bytes[opening] != UInt8(ascii: "\"") || bytes[opening &- 1] == UInt8(ascii: "\\")
        {
          opening &-= 1
        }
        if opening > position { index = opening } else { canHoldQuotes = false }
      default: break
      }
    }
    return nil
  }
}
