import MailLog

// Lines of Exim's own files, `YYYY-MM-DD HH:MM:SS[.mmm][ +HHMM] [[pid] ]message`: there is no host, and
// no program. Continuation lines have no stamp.
extension LineParser {
  /// One line; nil: it has another framing.
  @inline(__always) mutating func parseExim(
    _ line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict? {
    guard let stampEnd = StampReader.endOfOwnStamp(line, at: line.position) else { return nil }
    var message = line
    message.move(to: stampEnd &+ 1)
    Exim.skipProcess(&message)
    if Dovecot.isOfOwnFile(message) {
      return parse(message, ownDovecot, pid: 0, into: &batch) { parser, stamp in
        guard let found = parser.stamps.ownStamp(line, from: line.position, to: stampEnd) else {
          return false
        }
        stamp = found
        return true
      }
    }
    let program = ownExim
    var verdict = Verdict.event
    batch.writeNext { event in
      // The process is left out: each line stands alone, and none comes twice in one file.
      Self.begin(&event, program, pid: 0)
      verdict = Exim.parse(message, program.part, isWhole: true, into: &event)
      guard verdict == .event else { return false }
      guard let stamp = stamps.ownStamp(line, from: line.position, to: stampEnd) else {
        verdict = .passedOver(.impossibleDate)
        return false
      }
      event.stamp = stamp
      return true
    }
    return verdict
  }
}

// Exim's stamps; tod.c.
extension StampReader {
  /// Where the stamp at `start` ends, with its milliseconds and its zone: the blank behind it.
  @inline(__always) static func endOfOwnStamp(_ scanner: ByteScanner, at start: Int) -> Int? {
    // `....-..-`, then a blank at the eleventh byte and colons at the fourteenth and seventeenth.
    guard scanner.word(at: start) & 0xff00_00ff_0000_0000 == 0x2d00_002d_0000_0000,
      scanner.word(at: start &+ 8) & 0xff00_00ff_0000 == 0x3a00_0020_0000,
      start &+ 19 < scanner.end,
      scanner.bytes[start &+ 16] == UInt8(ascii: ":")
    else { return nil }
    var end = start &+ 19
    if scanner.bytes[end] == UInt8(ascii: ".") { end &+= 4 }
    guard end < scanner.end, scanner.bytes[end] == UInt8(ascii: " ") else { return nil }
    let zone = end &+ 6
    if zone < scanner.end, scanner.bytes[zone] == UInt8(ascii: " "),
      zoneSigns.contains(scanner.bytes[end &+ 1]), scanner.twoDigits(at: end &+ 2) >= 0,
      scanner.twoDigits(at: end &+ 4) >= 0
    {
      return zone
    }
    return end
  }

  private static let zoneSigns: ClosedRange<UInt8> = UInt8(ascii: "+")...UInt8(ascii: "-")

  /// The stamp in `start..<end`; nil if it names no real time.
  mutating func ownStamp(_ scanner: ByteScanner, from start: Int, to end: Int) -> LogStamp? {
    let clockEnd = start + (scanner.bytes[start + 19] == UInt8(ascii: ".") ? 23 : 19)
    guard var stamp = rfc3339(scanner, from: start, to: clockEnd) else { return nil }
    guard end > clockEnd else { return stamp }
    let minutes = scanner.twoDigits(at: end - 4) * 60 + scanner.twoDigits(at: end - 2)
    stamp.form = .absolute
    stamp.offsetMinutes = Int16(
      scanner.bytes[end - 5] == UInt8(ascii: "-") ? -minutes : minutes
    )
    stamp.value -= Int64(stamp.offsetMinutes) * 60_000_000_000
    return stamp
  }
}
