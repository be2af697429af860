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
  func startOfWord(endingAt last: Int, _ canHoldQuotes: inout Bool) -> Int? {
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
