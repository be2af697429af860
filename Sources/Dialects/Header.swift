import MailLog

/// `host program[pid]: ` between a line's stamp and its message.
struct Header {
  var start: Int
  var hostEnd: Int
  var programEnd: Int
  /// 0: the line has none.
  var pid: UInt32 = 0
  /// Digits of the process ID may be missing.
  var isPIDCut = false
  /// rsyslog's templates for forwarding leave so much of a tag: `%syslogtag:1:32%`.
  private static let forwardedTag = 32

  /// Reads the header at the scanner's position, and leaves the scanner at the message.
  @inline(__always) init?(_ scanner: inout ByteScanner, host: Bool = true) {
    start = scanner.position
    hostEnd = start
    if host {
      guard let blank = scanner.indexNearby(of: UInt8(ascii: " ")) else { return nil }
      hostEnd = blank
      scanner.move(to: blank &+ 1)
    }
    guard var end = scanner.indexNearby(of: UInt8(ascii: "["), or: UInt8(ascii: ":")) else {
      return nil
    }
    if scanner.bytes[end] == UInt8(ascii: ":") { end = scanner.endOfTag(withColon: end) }
    programEnd = end
    let hasPID = scanner.bytes[end] == UInt8(ascii: "[")
    scanner.move(to: end &+ 1)
    if hasPID {
      guard let number = scanner.number() else { return nil }
      pid = UInt32(truncatingIfNeeded: number)
      guard scanner.skip("]:") || skipCutTag(&scanner) else { return nil }
    }
    _ = scanner.skip(" ")
  }

  /// Steps behind the `]`, if it is there, of a tag that ends where rsyslog cuts it.
  private mutating func skipCutTag(_ scanner: inout ByteScanner) -> Bool {
    isPIDCut = !scanner.skip("]")
    let tag = hostEnd == start ? start : hostEnd &+ 1
    return scanner.position &- tag == Self.forwardedTag && scanner.sees(" ")
  }

  /// `program[pid]: message`, as BusyBox' `syslogd -S` writes behind a stamp: no host begins so.
  static func lacksHost(_ scanner: ByteScanner) -> Bool {
    guard let blank = scanner.indexNearby(of: UInt8(ascii: " ")) else { return false }
    var word = scanner
    word.cut(at: blank)
    return word.endsWith("]:") && !word.sees("[")
  }

  /// Whether the program says that the line before came again, whoever wrote that.
  func isOfSyslogd(_ tagged: ByteScanner) -> Bool {
    let name = min(hostEnd + 1, programEnd)..<programEnd
    return ProgramTable.repeatsLines(name.map { tagged.bytes[$0] })
  }

  /// `stdout F …`: the Container Runtime Interface's format, in place of a host.
  static func isContainerStream(_ scanner: ByteScanner) -> Bool {
    scanner.sees("stdout ") || scanner.sees("stderr ")
  }

  /// N of `last message repeated N times`, with or without a host in front.
  static func lineRepeats(_ scanner: ByteScanner) -> UInt32? {
    var scanner = scanner
    if !scanner.sees("last message repeated ") {
      guard let blank = scanner.index(of: UInt8(ascii: " ")) else { return nil }
      scanner.move(to: blank + 1)
    }
    guard scanner.skip("last message repeated "), let number = scanner.number(),
      scanner.skip(" time"), number > 0
    else { return nil }
    return UInt32(number)
  }
}

extension ByteScanner {
  /// The end of a tag with a colon in it, as Postfix has with `syslog_name=postfix/$service_name` for
  /// a service of an address, `postfix/127.0.0.1:587/smtpd[7]: `; else `colon`.
  fileprivate func endOfTag(withColon colon: Int) -> Int {
    guard colon + 1 < end, bytes[colon + 1] != UInt8(ascii: " ") else { return colon }
    var tag = self
    tag.cut(at: index(of: UInt8(ascii: " ")) ?? end)
    guard tag.endsWith("]:"), let bracket = tag.lastIndex(of: "[") else { return colon }
    return bracket
  }

  /// Ends the line in front of its carriage returns.
  @_lifetime(self: copy self)
  @inline(__always) mutating func dropCarriageReturn() {
    while end > position, bytes[end &- 1] == UInt8(ascii: "\r") { cut(at: end &- 1) }
  }

  /// Steps over a priority that a relay left in front of the line, `<22>`.
  @_lifetime(self: copy self)
  mutating func skipPriority() -> Bool {
    var copy = self
    guard copy.skip("<"), copy.number() != nil, copy.skip(">") else { return false }
    self = copy
    return true
  }

  /// Steps over the message ID of Solaris' syslogd, `[ID 583609 mail.info] `.
  @_lifetime(self: copy self)
  @inline(__always) mutating func skipSolarisID() {
    guard sees("[ID "), let end = index(of: "] ") else { return }
    move(to: end + 2)
  }

  /// Takes the message out of `message repeated N times: [ … ]`; nil if it is not of that form.
  @_lifetime(self: copy self)
  mutating func unwrapRepetition() -> UInt32? {
    var copy = self
    guard copy.skip("message repeated "), let number = copy.number(), number > 0,
      copy.skip(" times: ["), copy.endsWith("]")
    else { return nil }
    _ = copy.skip(" ")
    copy.cut(at: max(copy.position, copy.end - 1))
    self = copy
    return UInt32(number)
  }

  /// Steps over a word and the blank behind it.
  @_lifetime(self: copy self)
  mutating func skipWord() -> Bool {
    guard let blank = index(of: UInt8(ascii: " ")) else { return false }
    move(to: blank + 1)
    return true
  }

  /// Steps over STRUCTURED-DATA, the blank, a byte order mark and rsyslog's blank behind it.
  ///
  /// Source: RFC 5424, sections 6.3 and 6.4: values are quoted, `"`, `\` and `]` in them escaped.
  @_lifetime(self: copy self)
  mutating func skipStructuredData() -> Bool {
    if !skip("-") {
      guard sees("[") else { return false }
      var isQuoted = false
      var depth = 0
      while !isAtEnd {
        switch current {
        case UInt8(ascii: "\\") where isQuoted: advance(1)
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: "[") where !isQuoted: depth += 1
        case UInt8(ascii: "]") where !isQuoted: depth -= 1
        default: break
        }
        if depth == 0, current == UInt8(ascii: " ") { break }
        advance(1)
      }
      guard depth == 0, !isQuoted else { return false }
    }
    guard isAtEnd || skip(" ") else { return false }
    if current == 0xef, peek(1) == 0xbb, peek(2) == 0xbf { advance(3) }
    _ = skip(" ")
    return true
  }
}
