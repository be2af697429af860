import Glibc
package import MailLog

/// Reads the bytes of one line, front to back.
///
/// The scanner sees the whole block, and a window on the line in it, so that ranges are the block's.
/// Invariant: 0 ≤ position ≤ end ≤ bytes.count. All unchecked reads of the module are in this file, in
/// `ByteScanner+Literals.swift` and in `Span+Searching.swift`, each below `end` or, where it says so,
/// below `bytes.count`.
package struct ByteScanner: ~Escapable {
  package let bytes: Span<UInt8>
  package private(set) var position: Int
  package private(set) var end: Int

  @_lifetime(copy bytes)
  @inline(__always) package init(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    precondition(0 <= start && start <= end && end <= bytes.count)
    self.bytes = bytes
    self.position = start
    self.end = end
  }

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>) {
    self.init(bytes, from: 0, to: bytes.count)
  }

  @inline(__always) package var isAtEnd: Bool { position == end }

  /// What is left of the line.
  @inline(__always) package var rest: ByteRange { ByteRange(position, end) }

  /// The byte at the position, 0 at the end.
  @inline(__always) package var current: UInt8 {
    position < end ? unsafe bytes[unchecked: position] : 0
  }

  /// The byte `distance` behind the position, 0 behind the end.
  @inline(__always) package func peek(_ distance: Int) -> UInt8 {
    let index = position &+ distance
    return index < end ? unsafe bytes[unchecked: index] : 0
  }

  /// The eight bytes from `index` on, the first one lowest; zeros behind the block's end.
  @inline(__always) func word(at index: Int) -> UInt64 { bytes.word(at: index) }

  // MARK: Moving

  @_lifetime(self: copy self)
  @inline(__always) package mutating func advance(_ count: Int) {
    position = min(position &+ count, end)
  }

  @_lifetime(self: copy self)
  @inline(__always) package mutating func move(to index: Int) {
    precondition(index <= end && index >= 0)
    position = index
  }

  /// Ends the line at `index`, which lies between the position and the end.
  @_lifetime(self: copy self)
  @inline(__always) package mutating func cut(at index: Int) {
    precondition(position <= index && index <= end)
    end = index
  }

  // MARK: Literals

  /// Whether `literal` stands at the position.
  @inline(__always) package func sees(_ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard end &- position >= count else { return false }
    return unsafe bytes.withUnsafeBytes { buffer in
      // Not nil: the line has at least `count` bytes.
      unsafe memcmp(buffer.baseAddress.unsafelyUnwrapped + position, literal.utf8Start, count) == 0
    }
  }

  /// Steps over `literal` if it stands at the position.
  @_lifetime(self: copy self)
  @inline(__always) package mutating func skip(_ literal: StaticString) -> Bool {
    guard sees(literal) else { return false }
    position &+= literal.utf8CodeUnitCount
    return true
  }

  /// Whether the line ends with `literal`.
  @inline(__always) package func endsWith(_ literal: StaticString) -> Bool {
    var copy = self
    guard end &- position >= literal.utf8CodeUnitCount else { return false }
    copy.position = end &- literal.utf8CodeUnitCount
    return copy.sees(literal)
  }

  // MARK: Searching

  /// Where `byte` next stands, nil if the line has no more of it.
  @inline(__always) package func index(of byte: UInt8) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard position < end, let base = buffer.baseAddress,
        let found = unsafe memchr(base + position, CInt(byte), end &- position)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Where `byte` next stands when it is likely near.
  @inline(__always) package func indexNearby(of byte: UInt8) -> Int? {
    indexNearby(of: byte, or: byte)
  }

  /// Where the first of two bytes stands, looked for 32 bytes at a time.
  @inline(__always) package func indexNearby(of first: UInt8, or second: UInt8) -> Int? {
    var index = position
    while index < end {
      guard index &+ 32 <= bytes.count else { return lastIndexNearby(from: index, first, second) }
      let firsts = bytes.places32(of: first, from: index)
      let places = first == second ? firsts : firsts | bytes.places32(of: second, from: index)
      if places != 0 {
        let found = index &+ places.trailingZeroBitCount
        return found < end ? found : nil
      }
      index &+= 32
    }
    return nil
  }

  /// As `indexNearby(of:or:)`, in the block's last bytes.
  @inline(never)
  private func lastIndexNearby(from start: Int, _ first: UInt8, _ second: UInt8) -> Int? {
    for index in start..<end {
      let byte = unsafe bytes[unchecked: index]
      if byte == first || byte == second { return index }
    }
    return nil
  }

  /// The high bit of each byte that is zero; exact up to the lowest such byte.
  @inline(__always) private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  // MARK: Numbers

  /// Reads a decimal number of at most nine digits; nil, and no step, where there is none.
  @_lifetime(self: copy self)
  @inline(__always) package mutating func number() -> Int? {
    var index = position
    var value = 0
    while index < end {
      let digit = unsafe bytes[unchecked: index] &- 48
      guard digit < 10 else { break }
      value = value &* 10 &+ Int(digit)
      index &+= 1
    }
    guard index > position, index &- position <= 9 else { return nil }
    position = index
    return value
  }

  /// Steps over one to seven digits; false, and no step, where none or more stand.
  @_lifetime(self: copy self)
  @inline(__always) mutating func skipDigits() -> Bool {
    let count = (word(at: position) ^ 0x3030_3030_3030_3030).digitCount
    guard count > 0, count < 8, position &+ count <= end else { return false }
    position &+= count
    return true
  }

  /// The two digits at `index`, as a number; -1 for anything else.
  @inline(__always) func twoDigits(at index: Int) -> Int {
    guard index &+ 2 <= end else { return -1 }
    let tens = unsafe Int(bytes[unchecked: index]) &- 48
    let ones = unsafe Int(bytes[unchecked: index &+ 1]) &- 48
    return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens &* 10 &+ ones : -1
  }

  // MARK: Words

  /// Reads a queue ID of 6 to 20 letters and digits that `:` and a blank follow.
  @_lifetime(self: copy self)
  @inline(__always) package mutating func queueID() -> QueueID? {
    // `NOQUEUE`, `warning` and other words in front of a colon look the same; the caller has
    // looked for them before.
    var words: (UInt64, UInt64, UInt64) = (word(at: position), 0, 0)
    var count = Self.cutAtColon(&words.0)
    if count == 8 {
      words.1 = word(at: position &+ 8)
      count &+= Self.cutAtColon(&words.1)
      if count == 16 {
        words.2 = word(at: position &+ 16)
        count &+= Self.cutAtColon(&words.2)
        guard Self.isAlphanumeric(words.2) else { return nil }
      }
      guard Self.isAlphanumeric(words.1) else { return nil }
    }
    let colon = position &+ count
    guard count >= 6, count <= 20, colon &+ 1 < end,
      unsafe bytes[unchecked: colon] == UInt8(ascii: ":"),
      unsafe bytes[unchecked: colon &+ 1] == UInt8(ascii: " "),
      Self.isAlphanumeric(words.0)
    else { return nil }
    position = colon &+ 2
    return QueueID(words: words)
  }

  /// Makes the first `:` in the word and what is behind it zeros; returns how many bytes stay.
  @inline(__always) private static func cutAtColon(_ word: inout UInt64) -> Int {
    let hits = zeroBytes(word ^ 0x3a3a_3a3a_3a3a_3a3a)
    // All ones below the first hit's byte; all ones at all if there is none.
    word &= (hits & (0 &- hits)) &>> 7 &- 1
    return hits.trailingZeroBitCount &>> 3
  }

  /// Whether every byte of the word is a letter, a digit or zero.
  @inline(__always) static func isAlphanumeric(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones &* 0x80
    let folded = word | ones &* 0x20
    // For ASCII bytes, the high bit of a sum tells whether the byte reaches a bound.
    let digits = (word &+ ones &* (0x80 - 0x30)) ^ (word &+ ones &* (0x80 - 0x3a))
    let letters = (folded &+ ones &* (0x80 - 0x61)) ^ (folded &+ ones &* (0x80 - 0x7b))
    let zeros = ~(word &+ ones &* 0x7f)
    return word & highs == 0 && (digits | letters | zeros) & highs == highs
  }

  // MARK: From the end

  /// Takes `literal` off the end of the line.
  @_lifetime(self: copy self)
  @inline(__always) mutating func dropEnd(_ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard end &- position >= count else { return false }
    var tail = self
    tail.position = end &- count
    guard tail.sees(literal) else { return false }
    end &-= count
    return true
  }

  /// Takes a decimal number of at most 18 digits off the end of the line.
  @_lifetime(self: copy self)
  @inline(__always) mutating func dropEndNumber() -> Int64? {
    let digits = end &- position >= 8 ? bytes.wordInside(end &- 8) ^ 0x3030_3030_3030_3030 : 0
    // The high bit of each byte that is no digit.
    let others =
      ((digits & 0x7f7f_7f7f_7f7f_7f7f &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    let count = others.leadingZeroBitCount &>> 3
    guard count < 8 else {
      guard let number = longEndNumber() else { return nil }
      end = number.start
      return number.value
    }
    guard count > 0 else { return nil }
    end &-= count
    let kept = ~0 &<< UInt64(64 &- count &* 8)
    return Int64(bitPattern: (digits & kept).digitsValue)
  }

  /// The number at the end of the line, of any length up to 18 digits.
  @inline(never) private func longEndNumber() -> (value: Int64, start: Int)? {
    var index = end
    var value: Int64 = 0
    var scale: Int64 = 1
    while index > position, end &- index < 18 {
      let digit = unsafe bytes[unchecked: index &- 1] &- 48
      guard digit < 10 else { break }
      value &+= Int64(digit) &* scale
      scale &*= 10
      index &-= 1
    }
    return index < end ? (value, index) : nil
  }
}
