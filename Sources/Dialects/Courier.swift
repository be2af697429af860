package import MailLog

/// Courier, as courierd and courieresmtpd log.
///
/// Sources: courier/courierd.C, module.esmtp/courieresmtpd.c of Courier. It logs neither logins that
/// succeed nor TLS, and cuts logins at 47 characters.
package enum Courier: Dialect {
  package static let server = MailServer.courier
  package static let identifiers = [
    "courierd", "courieresmtpd", "esmtpd", "esmtpd-ssl", "esmtpd-msa",
  ]
  package static let units = ["courier"]

  private enum Role: UInt8 {
    case scheduler, server
  }

  package static func part(program: String) -> ServerPart? {
    switch program {
    case "courierd": ServerPart(role: Role.scheduler.rawValue)
    case "courieresmtpd", "esmtpd-ssl", "esmtpd", "esmtpd-msa":
      ServerPart(role: Role.server.rawValue)
    case "courieresmtp", "courierlocal", "courierdsn", "courieruucp", "courierfax":
      ServerPart(ignored: .delivery)
    case "authdaemond", "courierfilter", "courier-msgq", "courier":
      ServerPart(ignored: .otherMailProgram)
    default: nil
    }
  }

  @inline(__always) package static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict {
    let isEvent =
      part.role == Role.scheduler.rawValue
      ? parseScheduler(message, into: &event) : parseServer(message, into: &event)
    return isEvent ? .event : .passedOver(.notAboutSubmission)
  }

  // MARK: courierd

  private static func parseScheduler(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("newmsg,id=") { return parseNewMessage(scanner, into: &event) }
    if scanner.skip("started,id=") { return parseStarted(scanner, into: &event) }
    return false
  }

  /// `ID, auth=login: dns; HELO (host [address])`: a message is accepted; without `, auth=` of a
  /// client that is not logged in.
  ///
  /// Of a message to more than 100 recipients there are several.
  private static func parseNewMessage(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let queueID = readID(&scanner), scanner.skip(", auth="),
      let end = scanner.index(of: ": dns; ")
    else { return false }
    event.kind = .submitted
    event.queueID = queueID
    event.flags.insert(.mayComeAgain)
    event.name = ByteRange(scanner.position, end)
    // The client's HELO stands in front of the address.
    scanner.move(to: end)
    guard scanner.dropEnd("])"), let bracket = scanner.lastIndex(of: "[") else { return true }
    event.client = ByteRange(bracket + 1, scanner.end)
    return true
  }

  /// `ID,from=<sender>,module=…,addr=<recipient>`: one line per recipient.
  private static func parseStarted(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let queueID = readID(&scanner), scanner.skip(",from=<") else { return false }
    let sender = scanner.position
    scanner.skipQuoted()
    guard let end = scanner.index(of: ">,module=") else { return false }
    event.kind = .envelope
    event.queueID = queueID
    event.flags.insert(.namesSender)
    event.sender = ByteRange(sender, end)
    return true
  }

  /// Reads `000000000000007D.000000006B020236.00000194`: inode, time and process in hexadecimal.
  ///
  /// Kept without the inode, for it is another one for each 100 recipients, and without the zeros in
  /// front: `6B020236.194`.
  private static func readID(_ scanner: inout ByteScanner) -> QueueID? {
    guard let inodeEnd = scanner.indexNearby(of: UInt8(ascii: "."), or: UInt8(ascii: ",")),
      scanner.bytes[inodeEnd] == UInt8(ascii: ".")
    else { return nil }
    scanner.move(to: inodeEnd + 1)
    var id = QueueID.none
    var count = 0
    var isAtStart = true
    while !scanner.isAtEnd {
      let character = scanner.current
      switch character {
      case UInt8(ascii: "0") where isAtStart:
        scanner.advance(1)
        continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        isAtStart = false
      case UInt8(ascii: "."): isAtStart = true
      default: return count > 2 ? id : nil
      }
      id.append(character, at: count)
      count += 1
      scanner.advance(1)
    }
    return nil
  }

  // MARK: courieresmtpd

  /// `error,relay=address,port=N,msg="535 Authentication failed.",cmd: AUTH …`.
  private static func parseServer(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    if scanner.skip("error,relay=") { return parseError(scanner, into: &event) }
    if scanner.skip("ip=[") { return parseTLSFailure(scanner, into: &event) }
    guard scanner.skip("courieresmtpd: STARTTLS failed: ") else { return false }
    _ = scanner.skip("DEBUG: ")
    return scanner.skip("ip=[") && parseTLSFailure(scanner, into: &event)
  }

  private static func parseError(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let comma = scanner.indexNearby(of: UInt8(ascii: ",")) else { return false }
    event.client = ByteRange(scanner.position, comma)
    scanner.move(to: comma)
    if scanner.skip(",port="), scanner.number() == nil { return false }
    guard scanner.skip(",msg=\"535 Authentication failed.\",cmd: AUTH ") else { return false }
    event.kind = .authFailed
    event.reason = .unknown
    let end = scanner.indexNearby(of: UInt8(ascii: " ")) ?? scanner.end
    event.detail = ByteRange(scanner.position, end)
    scanner.move(to: end)
    guard scanner.skip(" ") else { return true }
    readLogin(scanner, into: &event)
    return true
  }

  /// `(first 20 characters of the client's initial response )(login)`.
  ///
  /// The response may hold a password, so that a word that can be one is never taken for a login.
  private static func readLogin(_ message: ByteScanner, into event: inout MailEvent) {
    var scanner = message
    let end = scanner.indexNearby(of: UInt8(ascii: " ")) ?? scanner.end
    let first = ByteRange(scanner.position, end)
    var login = scanner
    login.move(to: end)
    _ = login.skip(" ")
    if first.count <= 20, scanner.isInitialResponse(first, before: login) { scanner = login }
    guard !scanner.isAtEnd else { return }
    event.name = scanner.rest
    event.reason = .credentials
  }

  /// `ip=[address], reason`.
  private static func parseTLSFailure(_ message: ByteScanner, into event: inout MailEvent) -> Bool {
    var scanner = message
    guard let close = scanner.indexNearby(of: UInt8(ascii: "]")) else { return false }
    event.kind = .tlsFailed
    event.client = ByteRange(scanner.position, close)
    scanner.move(to: close)
    if scanner.skip("], ") { event.detail = scanner.rest }
    return true
  }
}

