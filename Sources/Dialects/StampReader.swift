import MailLog

/// Reads the time stamps at the front of lines.
///
/// A log has thousands of lines a minute, so the minute is remembered.
struct StampReader: Sendable {
  /// The 16 bytes `YYYY-MM-DDTHH:MM` that were read last, and what they mean.
  private var minute: (UInt64, UInt64) = (0, 0)
  private var minuteSeconds: Int64 = 0
  /// Seconds from 1970 to the start of its day.
  private var daySeconds: Int64 = 0
  /// As `minute`, in the last stamp of the usual form.
  private var usualMinute: (UInt64, UInt64) = (0, 0)
  /// The six bytes of the zone in the last stamp of the usual form, `+01:00`, and a blank.
  private var zone: UInt64 = 0
  /// Its minutes.
  private var zoneMinutes: Int16 = 0
  /// Nanoseconds from 1970 to `usualMinute` in that zone.
  private var minuteNanoseconds: Int64 = 0
  /// The seven bytes `Mmm dd ` that were read last, and the seconds from a leap year's start to then.
  private var yearlessDay: UInt64 = 0
  private var yearlessSeconds: Int64 = 0

  init() {}

  /// The length of the stamps of rsyslog and syslog-ng, `YYYY-MM-DDTHH:MM:SS.SSSSSS+HH:MM`.
  static let usualLength = 32

  /// Whether a stamp of the usual length and a blank stand at `start`, in the last minute and zone.
  ///
  /// Its seconds are not looked at. The block has 40 bytes from `start` on.
  @inline(__always) func isUsual(_ block: Span<UInt8>, at start: Int) -> Bool {
    block.wordInside(start) == usualMinute.0 && block.wordInside(start &+ 8) == usualMinute.1
      && block.wordInside(start &+ 25) &>> 8 == zone
  }

  /// The stamp where `isUsual` holds; nil if its seconds are not those of the usual form.
  @inline(__always) func usual(_ block: Span<UInt8>, at start: Int) -> LogStamp? {
    // `:SS.`; the eight digits around the point.
    let second = block.wordInside(start &+ 16)
    let digits = second &>> 8 & 0xffff | block.wordInside(start &+ 20) &<< 16
    guard second & 0xff00_00ff == 0x2e00_003a, digits.isDigits, digits & 0xff < 0x36 else {
      return nil
    }
    let microseconds = Int64(bitPattern: (digits & 0x0f0f_0f0f_0f0f_0f0f).digitsValue)
    return LogStamp(
      value: minuteNanoseconds &+ microseconds &* 1000,
      form: .absolute,
      offsetMinutes: zoneMinutes,
      fractionDigits: 6
    )
  }

  /// Remembers the minute and zone of the stamp at `start`; false if it is not of the usual form.
  @inline(never) mutating func learnUsual(_ block: Span<UInt8>, at start: Int) -> Bool {
    let end = start + Self.usualLength
    let scanner = ByteScanner(block, from: start, to: end + 1)
    guard Self.endOfRFC3339(scanner, at: start) == end else { return false }
    return rfc3339(scanner, from: start, to: end) != nil && isUsual(block, at: start)
  }

  /// Where the RFC 3339 stamp at `start` ends: its blank; nil if the line does not start with one.
  @inline(__always) static func endOfRFC3339(
    _ scanner: ByteScanner,
    at start: Int
  ) -> Int? {
    // The first eight bytes, all but the digits: `....-..-`, then `T` at the eleventh.
    guard scanner.word(at: start) & 0xff00_00ff_0000_0000 == 0x2d00_002d_0000_0000,
      scanner.word(at: start &+ 8) & 0xff_0000 == 0x54_0000, start &+ 19 < scanner.end
    else { return nil }
    var rest = scanner
    rest.move(to: start &+ 19)
    return rest.indexNearby(of: UInt8(ascii: " "))
  }

