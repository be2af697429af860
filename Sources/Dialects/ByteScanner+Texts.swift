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

  /// Steps over a quoted string (RFC 5321, section 4.1.2) up to its last quote, if one begins here.
  @_lifetime(self: copy self)
  mutating func skipQuoted() {
    guard skip("\"") else { return }
    while !isAtEnd, current != UInt8(ascii: "\"") {
      advance(current == UInt8(ascii: "\\") ? 2 : 1)
    }
  }

  /// Whether the quotes in a range of the block, but for those behind a backslash, come in pairs.
  func hasMatchedQuotes(_ range: Range<Int>) -> Bool {
    var scanner = ByteScanner(bytes, from: range.lowerBound, to: range.upperBound)
    while let quote = scanner.index(of: UInt8(ascii: "\"")) {
      scanner.move(to: quote)
      scanner.skipQuoted()
      guard scanner.skip("\"") else { return false }
    }
    return true
  }

  /// Whether all that is left can be a queue ID of Postfix: 6 to 20 letters and digits.
  var isQueueID: Bool {
    guard (6...20).contains(rest.count) else { return false }
    let words = QueueID(bytes.extracting(rest.range)).words
    return Self.isAlphanumeric(words.0) && Self.isAlphanumeric(words.1)
      && Self.isAlphanumeric(words.2)
  }

  /// The ID that stands in `range`.
  func identifier(_ range: Range<Int>) -> QueueID { QueueID(bytes.extracting(range)) }

  /// Steps over `TLSv1.3`; what is newer or older than the known versions is `unknown`.
  @inline(__always) mutating func protocolVersion() -> TLSVersion {
    var version = TLSVersion.unknown
    if skip("TLSv1") {
      version = .tls10
      if skip(".3") {
        version = .tls13
      } else if skip(".2") {
        version = .tls12
      } else if skip(".1") {
        version = .tls11
      }
    } else if skip("SSLv3") {
      version = .ssl3
    }
    guard isAtEnd || current == UInt8(ascii: " ") else { return .unknown }
    return version
  }
}

extension QueueID {
  /// Adds the character with the number `place`; of more than 24 the first ones are given up.
  mutating func append(_ character: UInt8, at place: Int) {
    if place >= 24 {
      words.0 = words.0 >> 8 | words.1 << 56
      words.1 = words.1 >> 8 | words.2 << 56
      words.2 >>= 8
    }
    let byte = UInt64(character) << UInt64((min(place, 23) & 7) * 8)
    switch min(place, 23) >> 3 {
    case 0: words.0 |= byte
    case 1: words.1 |= byte
    default: words.2 |= byte
    }
  }
}
