import MailLog

// Logs of multilog (daemontools) and svlogd: a TAI64N label, `@400000004c91b044077a9e94 `, in front of
// what a program writes to its standard error: `submission-login: Info: message`, `ID smtp connected …`.
extension LineParser {
  /// One line; nil: it has another framing.
  mutating func parseMultilog(_ line: ByteScanner, into batch: inout EventBatch) -> Verdict? {
    guard let stamp = StampReader.label(line, at: line.position) else { return nil }
    var rest = line
    rest.move(to: line.position + StampReader.labelLength + 1)
    // A label behind a label is none: each would go one call deeper.
    guard rest.current != UInt8(ascii: "@") else { return .passedOver(.noProgram) }
    return parse(rest, stamped: stamp, into: &batch)
  }

  /// A line that got a stamp from who wrote it down; it may have one of its own.
  mutating func parse(
    _ line: ByteScanner,
    stamped outer: LogStamp?,
    into batch: inout EventBatch
  ) -> Verdict {
    if let verdict = parse(line, into: &batch), verdict != .passedOver(.unknownFraming) {
      return verdict
    }
    guard let outer else { return .passedOver(.unknownFraming) }
    let program: Program
    if Dovecot.isOfOwnFile(line) {
      program = ownDovecot
    } else if OpenSMTPD.isOfStandardError(line) {
      program = ownOpenSMTPD
    } else {
      return parseBare(line, into: &batch) { _, stamp in
        stamp = outer
        return true
      }
    }
    return parse(line, program, pid: 0, into: &batch) { _, stamp in
      stamp = outer
      return true
    }
  }

  /// `program[pid]: message` of a log that names no host; `stamp` reads the line's stamp.
  mutating func parseBare(
    _ line: ByteScanner,
    into batch: inout EventBatch,
    stamp: (inout LineParser, inout LogStamp) -> Bool
  ) -> Verdict {
    var scanner = line
    guard let header = Header(&scanner, host: false) else { return .passedOver(.noProgram) }
    let program = programs.classified(
      host: ownHost,
      name: (header.start..<header.programEnd).map { line.bytes[$0] }
    )
    if let ignored = program.part.ignored { return .passedOver(ignored) }
    return parse(scanner, program, pid: header.pid, into: &batch, stamp: stamp)
  }
}

// TAI64N, https://cr.yp.to/libtai/tai64.html.
extension StampReader {
  /// `@`, and 16 hexadecimal digits of seconds and 8 of nanoseconds.
  static let labelLength = 25

  /// The label at `start`, with a blank behind it; nil: there is none, or it names no time that fits.
  static func label(_ scanner: ByteScanner, at start: Int) -> LogStamp? {
    let end = start + labelLength
    guard end < scanner.end, scanner.bytes[start] == UInt8(ascii: "@"),
      scanner.bytes[end] == UInt8(ascii: " "),
      let label = hexadecimal(scanner, in: (start + 1)..<(start + 17)),
      let nanoseconds = hexadecimal(scanner, in: (start + 17)..<end), nanoseconds < 1_000_000_000
    else { return nil }
    // 2^62 is the second in which 1970 began in TAI; multilog adds 10 s to the system's clock, and
    // no leap second since.
    let seconds = Int64(bitPattern: label) &- (1 << 62 + 10)
    // As far as stamps with a date go: to 2199.
    guard (0..<7_258_118_400).contains(seconds) else { return nil }
    return LogStamp(
      value: seconds * 1_000_000_000 + Int64(nanoseconds),
      form: .absolute,
      offsetMinutes: LogStamp.utcMarker,
      fractionDigits: 9
    )
  }

  /// At most 16 digits.
  private static func hexadecimal(_ scanner: ByteScanner, in places: Range<Int>) -> UInt64? {
    var value: UInt64 = 0
    for place in places {
      switch scanner.bytes[place] {
      case let byte where byte &- 48 < 10: value = value << 4 | UInt64(byte &- 48)
      case let byte where byte &- 97 < 6: value = value << 4 | UInt64(byte &- 87)
      default: return nil
      }
    }
    return value
  }
}
