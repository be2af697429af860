import MailLog

/// The front of a line as nearly all lines of a log have it: a stamp, and a program seen lately.
///
/// Told in some dozens of instructions; every other line, well formed or not, is left to `Header`.
struct LineFront {
  /// The program's place in the table; -1: the line is not an ordinary one, and nothing else holds.
  var place = -1
  var pid: UInt32 = 0
  /// Where the message begins.
  var message = 0
  /// Whether `stamp` is read; else the line's is one of RFC 3164, to be read if need be.
  var hasStamp = true
  var stamp = LogStamp.zero

  private static let lengthOfRFC3164 = 15

  /// Looks at the line `start..<end` of `block`.
  @inline(__always) init(
    _ block: Span<UInt8>,
    from start: Int,
    to end: Int,
    stamps: inout StampReader,
    programs: borrowing ProgramTable
  ) {
    // A stamp, a program and a process ID take more. All reads below end within 16 bytes of `end`.
    guard end &- start >= 48, end &+ 16 <= block.count else { return }
    var tag = start &+ StampReader.usualLength &+ 1
    if !stamps.readUsual(block, at: start, &stamp) {
      // RFC 3164: a letter first, blanks at 3 and 15, colons at 9 and 12.
      hasStamp =
        block.wordInside(start &+ 8) & 0xff00_00ff_0000_ff00 != 0x2000_003a_0000_3a00
        || block.wordInside(start) & 0xff00_00e0 != 0x2000_0040
      if !hasStamp {
        tag = start &+ Self.lengthOfRFC3164 &+ 1
      } else if let learnt = stamps.learnUsual(block, at: start) {
        stamp = learnt
      } else {
        return
      }
    }
    // A `:` in front of it (no process ID, or an IPv6 address) makes a tag that is not in the table.
    let tagEnd = block.index(of: UInt8(ascii: "["), from: tag, to: end)
    guard tagEnd < end, tagEnd &- tag >= 8 else { return }
    // `[`, up to seven digits, `]: `
    let digits = block.wordInside(tagEnd &+ 1) ^ 0x3030_3030_3030_3030
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    let count = others.trailingZeroBitCount &>> 3
    guard block.wordInside(tagEnd) & 0xff == 0x5b, count > 0, count < 8,
      block.wordInside(tagEnd &+ 1 &+ count) & 0xff_ffff == 0x20_3a5d
    else { return }
    message = tagEnd &+ count &+ 4
    guard message <= end else { return }
    pid = UInt32(truncatingIfNeeded: (digits &<< UInt64(64 &- count &* 8)).digitsValue)
    place = programs.place(block, from: tag, to: tagEnd)
  }
}

extension UInt64 {
  /// The number of eight digits, each a byte from 0 to 9, the first one lowest.
  @inline(__always) var digitsValue: UInt64 {
    // Pairs of digits, then pairs of these, then both halves.
    let pairs = ((self &* 0xa01) &>> 8) & 0x00ff_00ff_00ff_00ff
    let fours = ((pairs &* 0x64_0001) &>> 16) & 0x0000_ffff_0000_ffff
    return (fours &* 0x2710_0000_0001) &>> 32
  }

  /// Whether all eight bytes are ASCII digits.
  @inline(__always) var isDigits: Bool {
    let high: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
    return self & high == 0x3030_3030_3030_3030
      && (self &+ 0x0606_0606_0606_0606) & high == 0x3030_3030_3030_3030
  }
}
