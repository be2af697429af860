import MailLog

// qpsmtpd's own file, `Sat Nov 21 20:42:47 2026 host[pid]: message`, of its plugin logging/file. It
// writes line breaks in logins as they are, so that a client can begin lines of it. No other program
// writes to the file: once a line of it was seen, a line of another framing is a client's.
extension LineParser {
  private static let qpsmtpdName = Array("qpsmtpd".utf8)

  /// One line; nil: it is of another framing, in a log that is not qpsmtpd's own file.
  @inline(__always) mutating func parseQpsmtpd(
    _ line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict? {
    var message = line
    guard let header = Self.skipQpsmtpdFront(&message, isKnown: isQpsmtpdFile) else {
      return isQpsmtpdFile ? .passedOver(.foreignLine) : nil
    }
    isQpsmtpdFile = true
    let program = qpsmtpd(line.bytes, host: header.start..<header.programEnd)
    return parse(message, program, pid: header.pid, into: &batch) { parser, stamp in
      guard let found = parser.stamps.clockDate(line, at: line.position) else { return false }
      stamp = found
      return true
    }
  }

  /// The program on the host that the line names; a file has lines of one host.
  private mutating func qpsmtpd(_ bytes: Span<UInt8>, host: Range<Int>) -> Program {
    if let last = lastQpsmtpd, last.host.count == host.count,
      zip(last.host, host).allSatisfy({ $0 == bytes[$1] })
    {
      return last.program
    }
    let name = host.map { bytes[$0] }
    let program = ProgramTable.classify(host: name, name: Self.qpsmtpdName)
    lastQpsmtpd = (name, program)
    return program
  }

  /// Whether one of the next lines is qpsmtpd's: a block may begin amid what a client wrote.
  static func hasQpsmtpdLine(_ block: Span<UInt8>, from first: Int) -> Bool {
    var start = first
    for _ in 0..<32 where start < block.count {
      let end = block.endOfLine(from: start)
      var line = ByteScanner(block, from: start, to: end)
      if skipQpsmtpdFront(&line, isKnown: false) != nil { return true }
      start = end &+ 1
    }
    return false
  }

  /// Steps over stamp and `host[pid]: `; nil: it has another front.
  ///
  /// Other programs have the stamp, too, ClamAV's among them: unless the file is known as
  /// qpsmtpd's, nothing else may stand in front of `[pid]`.
  @inline(__always) private static func skipQpsmtpdFront(
    _ line: inout ByteScanner,
    isKnown: Bool
  ) -> Header? {
    guard let stampEnd = StampReader.endOfClockDate(line, at: line.position) else { return nil }
    line.move(to: stampEnd &+ 1)
    let blank = isKnown ? line.end : line.indexNearby(of: UInt8(ascii: " ")) ?? line.end
    guard let header = Header(&line, host: false), header.pid != 0, header.programEnd < blank
    else { return nil }
    return header
  }
}

// Stamps of Perl's localtime.
extension StampReader {
  /// Where `Sat Nov 21 20:42:47 2026` at `start` ends: its blank.
  @inline(__always) static func endOfClockDate(_ scanner: ByteScanner, at start: Int) -> Int? {
    let end = start &+ 24
    // Colons at 13 and 16, blanks at 3, 7, 10, 19 and 24.
    guard end < scanner.end,
      scanner.word(at: start &+ 10) & 0x00ff_0000_ff00_00ff == 0x003a_0000_3a00_0020,
      scanner.word(at: start &+ 3) & 0xff_0000_00ff == 0x20_0000_0020,
      scanner.bytes[start &+ 19] == UInt8(ascii: " "), scanner.bytes[end] == UInt8(ascii: " ")
    else { return nil }
    return end
  }

  /// The stamp at `start`; nil if it names no real time.
  func clockDate(_ scanner: ByteScanner, at start: Int) -> LogStamp? {
    guard let month = Self.month(scanner, at: start + 4) else { return nil }
    let isPadded = scanner.bytes[start + 8] == UInt8(ascii: " ")
    let day = isPadded ? Int(scanner.bytes[start + 9]) - 48 : scanner.twoDigits(at: start + 8)
    let century = scanner.twoDigits(at: start + 20)
    let year = scanner.twoDigits(at: start + 22)
    let hour = scanner.twoDigits(at: start + 11)
    let minute = scanner.twoDigits(at: start + 14)
    let second = scanner.twoDigits(at: start + 17)
    guard (19...21).contains(century), year >= 0, century * 100 + year >= 1970,
      let date = CivilDate(year: century * 100 + year, month: month, day: day),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let seconds = Int64(date.daysSince1970) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    return LogStamp(value: seconds * 1_000_000_000, form: .local)
  }
}