  /// The stamp in `start..<end`; nil if it is none or names no real time.
  ///
  /// Source: RFC 3339, section 5.6; zones also without a colon, or left out (local time).
  mutating func rfc3339(
    _ scanner: ByteScanner,
    from start: Int,
    to end: Int
  ) -> LogStamp? {
    guard end - start >= 19 else { return nil }
    let words = (scanner.word(at: start), scanner.word(at: start + 8))
    if words != minute, !readMinute(scanner, at: start, words) { return nil }
    let second = scanner.twoDigits(at: start + 17)
    // 60 is a leap second (RFC 3339, section 5.7): the first of the next minute.
    guard scanner.bytes[start + 16] == UInt8(ascii: ":"), (0...60).contains(second)
    else { return nil }
    var position = start + 19
    let fraction = Self.fraction(scanner, at: &position, to: end)
    guard let fraction, let zone = Self.zone(scanner, from: position, to: end) else { return nil }
    var value = (minuteSeconds + Int64(second)) * 1_000_000_000 + fraction.nanoseconds
    guard let zone = zone.minutes else {
      return LogStamp(value: value, form: .local, fractionDigits: fraction.digits)
    }
    if zone != LogStamp.utcMarker { value -= Int64(zone) * 60_000_000_000 }
    if end - start == Self.usualLength, fraction.digits == 6 {
      self.zone = scanner.word(at: start + 26) & 0xffff_ffff_ffff | 0x20 << 48
      zoneMinutes = zone
      usualMinute = words
      minuteNanoseconds = (minuteSeconds - Int64(zone) * 60) * 1_000_000_000
    }
    return LogStamp(
      value: value,
      form: .absolute,
      offsetMinutes: zone,
      fractionDigits: fraction.digits
    )
  }

  /// Remembers the minute `YYYY-MM-DDTHH:MM`; false if there is none such.
  private mutating func readMinute(
    _ scanner: ByteScanner,
    at start: Int,
    _ words: (UInt64, UInt64)
  ) -> Bool {
    // The first eleven bytes, up to the `T`.
    let isSameDay = words.0 == minute.0 && (words.1 ^ minute.1) & 0xff_ffff == 0
    let hour = scanner.twoDigits(at: start + 11)
    let minute = scanner.twoDigits(at: start + 14)
    guard (0...23).contains(hour), (0...59).contains(minute),
      scanner.bytes[start + 13] == UInt8(ascii: ":"),
      let day = isSameDay ? daySeconds : Self.day(scanner, at: start)
    else { return false }
    self.minute = words
    daySeconds = day
    minuteSeconds = day + Int64(hour * 3600 + minute * 60)
    return true
  }

  /// Seconds from 1970 to the day `YYYY-MM-DD`.
  private static func day(_ scanner: ByteScanner, at start: Int) -> Int64? {
    let century = scanner.twoDigits(at: start)
    let year = scanner.twoDigits(at: start + 2)
    let month = scanner.twoDigits(at: start + 5)
    let day = scanner.twoDigits(at: start + 8)
    // From 1970 to 2199: the years that fit, in nanoseconds, into the numbers used everywhere.
    guard (19...21).contains(century), year >= 0, century * 100 + year >= 1970,
      scanner.bytes[start + 4] == UInt8(ascii: "-"), scanner.bytes[start + 7] == UInt8(ascii: "-"),
      let date = CivilDate(year: century * 100 + year, month: month, day: day)
    else { return nil }
    return Int64(date.daysSince1970) * 86_400
  }

  /// The fraction of the second, `.123`; digits beyond the ninth are read and left out.
  private static func fraction(
    _ scanner: ByteScanner,
    at position: inout Int,
    to end: Int
  ) -> (nanoseconds: Int64, digits: UInt8)? {
    guard position < end,
      scanner.bytes[position] == UInt8(ascii: ".") || scanner.bytes[position] == UInt8(ascii: ",")
    else { return (0, 0) }
    position += 1
    var value: Int64 = 0
    var digits: UInt8 = 0
    let first = position
    while position < end, case let digit = scanner.bytes[position] &- 48, digit < 10 {
      if digits < 9 {
        value = value * 10 + Int64(digit)
        digits += 1
      }
      position += 1
    }
    guard position > first else { return nil }
    for _ in digits..<9 { value *= 10 }
    return (value, digits)
  }