extension ByteScanner {
  /// Whether the word is base64 of text, of anything with a NUL, or of how the login behind it begins:
  /// what a client sends with AUTH.
  ///
  /// Few logins are: of their letters' bits mostly bytes above 127 come.
  fileprivate func isInitialResponse(_ word: ByteRange, before login: ByteScanner) -> Bool {
    guard word.count > 0 else { return false }
    if equal(word, "=") { return true }
    guard word.count & 3 == 0 else { return false }
    var decoded: [UInt8] = []
    var bits: UInt32 = 0
    var padding = 0
    for (place, index) in word.range.enumerated() {
      guard let value = Self.base64Value(bytes[index]), padding == 0 || value == 64 else {
        return false
      }
      if value == 64 { padding += 1 }
      bits = bits << 6 | UInt32(value & 63)
      guard place & 3 == 3 else { continue }
      let group = [16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
      decoded += group.dropLast(min(padding, 2))
    }
    guard padding <= 2 else { return false }
    return decoded.contains(0) || decoded.allSatisfy { $0 < 0x80 } || login.begins(with: decoded)
  }

  private func begins(with text: [UInt8]) -> Bool {
    text.count <= end - position && text.indices.allSatisfy { bytes[position + $0] == text[$0] }
  }

  /// The value of a base64 character, 64 for the padding.
  private static func base64Value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    case UInt8(ascii: "="): 64
    default: nil
    }
  }
}
