package import MailLog

/// Turns blocks of whole lines into events: framing, program, dialect.
///
/// Which framing a line has is told by the line itself, so that a file may mix them. Journal and
/// container formats are envelopes around records that may span lines: the parser stops in front
/// of the first one, and `EnvelopeReader` takes over. A parser reads the blocks of one log.
package struct LineParser: Sendable {
  var stamps = StampReader()
  var programs: ProgramTable
  /// Whether the line before in this block yielded the last event.
  var followsEvent = false
  var isFirstInBlock = true
  /// A line of qpsmtpd's own file was seen in this log.
  package internal(set) var isQpsmtpdFile = false
  /// The host that qpsmtpd's file named last.
  var lastQpsmtpd: (host: [UInt8], program: Program)?

  /// Servers whose own lines, in a file or on standard error, name neither host nor program.
  let ownExim: Program
  let ownDovecot: Program
  let ownOpenSMTPD: Program
  /// The host of lines that name none.
  let ownHost: [UInt8]

  /// A parser of one log.
  ///
  /// - Parameters:
  ///   - readsBounces: lines of delivery yield events, too, if the message bounces.
  ///   - ownHost: the host of lines that name none.
  package init(readsBounces: Bool = false, ownHost: [UInt8] = []) {
    programs = ProgramTable(readsBounces: readsBounces)
    self.ownHost = ownHost
    ownExim = programs.classified(host: ownHost, name: Array("exim".utf8))
    ownDovecot = programs.classified(host: ownHost, name: Array("dovecot".utf8))
    ownOpenSMTPD = programs.classified(host: ownHost, name: Array("smtpd".utf8))
  }

  /// A host's name as a line lately had it, and the dialects that it speaks.
  package func host(_ key: HostKey) -> (name: [UInt8], dialects: [any Dialect.Type])? {
    programs.host(key)
  }

  /// Parses all lines of `block`, the last one with or without a newline.
  package mutating func parse(_ block: Span<UInt8>, into batch: inout EventBatch) {
    isFirstInBlock = true
    followsEvent = false
    var lines = LineEnds()
    var start = 0
    while lines.findMore(in: block) {
      let ends = lines.found
      var number = 0
      while true {
        if !isQpsmtpdFile { parseUsual(block, ends, from: &number, at: &start, into: &batch) }
        guard number < ends.count else { break }
        let usualEnd = number
        parseOwn(block, ends, from: &number, at: &start, into: &batch)
        guard number == usualEnd else { continue }
        let end = Int(ends[number])
        guard let verdict = parseAny(block, from: start, to: end, into: &batch) else {
          batch.envelopeStart = start
          return
        }
        count(verdict, in: &batch)
        start = end &+ 1
        number &+= 1
      }
    }
  }

  mutating func count(_ verdict: Verdict, in batch: inout EventBatch) {
    switch verdict {
    case .event:
      batch.usedLines &+= 1
      followsEvent = true
    case .passedOver(let reason):
      batch.passedOver[Int(reason.rawValue)] &+= 1
      followsEvent = false
    }
    batch.endsWithEvent = followsEvent
    isFirstInBlock = false
  }

  @inline(never) private mutating func parseAny(
    _ block: Span<UInt8>,
    from start: Int,
    to end: Int,
    into batch: inout EventBatch
  ) -> Verdict? {
    var line = ByteScanner(block, from: start, to: end)
    line.dropCarriageReturn()
    return parse(line, into: &batch)
  }

  /// nil: the line begins an envelope.
  mutating func parse(
    _ line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict? {
    if let verdict = parseOwn(line, into: &batch) { return verdict }
    var line = line
    if line.sees("{") || line.sees("__CURSOR=") { return nil }
    if let end = StampReader.endOfRFC3339(line, at: line.position) {
      return parse(line, stampEnd: end, form: .rfc3339, into: &batch)
    }
    if let end = StampReader.endOfRFC3164(line, at: line.position) {
      return parse(line, stampEnd: end, form: .rfc3164, into: &batch)
    }
    guard !line.isAtEnd else { return .passedOver(.blank) }
    if let verdict = parseMultilog(line, into: &batch) { return verdict }
    guard line.skipPriority() else { return .passedOver(.unknownFraming) }
    if line.skip("1 ") { return parseRFC5424(line, into: &batch) }
    if let end = StampReader.endOfRFC3339(line, at: line.position) {
      return parse(line, stampEnd: end, form: .rfc3339, into: &batch)
    }
    guard let end = StampReader.endOfRFC3164(line, at: line.position) else {
      return .passedOver(.unknownFraming)
    }
    return parse(line, stampEnd: end, form: .rfc3164, into: &batch)
  }

  enum StampForm { case rfc3339, rfc3164 }

  /// A stamp and its text form stand in front; `host program[pid]: message` follows.
  @inline(__always) mutating func parse(
    _ line: ByteScanner,
    stampEnd: Int,
    form: StampForm,
    into batch: inout EventBatch
  ) -> Verdict? {
    let start = line.position
    var tagged = line
    tagged.move(to: min(stampEnd &+ 1, line.end))
    var scanner = tagged
    if Dovecot.isOfOwnFile(tagged) {
      return parse(tagged, ownDovecot, pid: 0, into: &batch) { parser, stamp in
        parser.read(&stamp, line, from: start, to: stampEnd, form: form)
      }
    }
    if Header.lacksHost(tagged) {
      return parseBare(tagged, into: &batch) { parser, stamp in
        parser.read(&stamp, line, from: start, to: stampEnd, form: form)
      }
    }
    guard let header = Header(&scanner) else {
      if Header.isContainerStream(tagged) { return nil }
      return parseRepetition(tagged, stampEnd: stampEnd, form: form, line: line, into: &batch)
    }
    let program = programs.program(
      in: line.bytes,
      from: header.start,
      hostEnd: header.hostEnd,
      to: header.programEnd
    )
    if let ignored = program.part.ignored {
      if ignored == .noProgram, Header.isContainerStream(tagged) { return nil }
      if scanner.sees("last message repeated "), header.isOfSyslogd(tagged) {
        return parseRepetition(scanner, stampEnd: stampEnd, form: form, line: line, into: &batch)
      }
      return .passedOver(ignored)
    }
    let verdict = parse(scanner, program, pid: header.pid, into: &batch) { parser, stamp in
      parser.read(&stamp, line, from: start, to: stampEnd, form: form)
    }
    if header.isPIDCut, verdict == .event { batch.hideTLS() }
    return verdict
  }

  @inline(__always) mutating func read(
    _ stamp: inout LogStamp,
    _ line: ByteScanner,
    from start: Int,
    to end: Int,
    form: StampForm
  ) -> Bool {
    guard let found = self.stamp(line, from: start, to: end, form: form) else { return false }
    stamp = found
    return true
  }

  mutating func stamp(
    _ line: ByteScanner,
    from start: Int,
    to end: Int,
    form: StampForm
  ) -> LogStamp? {
    switch form {
    case .rfc3339: stamps.rfc3339(line, from: start, to: end)
    case .rfc3164: stamps.rfc3164(line.bytes, at: start)
    }
  }

  /// The message of a known program; the stamp is read only if the message is an event.
  mutating func parse(
    _ message: ByteScanner,
    _ program: Program,
    pid: UInt32,
    into batch: inout EventBatch,
    stamp: (inout LineParser, inout LogStamp) -> Bool
  ) -> Verdict {
    var verdict = Verdict.event
    batch.writeNext { event in
      verdict = parse(message, program, pid: pid, into: &event)
      guard verdict == .event else { return false }
      if stamp(&self, &event.stamp) { return true }
      verdict = .passedOver(.impossibleDate)
      return false
    }
    return verdict
  }

  /// On success `event` has all but the stamp.
  @inline(__always) private func parse(
    _ message: ByteScanner,
    _ program: Program,
    pid: UInt32,
    into event: inout MailEvent
  ) -> Verdict {
    Self.begin(&event, program, pid: pid)
    if Self.isWrapped(message) {
      return Self.parseWrapped(message, program, followFlags, into: &event)
    }
    return program.dialect.parse(message, part: program.part, into: &event)
  }

  @inline(__always)
  static func begin(_ event: inout MailEvent, _ program: Program, pid: UInt32) {
    event.reset()
    event.process = ProcessKey(program: program.key, id: pid)
    event.host = program.host
    event.server = program.server
    event.flags = program.part.isWrapped ? .wrapped : []
  }
}
