package import MailLog

// RFC 5424, and the records of journals and containers.
extension LineParser {
  /// The stamp of the first line of `block` that has one; whole journal entries only.
  package static func firstStamp(in block: [UInt8]) -> LogStamp? {
    var reader = EnvelopeReader()
    reader.read(block.span)
    reader.finish()
    let bytes = reader.bytes.span
    for record in reader.records {
      switch record.content {
      case .journal(let entry): return entry.stamp
      case .line(let range, let stamp):
        if let stamp = stamp ?? stampInFront(of: bytes.extracting(range.range)) { return stamp }
      case .passedOver: break
      }
    }
    return nil
  }

  private static func stampInFront(of line: Span<UInt8>) -> LogStamp? {
    var scanner = ByteScanner(line)
    if scanner.skipPriority() { _ = scanner.skip("1 ") }
    let start = scanner.position
    var reader = StampReader()
    if StampReader.endOfRFC3164(scanner, at: start) != nil {
      return reader.rfc3164(scanner.bytes, at: start)
    }
    if let end = StampReader.endOfOwnStamp(scanner, at: start) {
      return reader.ownStamp(scanner, from: start, to: end)
    }
    if let label = StampReader.label(scanner, at: start) { return label }
    if StampReader.endOfClockDate(scanner, at: start) != nil {
      return reader.clockDate(scanner, at: start)
    }
    return StampReader.endOfRFC3339(scanner, at: start).flatMap {
      reader.rfc3339(scanner, from: start, to: $0)
    }
  }

  /// `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG` (RFC 5424, section 6).
  mutating func parseRFC5424(
    _ line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict {
    let start = line.position
    var scanner = line
    guard let stampEnd = scanner.index(of: UInt8(ascii: " ")) else {
      return .passedOver(.unknownFraming)
    }
    scanner.move(to: stampEnd + 1)
    let tagStart = scanner.position
    guard let hostEnd = scanner.index(of: UInt8(ascii: " ")) else {
      return .passedOver(.noProgram)
    }
    scanner.move(to: hostEnd + 1)
    guard let programEnd = scanner.index(of: UInt8(ascii: " ")) else {
      return .passedOver(.noProgram)
    }
    scanner.move(to: programEnd + 1)
    let pid = scanner.number().map { UInt32($0) } ?? 0
    guard scanner.skipWord(), scanner.skipWord(), scanner.skipStructuredData() else {
      return .passedOver(.unknownFraming)
    }
    let program = programs.program(in: line.bytes, from: tagStart, hostEnd: hostEnd, to: programEnd)
    if let ignored = program.part.ignored { return .passedOver(ignored) }
    return parse(scanner, program, pid: pid, into: &batch) { parser, stamp in
      guard let found = parser.stamps.rfc3339(line, from: start, to: stampEnd) else { return false }
      stamp = found
      return true
    }
  }

  /// Parses one record that `EnvelopeReader` took out of its envelope.
  package mutating func parse(
    _ record: EnvelopeReader.Record,
    in bytes: Span<UInt8>,
    into batch: inout EventBatch
  ) -> Verdict {
    isFirstInBlock = false
    let verdict = parseRecord(record, in: bytes, into: &batch)
    count(verdict, in: &batch)
    return verdict
  }

  private mutating func parseRecord(
    _ record: EnvelopeReader.Record,
    in bytes: Span<UInt8>,
    into batch: inout EventBatch
  ) -> Verdict {
    switch record.content {
    case .passedOver(let reason):
      return .passedOver(reason)
    case .line(let range, let outerStamp):
      var line = ByteScanner(bytes, from: range.range.lowerBound, to: range.range.upperBound)
      line.dropCarriageReturn()
      return parse(line, stamped: outerStamp, into: &batch)
    case .journal(let entry):
      let message = entry.message.range
      let tag = ByteScanner(bytes, from: entry.tag.range.lowerBound, to: entry.tag.range.upperBound)
      let program = programs.program(
        in: bytes,
        from: tag.position,
        hostEnd: entry.hostEnd,
        to: tag.end
      )
      if let ignored = program.part.ignored { return .passedOver(ignored) }
      let scanner = ByteScanner(bytes, from: message.lowerBound, to: message.upperBound)
      return parse(scanner, program, pid: entry.pid, into: &batch) { _, stamp in
        stamp = entry.stamp
        return true
      }
    }
  }
}

extension EnvelopeReader {
  /// Parses the records read so far.
  package func parse(by parser: inout LineParser, into batch: inout EventBatch) {
    for record in records {
      _ = parser.parse(record, in: bytes.span, into: &batch)
    }
  }
}
