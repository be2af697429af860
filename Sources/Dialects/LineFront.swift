import MailLog

/// The front of a line as nearly all lines of a log have it: a stamp, and a program seen lately.
///
/// Told in some dozens of instructions; every other line, well formed or not, is left to `Header`.
struct LineFront {
  /// The program's place in the table.
  let place: Int
  /// The bytes of the tag's end and the process ID, and how many digits that has.
  private let tail: UInt64
  private let pidLength: Int
  /// Where the line begins, and its message.
  let start: Int
  let message: Int
  private let isRFC3339: Bool

  /// No shorter line is usual: a stamp, a program and a process ID take more.
  private static let leastLength = 48

  private static let lengthOfRFC3164 = 15

  /// Looks at the line `start..<end` of `block`; nil: it is not a usual one.
  @inline(__always) init?(
    _ block: Span<UInt8>,
    from start: Int,
    to end: Int,
    _ stamps: inout StampReader,
    _ programs: borrowing ProgramTable
  ) {
    // All reads below end within 32 bytes of `end`.
    guard end &- start >= Self.leastLength, end &+ 32 <= block.count else { return nil }
    var tag = start &+ StampReader.usualLength &+ 1
    if stamps.isUsual(block, at: start) {
      isRFC3339 = true
    } else if Self.looksLikeRFC3164(block, at: start) {
      isRFC3339 = false
      tag = start &+ Self.lengthOfRFC3164 &+ 1
    } else {
      isRFC3339 = true
      guard stamps.learnUsual(block, at: start) else { return nil }
    }
    self.start = start
    // In an IPv6 address a `:` ends no tag that is in the table.
    let tagEnd = Self.endOfTag(block, from: tag, to: end)
    guard tagEnd &+ 2 <= end, tagEnd &- tag >= 8 else { return nil }
    tail = block.wordInside(tagEnd)
    if tail & 0xffff == 0x203a {
      // `: `: a program that logs no process ID.
      pidLength = 0
      message = tagEnd &+ 2
    } else {
      // `[`, up to seven digits, `]: `
      pidLength = Self.pidDigits(tail).digitCount
      guard tail & 0xff == 0x5b, pidLength > 0,
        block.wordInside(tagEnd &+ 1 &+ pidLength) & 0xff_ffff == 0x20_3a5d
      else { return nil }
      message = tagEnd &+ pidLength &+ 4
      guard message <= end else { return nil }
    }
    place = programs.place(block, from: tag, to: tagEnd)
    guard place >= 0 else { return nil }
  }

  /// The process ID; 0: the line has none.
  @inline(__always) var pid: UInt32 {
    guard pidLength > 0 else { return 0 }
    let digits = Self.pidDigits(tail) &<< UInt64(64 &- pidLength &* 8)
    return UInt32(truncatingIfNeeded: digits.digitsValue)
  }

  /// The digits behind a `[` in the lowest byte, as a word of eight of which the last is none.
  @inline(__always) private static func pidDigits(_ tail: UInt64) -> UInt64 {
    tail &>> 8 ^ 0x3030_3030_3030_3030
  }

  /// Where the `[` or `:` behind the tag stands, most often within 32 bytes; `end` if nowhere in the
  /// line.
  @inline(__always)
  private static func endOfTag(_ block: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let (bracket, colon) = (UInt8(ascii: "["), UInt8(ascii: ":"))
    let places = block.places32(of: bracket, from: start) | block.places32(of: colon, from: start)
    return places == 0
      ? ByteScanner(block, from: start, to: end).indexNearby(of: bracket, or: colon) ?? end
      : start &+ places.trailingZeroBitCount
  }

  /// A letter first, blanks at 3 and 15, colons at 9 and 12.
  @inline(__always)
  private static func looksLikeRFC3164(_ block: Span<UInt8>, at start: Int) -> Bool {
    block.wordInside(start &+ 8) & 0xff00_00ff_0000_ff00 == 0x2000_003a_0000_3a00
      && block.wordInside(start) & 0xff00_00e0 == 0x2000_0040
  }

  /// The line's stamp; nil: it names no time that is read fast.
  @inline(__always)
  func stamp(_ block: Span<UInt8>, _ stamps: inout StampReader) -> LogStamp? {
    isRFC3339
      ? stamps.usual(block, at: start) : stamps.rfc3164(block, at: start)
  }
}
