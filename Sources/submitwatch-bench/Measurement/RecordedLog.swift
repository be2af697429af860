import MailLog

/// A recorded log, repeated with the clock going on: each copy is so many whole minutes later that
/// none begins before the one in front of it has ended.
struct RecordedLog {
  /// How a stamp has its date and its time of day, to the minute.
  private enum Form {
    /// `2026-11-21T20:42` and `2026-11-21 20:42`.
    case dated
    /// `Nov 21 20:42`, in the year of the recording.
    case yearless
    /// `Sat Nov 21 20:42:47 2026`.
    case clock
  }

  private struct Stamp {
    let place: Int
    let form: Form
    /// Minutes since 1970, as the stamp's own zone has it.
    let minute: Int
  }

  private static let recordingYear = 2026
  private static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)
  private static let weekdays = Array("ThuFriSatSunMonTueWed".utf8)

  private let bytes: [UInt8]
  private var stamps: [Stamp] = []
  private let period: Int

  /// The log that `bytes` are; lines without a stamp belong to the line in front of them, and so
  /// do those with another form of stamp than the first, which a client wrote.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var place = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if let stamp = Self.stamp(line, at: place), stamp.form == stamps.first?.form ?? stamp.form {
        stamps.append(stamp)
      }
      place += line.count + 1
    }
    let minutes = stamps.map(\.minute)
    period = (minutes.max() ?? 0) - (minutes.min() ?? 0) + 1
  }

  /// As many copies as make `byteCount` bytes, the last one with its own stamps: none lies in the
  /// future, where a stamp without a year would be taken for one of the year before.
  func repeated(to byteCount: Int) -> [UInt8] {
    var log: [UInt8] = []
    log.reserveCapacity(byteCount + bytes.count)
    let copies = (byteCount + bytes.count - 1) / max(bytes.count, 1)
    for copy in 1...max(copies, 1) {
      let start = log.count
      log += bytes
      for stamp in stamps {
        Self.write(stamp, later: (copy - copies) * period, into: &log, at: start + stamp.place)
      }
    }
    return log
  }

  // MARK: Stamps

  private static func stamp(_ line: ArraySlice<UInt8>, at place: Int) -> Stamp? {
    let text = Array(line.prefix(24))
    for form in [Form.dated, .yearless, .clock] {
      guard let minute = minute(text, form) else { continue }
      return Stamp(place: place, form: form, minute: minute)
    }
    return nil
  }

  private static func minute(_ text: [UInt8], _ form: Form) -> Int? {
    var year = Self.recordingYear
    var month: Int?
    let day: Int?
    let clock: Int
    switch form {
    case .dated:
      guard text.count > 16, let written = number(text, 0..<4) else { return nil }
      (year, month, day, clock) = (written, number(text, 5..<7), number(text, 8..<10), 11)
    case .yearless:
      guard text.count > 12 else { return nil }
      (month, day, clock) = (monthNamed(text[0..<3]), number(text, 4..<6), 7)
    case .clock:
      guard text.count == 24, let written = number(text, 20..<24) else { return nil }
      (year, month, day, clock) = (written, monthNamed(text[4..<7]), number(text, 8..<10), 11)
    }
    guard let month, let day, let date = CivilDate(year: year, month: month, day: day),
      let hours = number(text, clock..<clock + 2), text[clock + 2] == UInt8(ascii: ":"),
      let minutes = number(text, clock + 3..<clock + 5)
    else { return nil }
    return (Int(date.daysSince1970) * 24 + hours) * 60 + minutes
  }

  /// The decimal number that fills the places, perhaps behind blanks.
  private static func number(_ text: [UInt8], _ places: Range<Int>) -> Int? {
    Int(String(decoding: text[places].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self))
  }

  private static func monthNamed(_ name: ArraySlice<UInt8>) -> Int? {
    (1...12).first { months[($0 - 1) * 3..<$0 * 3].elementsEqual(name) }
  }

  private static func write(_ stamp: Stamp, later: Int, into log: inout [UInt8], at place: Int) {
    let (day, minute) = (stamp.minute + later).quotientAndRemainder(dividingBy: 24 * 60)
    let date = CivilDate(daysSince1970: Int32(day)).components
    let month = months[(date.month - 1) * 3..<date.month * 3]
    let clock = "\(digits(minute / 60, 2)):\(digits(minute % 60, 2))".utf8
    let paddedDay = Array(String(date.day).padded(2).utf8)
    switch stamp.form {
    case .dated:
      put(CivilDate(daysSince1970: Int32(day)).text.utf8, into: &log, at: place)
      put(clock, into: &log, at: place + 11)
    case .yearless:
      put(month, into: &log, at: place)
      put(paddedDay, into: &log, at: place + 4)
      put(clock, into: &log, at: place + 7)
    case .clock:
      put(weekdays[day % 7 * 3..<day % 7 * 3 + 3], into: &log, at: place)
      put(month, into: &log, at: place + 4)
      put(paddedDay, into: &log, at: place + 8)
      put(clock, into: &log, at: place + 11)
      put(digits(date.year, 4).utf8, into: &log, at: place + 20)
    }
  }

  private static func put(
    _ text: some Collection<UInt8>,
    into log: inout [UInt8],
    at place: Int
  ) {
    for (offset, byte) in text.enumerated() { log[place + offset] = byte }
  }
}

extension RecordedLog {
  /// Dovecot's lines of a syslog file as its own file (`log_path`) has them: `Nov 21 20:42:47`, no
  /// host, and the level behind the process.
  static func dovecotFile(from syslog: [UInt8]) -> [UInt8] {
    var file: [UInt8] = []
    for line in syslog.split(separator: UInt8(ascii: "\n")) {
      let mark = Array(" dovecot: ".utf8)
      guard line.count > 32, let tag = line.firstRange(of: mark),
        let month = number(Array(line.prefix(10)), 5..<7),
        let level = line[tag.upperBound...].firstRange(of: Array(": ".utf8))
      else { continue }
      file += months[(month - 1) * 3..<month * 3] + [UInt8(ascii: " ")]
      let first = line.startIndex
      file += line[first + 8..<first + 10] + [UInt8(ascii: " ")] + line[first + 11..<first + 19]
      file += [UInt8(ascii: " ")] + line[tag.upperBound..<level.upperBound]
      file += Array("Info: ".utf8) + line[level.upperBound...] + [UInt8(ascii: "\n")]
    }
    return file
  }
}
