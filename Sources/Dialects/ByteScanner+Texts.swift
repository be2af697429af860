import MailLog

// Texts of a line, compared and taken out.
extension ByteScanner {
  /// Whether two ranges of the block hold the same bytes.
  func equal(_ left: ByteRange, _ right: ByteRange) -> Bool {
    left.count == right.count
      && zip(left.range, right.range).allSatisfy { bytes[$0] == bytes[$1] }
  }

  /// Whether the range of the block holds `literal`.
  func equal(_ range: ByteRange, _ literal: StaticString) -> Bool {
    let text = ByteScanner(bytes, from: range.range.lowerBound, to: range.range.upperBound)
    return range.range.count == literal.utf8CodeUnitCount && text.sees(literal)
  }

  /// The ID that stands in `range`; of more than 24 characters the last 24, which tell it apart.
  func identifier(_ range: Range<Int>) -> QueueID {
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    for (place, index) in range.suffix(24).enumerated() {
      let byte = UInt64(bytes[index]) << UInt64((place & 7) * 8)
      switch place >> 3 {
      case 0: words.0 |= byte
      case 1: words.1 |= byte
      default: words.2 |= byte
      }
    }
    return QueueID(words: words)
  }
}
