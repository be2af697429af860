import MailLog

/// The elements of a line of Dovecot's login process: `user=<…>, method=…, rip=…, lip=…, TLS, …`.
///
/// Their order and choice are the administrator's, those without a value are left out.
struct LoginElements {
  enum Security { case absent, secured, tls, offloaded }

  private(set) var user = ByteRange.none
  private(set) var mechanism = ByteRange.none
  private(set) var client = ByteRange.none
  private(set) var server = ByteRange.none
  private(set) var session = ByteRange.none
  private(set) var security = Security.absent
  private(set) var tls = TLSVersion.unknown
  private(set) var cipher = ByteRange.none
  /// The TLS handshake was not over when the session ended; why, where the line says.
  private(set) var isHandshaking = false
  private(set) var handshake = ByteRange.none

  /// Reads the elements from the scanner's position to its end.
  ///
  /// `user` is the client's, and may look like any other element. So those in front of it are read
  /// first, and then those behind its end.
  mutating func readAll(_ scanner: ByteScanner) {
    // In front of all others, if nobody changed their order.
    let first = scanner.sees("user=<") ? scanner.position : scanner.index(of: "user=<")
    guard let start = first else {
      read(scanner)
      return
    }
    if start > scanner.position {
      var front = scanner
      front.cut(at: start)
      read(front)
    }
    var value = scanner
    value.move(to: start + 6)
    let end = Self.endOfUser(
      value,
      hasMechanism: !mechanism.isEmpty,
      hasSession: !session.isEmpty
    )
    guard let end else { return }
    user = ByteRange(start + 6, end)
    value.move(to: end + 1)
    _ = value.skip(", ")
    read(value)
  }

  /// Where the user's `>` stands; the other parameters tell which elements stood in front of it.
  private static func endOfUser(
    _ value: ByteScanner,
    hasMechanism: Bool,
    hasSession: Bool
  ) -> Int? {
    if !hasMechanism, let end = value.lastIndex(of: ">, method=") { return end }
    // The last one that is not the session's.
    var scanner = value
    var ends: [Int] = []
    while let end = scanner.index(of: UInt8(ascii: ">")) {
      scanner.move(to: end + 1)
      if scanner.isAtEnd || scanner.sees(", ") { ends.append(end) }
    }
    guard let last = ends.popLast() else { return nil }
    var tail = value
    tail.cut(at: last)
    if !hasSession, let name = tail.lastIndex(of: ", session=<") {
      tail.move(to: name + 11)
      if tail.index(of: UInt8(ascii: "<")) == nil, tail.index(of: UInt8(ascii: ">")) == nil {
        return ends.last { $0 <= name }
      }
    }
    return last
  }

  private mutating func read(_ elements: ByteScanner) {
    var scanner = elements
    var commas = Separators(of: UInt8(ascii: ","), in: scanner)
    while !scanner.isAtEnd {
      var end = commas.next(from: scanner.position)
      var element = scanner
      element.cut(at: end)
      switch element.current {
      case UInt8(ascii: "m"): if element.skip("method=") { mechanism = element.rest }
      case UInt8(ascii: "r"): if element.skip("rip=") { client = element.rest }
      case UInt8(ascii: "l"): if element.skip("lip=") { server = element.rest }
      case UInt8(ascii: "s"):
        if element.skip("session=<"), element.dropEnd(">") {
          session = element.rest
        } else if element.rest.count == 7, element.sees("secured") {
          security = .secured
        }
      case UInt8(ascii: "T") where element.sees("TLS handshaking"): end = readHandshake(scanner)
      case UInt8(ascii: "T"), UInt8(ascii: "S"): readVersion(element)
      case UInt8(ascii: "("): if element.sees("(proxied)") { security = .offloaded }
      default: break
      }
      scanner.move(to: end)
      scanner.advance(2)
    }
  }

  /// `TLS`, `TLS: Disconnected`, `TLSv1.3 with cipher NAME (256/256 bits)`; `TSL` (sic): a proxy in
  /// front speaks TLS.
  private mutating func readVersion(_ element: ByteScanner) {
    var element = element
    if element.skip("TSL") {
      security = .offloaded
      return
    }
    var bare = element
    if bare.skip("TLS"), bare.isAtEnd || bare.sees(":") {
      security = .tls
      return
    }
    guard element.sees("TLSv") || element.sees("SSLv") else { return }
    security = .tls
    tls = element.protocolVersion()
    if element.skip(" with cipher ") {
      cipher = ByteRange(
        element.position,
        element.indexNearby(of: UInt8(ascii: " ")) ?? element.end
      )
    }
  }

  /// `TLS handshaking: reason`, whose reason may hold commas, in front of the session or at the end;
  /// returns where it ends.
  private mutating func readHandshake(_ elements: ByteScanner) -> Int {
    var scanner = elements
    isHandshaking = true
    scanner.advance(15)
    _ = scanner.skip(": ")
    let end = scanner.lastIndex(of: ", session=<") ?? scanner.end
    handshake = ByteRange(scanner.position, end)
    return end
  }
}
