import MailLog

// Lines of the servers' own files, which name no host, one after the other.
extension LineParser {
  /// As `parseUsual`, up to the first line that is of no server's own file.
  mutating func parseOwn(
    _ block: Span<UInt8>,
    _ ends: Span<UInt32>,
    from number: inout Int,
    at start: inout Int,
    into batch: inout EventBatch
  ) {
    if !isQpsmtpdFile, isFirstInBlock { isQpsmtpdFile = Self.hasQpsmtpdLine(block, from: start) }
    while number < ends.count {
      let end = Int(ends[number])
      var line = ByteScanner(block, from: start, to: end)
      line.dropCarriageReturn()
      guard let verdict = parseOwn(line, into: &batch) else { return }
      count(verdict, in: &batch)
      start = end &+ 1
      number &+= 1
    }
  }

  /// One line; nil: it has another framing.
  @inline(__always) mutating func parseOwn(
    _ line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict? {
    // All others begin with a letter.
    if !isQpsmtpdFile, line.current &- UInt8(ascii: "0") < 10 {
      return parseExim(line, into: &batch)
    }
    return parseQpsmtpd(line, into: &batch) ?? parseDovecot(line, into: &batch)
  }
}