  /// `Z`, `+HH:MM`, `+HHMM`, `+HH`, or nothing (nil minutes).
  private static func zone(
    _ scanner: ByteScanner,
    from start: Int,
    to end: Int
  ) -> (minutes: Int16?, Void)? {
    guard start < end else { return (nil, ()) }
    let sign = scanner.bytes[start]
    if sign == UInt8(ascii: "Z"), end == start + 1 { return (LogStamp.utcMarker, ()) }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    let hours = scanner.twoDigits(at: start + 1)
    let hasColon = end - start == 6 && scanner.bytes[start + 3] == UInt8(ascii: ":")
    guard end - start == 3 || end - start == 5 || hasColon, (0...23).contains(hours)
    else { return nil }
    let minutes = end - start == 3 ? 0 : scanner.twoDigits(at: end - 2)
    guard (0...59).contains(minutes) else { return nil }
    let total = Int16(hours * 60 + minutes)
    return (sign == UInt8(ascii: "-") ? -total : total, ())
  }

  /// Where the RFC 3164 stamp at `start` ends, `Mmm dd HH:MM:SS`: its blank.
  @inline(__always) static func endOfRFC3164(
    _ scanner: ByteScanner,
    at start: Int
  ) -> Int? {
    let end = start &+ 15
    // `....` month, blank; the colons at the tenth and thirteenth byte.
    guard end < scanner.end, scanner.bytes[end] == UInt8(ascii: " "),
      scanner.bytes[start &+ 3] == UInt8(ascii: " "),
      scanner.word(at: start &+ 8) & 0xff_0000_ff00 == 0x3a_0000_3a00
    else { return nil }
    return end
  }

  /// The stamp `Mmm dd HH:MM:SS` at `start`, whose 15 bytes are in the block; nil if it is none or
  /// names no real time.
  ///
  /// Source: RFC 3164, section 4.1.2; days also with a zero in front (postlogd(8), Dovecot).
  mutating func rfc3164(_ block: Span<UInt8>, at start: Int) -> LogStamp? {
    // `Mmm dd `
    let day = block.word(at: start) & 0xff_ffff_ffff_ffff
    if day != yearlessDay {
      guard let seconds = Self.yearlessDay(block, at: start) else { return nil }
      (yearlessDay, yearlessSeconds) = (day, seconds)
    }
    guard let seconds = Self.clock(block.word(at: start &+ 7)) else { return nil }
    return LogStamp(value: yearlessSeconds &+ seconds, form: .yearless)
  }

  /// The seconds of a day that the eight bytes `HH:MM:SS` mean.
  @inline(__always) private static func clock(_ text: UInt64) -> Int64? {
    let digits = text & 0x0f0f_000f_0f00_0f0f
    guard text ^ digits == 0x3030_3a30_303a_3030,
      (digits &+ 0x0606_0006_0600_0606) & 0x1010_0010_1000_1010 == 0
    else { return nil }
    // Tens and ones, added up where the tens stood.
    let numbers = digits &* 10 &+ digits &>> 8
    let (hour, minute, second) = (numbers & 0xff, numbers &>> 24 & 0xff, numbers &>> 48 & 0xff)
    // 60 is a leap second.
    guard hour <= 23, minute <= 59, second <= 60 else { return nil }
    return Int64(bitPattern: (hour &* 60 &+ minute) &* 60 &+ second)
  }

  /// The seconds from the start of a leap year to the day `Mmm dd `.
  private static func yearlessDay(_ block: Span<UInt8>, at start: Int) -> Int64? {
    let scanner = ByteScanner(block)
    guard let month = month(scanner, at: start) else { return nil }
    let isPadded = block[start + 4] == UInt8(ascii: " ")
    let day = isPadded ? Int(block[start + 5]) - 48 : scanner.twoDigits(at: start + 4)
    guard (1...9).contains(day) || !isPadded,
      (1...CivilDate.days(inMonth: month, of: 2000)).contains(day),
      block[start + 3] == UInt8(ascii: " "), block[start + 6] == UInt8(ascii: " ")
    else { return nil }
    return Int64(daysBefore[month - 1] + day - 1) * 86_400
  }

  /// Days of a leap year before each month.
  private static let daysBefore = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]

  static func month(_ scanner: ByteScanner, at start: Int) -> Int? {
    switch scanner.word(at: start) & 0xff_ffff {
    case 0x6e_614a: 1
    case 0x62_6546: 2
    case 0x72_614d: 3
    case 0x72_7041: 4
    case 0x79_614d: 5
    case 0x6e_754a: 6
    case 0x6c_754a: 7
    case 0x67_7541: 8
    case 0x70_6553: 9
    case 0x74_634f: 10
    case 0x76_6f4e: 11
    case 0x63_6544: 12
    default: nil
    }
  }
}
