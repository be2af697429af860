import MailLog

// Literals, looked for 32 bytes at a time: where their first byte stands and, as far behind it as
// they are long, their last one.
extension ByteScanner {
  /// Where `literal`, which is not empty, next stands.
  @inline(__always) package func index(of literal: StaticString) -> Int? {
    let reach = literal.utf8CodeUnitCount &- 1
    let (first, last) = unsafe (literal.utf8Start[0], literal.utf8Start[reach])
    let limit = end &- reach
    var index = position
    while index < limit {
      guard index &+ reach &+ 32 <= bytes.count else {
        return self.index(of: literal, among: index..<limit, fromEnd: false)
      }
      var places = bytes.places32(of: first, from: index)
      places &= bytes.places32(of: last, from: index &+ reach)
      while places != 0 {
        let found = index &+ places.trailingZeroBitCount
        guard found < limit else { return nil }
        if stands(literal, at: found) { return found }
        places &= places &- 1
      }
      index &+= 32
    }
    return nil
  }

  /// Where `literal` last stands at or behind the position.
  @inline(__always) package func lastIndex(of literal: StaticString) -> Int? {
    let reach = literal.utf8CodeUnitCount &- 1
    let (first, last) = unsafe (literal.utf8Start[0], literal.utf8Start[reach])
    var limit = end &- reach
    while limit > position {
      let index = limit &- 32
      guard index >= 0 else {
        return self.index(of: literal, among: position..<limit, fromEnd: true)
      }
      var places = bytes.places32(of: first, from: index)
      places &= bytes.places32(of: last, from: index &+ reach)
      while places != 0 {
        let found = index &+ 31 &- places.leadingZeroBitCount
        guard found >= position else { return nil }
        if stands(literal, at: found) { return found }
        places &= ~(0x8000_0000 &>> UInt32(places.leadingZeroBitCount))
      }
      limit = index
    }
    return nil
  }

  /// As `index(of:)` and `lastIndex(of:)`, at the block's ends.
  @inline(never) private func index(
    of literal: StaticString,
    among places: Range<Int>,
    fromEnd: Bool
  ) -> Int? {
    fromEnd
      ? places.last { stands(literal, at: $0) } : places.first { stands(literal, at: $0) }
  }

  @inline(__always) private func stands(_ literal: StaticString, at index: Int) -> Bool {
    var copy = self
    copy.move(to: index)
    return copy.sees(literal)
  }
}
