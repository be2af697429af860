import MailLog

// SASL mechanisms, as a client names them.
extension SessionTable {
  /// The number of a SASL mechanism, in upper case, whatever the client wrote: the servers take
  /// it in any.
  @inline(__always)
  mutating func mechanism(
    _ range: ByteRange,
    in block: Span<UInt8>,
    likely guess: NameTable.ID = NameTable.empty
  ) -> NameTable.ID {
    guard !countsOnly else { return guess }
    if block.mayHoldLowerCase(range) { return foldedTerm(range, in: block) }
    return terms.intern(block.extracting(range.range), likely: guess)
  }

  @inline(never)
  private mutating func foldedTerm(_ range: ByteRange, in block: Span<UInt8>) -> NameTable.ID {
    let name = range.range.map { asciiUppercased(block[$0]) }
    return terms.intern(name.span)
  }
}

extension Span<UInt8> {
  /// Whether a byte of the range may be a lower case letter: upper case ones, digits, the dash and
  /// the underline lack one of its two upper bits.
  @inline(__always) fileprivate func mayHoldLowerCase(_ range: ByteRange) -> Bool {
    let end = range.range.upperBound
    for index in stride(from: range.range.lowerBound, to: end, by: 8) {
      let word = word(at: index)
      let letters = word & word &<< 1 & 0x4040_4040_4040_4040
      if letters != 0, letters.trailingZeroBitCount / 8 < end &- index { return true }
    }
    return false
  }
}
