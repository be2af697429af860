import MailLog

// What Exim's fields consist of.
extension ByteScanner {
  /// What `P=` names: `esmtpsa`, `utf8esmtpa`, `asmtp` …; nil: no protocol of clients elsewhere.
  @_lifetime(self: copy self)
  mutating func protocolName() -> (isAuthenticated: Bool, usesTLS: Bool)? {
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
  ///
  /// A backslash takes the next byte along, in quotes and outside of them (parse.c,
  /// read_local_part).
  func endOfAddress(before byte: UInt8) -> Int? {
    var copy = self
    while let found = copy.indexNearby(of: byte, or: UInt8(ascii: "\"")) {
      var head = copy
      head.cut(at: found)
      if let pair = head.indexNearby(of: UInt8(ascii: "\\")) {
        copy.move(to: min(pair &+ 2, copy.end))
        continue
      }
      guard copy.bytes[found] != byte else { return found }
      copy.move(to: found)
      guard copy.skipQuotes() else { return nil }
    }
    return nil
  }

  /// Steps over `"…"`; false, at the end: nothing closes it.
  @_lifetime(self: copy self)
  private mutating func skipQuotes() -> Bool {
    advance(1)
    while let next = indexNearby(of: UInt8(ascii: "\""), or: UInt8(ascii: "\\")) {
      let isEnd = bytes[next] == UInt8(ascii: "\"")
      move(to: min(isEnd ? next &+ 1 : next &+ 2, end))
      if isEnd { return true }
    }
    move(to: end)
    return false
  }

  /// Steps over what stands up to the next blank outside of quotes; false: there are parentheses
  /// outside of quotes in it, which no address has, or nothing closes a quote.
  @_lifetime(self: copy self)
  mutating func skipAddress() -> Bool {
    while !isAtEnd {
      move(to: nextMark)
      switch current {
      case UInt8(ascii: "("), UInt8(ascii: ")"): return false
      case UInt8(ascii: "\""): guard skipQuotes() else { return false }
      case UInt8(ascii: "\\"): advance(2)
      default: return true
      }
    }
    return true
  }

  /// Where the next blank, quote, backslash or parenthesis stands; the end if there is none.
  private var nextMark: Int {
    var index = position
    while index < end {
      guard index &+ 32 <= bytes.count else { return lastMark(from: index) }
      let places =
        bytes.places32(of: UInt8(ascii: " "), from: index)
        | bytes.places32(of: UInt8(ascii: "\""), from: index)
        | bytes.places32(of: UInt8(ascii: "\\"), from: index)
        | bytes.places32(of: UInt8(ascii: "("), from: index)
        | bytes.places32(of: UInt8(ascii: ")"), from: index)
      if places != 0 { return min(index &+ places.trailingZeroBitCount, end) }
      index &+= 32
    }
    return end
  }

  /// As `nextMark`, in the block's last bytes.
  @inline(never) private func lastMark(from start: Int) -> Int {
    (start..<end).first { #" "\()"#.utf8.contains(bytes[$0]) } ?? end
  }
}
