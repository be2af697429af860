// Eight digits at a time, as words of their bytes.
extension UInt64 {
  /// The number of eight digits, each a byte from 0 to 9, the first one lowest.
  @inline(__always) var digitsValue: UInt64 {
    // Pairs of digits, then pairs of these, then both halves.
    let pairs = ((self &* 0xa01) &>> 8) & 0x00ff_00ff_00ff_00ff
    let fours = ((pairs &* 0x64_0001) &>> 16) & 0x0000_ffff_0000_ffff
    return (fours &* 0x2710_0000_0001) &>> 32
  }

  /// How many digits, each a byte from 0 to 9, stand first; 8 if all are.
  @inline(__always) var digitCount: Int {
    // The high bit of each byte that is no digit; exact up to the first one.
    let others = ((self &+ 0x7676_7676_7676_7676) | self) & 0x8080_8080_8080_8080
    return others.trailingZeroBitCount &>> 3
  }

  /// Whether all eight bytes are ASCII digits.
  @inline(__always) var isDigits: Bool {
    let high: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
    return self & high == 0x3030_3030_3030_3030
      && (self &+ 0x0606_0606_0606_0606) & high == 0x3030_3030_3030_3030
  }

  /// Whether all eight bytes are digits or letters from `a` to `f`.
  var isHexadecimal: Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones &* 0x80
    // For ASCII bytes, the high bit of a sum tells whether the byte reaches a bound.
    let digits = (self &+ ones &* (0x80 - 0x30)) ^ (self &+ ones &* (0x80 - 0x3a))
    let letters = (self &+ ones &* (0x80 - 0x61)) ^ (self &+ ones &* (0x80 - 0x67))
    return self & highs == 0 && (digits | letters) & highs == highs
  }
}
