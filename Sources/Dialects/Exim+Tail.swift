import MailLog

// What stands behind the login of `<=`: the size, and then what the client chose, each text with its
// quotes matched. So what a HELO pretends to be the size is told from the size: behind it stands, if
// not in quotes, the `)` of the HELO's end, and if in quotes, one quote too many.
extension Exim {
  /// Reads the size and what is behind; returns where ` S=` stands, nil if nowhere.
  ///
  /// Of a line that syslog has only the first 870 bytes of, texts may be cut off, or the size: then
  /// the line's end is what is returned.
  static func findSize(_ fields: ByteScanner, isWhole: Bool, into event: inout MailEvent) -> Int? {
    var scanner = fields
    var first: (place: Int, bytes: Int64)?
    while let start = scanner.index(of: " S=") {
      scanner.move(to: start &+ 3)
      guard let number = scanner.number(), scanner.isAtEnd || scanner.sees(" ") else { continue }
      if !isWhole, scanner.isAtEnd { return start }
      let bytes = Int64(number)
      if let recipients = readTail(scanner, isWhole: isWhole) {
        event.bytes = bytes
        event.recipients = recipients >= 0 && isComplete(fields) ? recipients : -1
        return start
      }
      first = first ?? (start, bytes)
    }
    guard let first else { return isWhole ? nil : fields.end }
    // A text that is not as it should be; if a HELO's, the server's own ` P=` stood behind.
    scanner = ByteScanner(fields.bytes, from: first.place, to: fields.end)
    guard isWhole, scanner.index(of: " P=") == nil else { return nil }
    event.bytes = first.bytes
    event.recipients = -1
    return first.place
  }

  /// How many recipients stand behind the size, -1: they are not logged; nil: what stands there is
  /// not what Exim writes.
  private static func readTail(_ tail: ByteScanner, isWhole: Bool) -> Int32? {
    var scanner = tail
    while scanner.skip(" ") {
      if scanner.skip("for") { return readRecipients(scanner, isWhole: isWhole) }
      guard skipField(&scanner) else {
        // The first letters of a field's name, perhaps.
        return !isWhole && scanner.end &- scanner.position < 5 ? -1 : nil
      }
    }
    return scanner.isAtEnd ? -1 : nil
  }

  private static func readRecipients(_ list: ByteScanner, isWhole: Bool) -> Int32? {
    var scanner = list
    var count: Int32 = 0
    while scanner.skip(" ") {
      var address = scanner
      guard scanner.skipAddress() else { return !isWhole && scanner.isAtEnd ? -1 : nil }
      address.cut(at: scanner.position)
      let isAddress = address.indexNearby(of: UInt8(ascii: "@")) != nil
      guard isAddress || !isWhole && scanner.isAtEnd else { return nil }
      count &+= 1
    }
    return scanner.isAtEnd ? isWhole ? count : -1 : nil
  }

  /// Steps over `id=…`, `T="…"`, `from <…>` or `NAME=…`; false: it is none of these, or cut off.
  private static func skipField(_ scanner: inout ByteScanner) -> Bool {
    if scanner.skip("id=") || scanner.skip("id*=") { return scanner.skipAddress() }
    if scanner.skip("T=") { return scanner.sees("\"") && scanner.skipAddress() }
    if scanner.skip("from <") { return scanner.skipAddress() }
    // `M8S=`, `RT=`, `DKIM=`, and `Q=`; no other name of one letter stands behind the size.
    let length = scanner.lengthOfName
    guard length > 1 || scanner.sees("Q="), scanner.peek(length) == UInt8(ascii: "=") else {
      return false
    }
    return scanner.skipAddress()
  }

  /// Whether Exim had room for all recipients: it leaves out those that its buffer of 8,192 bytes
  /// has no place for.
  private static func isComplete(_ line: ByteScanner) -> Bool { line.end &- line.position < 7_000 }
}

extension ByteScanner {
  /// How many upper case letters and digits stand here.
  fileprivate var lengthOfName: Int {
    var length = 0
    while case let byte = peek(length),
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    {
      length &+= 1
    }
    return length
  }
}
