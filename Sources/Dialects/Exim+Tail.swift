import MailLog

// What stands behind the login of `<=`: the size, and then what the client chose, each text with its
// quotes matched. So what a HELO pretends to be the size is told from the size: behind it stands, if
// not in quotes, the `)` of the HELO's end, and if in quotes, one quote too many.
extension Exim {
  /// A message's size, and what stands behind it.
  struct Size {
    /// Where ` S=` stands.
    var place: Int
    /// -1: it is cut off.
    var bytes: Int64 = -1
    /// -1: they are not logged, or not all of them.
    var recipients: Int32 = -1
  }

  /// The sizes of a line, of which each is looked at once, whatever a HELO pretends.
  struct Sizes {
    /// The last one that has behind it what Exim writes.
    private var last: Size?
    /// From where up to where all are looked at.
    private var begun = Int.max
    private var searched = 0

    /// The next size in the fields; nil: there is none.
    ///
    /// Of a line that syslog has only the first 870 bytes of, texts may be cut off, or the size: then
    /// it stands at the line's end.
    mutating func find(in fields: ByteScanner, isWhole: Bool) -> Size? {
      if fields.position < begun {
        // The first fields, or those before seemed to have a certificate, and began behind it.
        (begun, searched, last) = (fields.position, 0, nil)
      }
      if let last, last.place >= fields.position { return last }
      var scanner = fields
      scanner.move(to: max(fields.position, searched))
      while var size = nextSize(&scanner) {
        guard let recipients = readTail(scanner, isWhole: isWhole) else { continue }
        if !isWhole, scanner.isAtEnd { size.bytes = -1 }
        if recipients >= 0, isComplete(fields) { size.recipients = recipients }
        last = size
        searched = scanner.position
        return size
      }
      searched = fields.end
      return findUnlike(in: fields, isWhole: isWhole)
    }

    /// The first size, where a text behind it is not as it should be; but if that text were a HELO's,
    /// the server's own ` P=` would stand behind.
    private func findUnlike(in fields: ByteScanner, isWhole: Bool) -> Size? {
      var scanner = fields
      guard let first = nextSize(&scanner) else { return isWhole ? nil : Size(place: fields.end) }
      return isWhole && scanner.index(of: " P=") == nil ? first : nil
    }
  }

  /// Steps behind the next ` S=` with a number.
  private static func nextSize(_ scanner: inout ByteScanner) -> Size? {
    while let start = scanner.index(of: " S=") {
      scanner.move(to: start &+ 3)
      guard let number = scanner.number(), scanner.isAtEnd || scanner.sees(" ") else { continue }
      return Size(place: start, bytes: Int64(number))
    }
    return nil
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
    if scanner.sees("ARC"), [0, UInt8(ascii: " ")].contains(scanner.peek(3)) {
      return scanner.skip("ARC")
    }
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
