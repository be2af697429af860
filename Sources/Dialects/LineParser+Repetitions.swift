import MailLog

// Lines that stand for others: what syslog daemons make of a line that comes again.
extension LineParser {
  /// Whether a message may have around it what syslog daemons put there.
  @inline(__always) static func isWrapped(_ message: ByteScanner) -> Bool {
    // It begins with `[`, `l`, `m`, `L` or a blank, or (never in practice) with a byte of the same last
    // six bits.
    let firsts: UInt64 = 1 &<< 0x1b | 1 &<< 0x2c | 1 &<< 0x2d | 1 &<< 0x0c | 1 &<< 0x20
    guard firsts &>> UInt64(message.current) & 1 != 0 else { return false }
    return message.sees("[") || message.sees("last m") || message.sees("messag")
      || message.sees("Last m") || message.sees(" ")
  }

  /// A message that may have around it what syslog daemons put there.
  @inline(never) static func parseWrapped(
    _ message: ByteScanner,
    _ program: Program,
    _ followFlags: MailEvent.Flags,
    into event: inout MailEvent
  ) -> Verdict {
    var message = message
    // rsyslog's `%syslogtag% %msg%`: the blank in front is the message's own.
    _ = message.skip(" ")
    message.skipSolarisID()
    if let repeats = message.unwrapRepetition() { event.repeats = repeats }
    guard let repeats = repeats(message) else {
      return program.dialect.parse(message, part: program.part, into: &event)
    }
    event.kind = .lineRepeated
    event.repeats = repeats
    event.flags.formUnion(followFlags)
    return .event
  }

  /// N of a message that says that the line before came again.
  private static func repeats(_ message: ByteScanner) -> UInt32? {
    message.sees("last message repeated ") ? Header.lineRepeats(message) : message.suppressed
  }

  /// `last message repeated N times`, perhaps with a host in front, or with none of its own: the line
  /// before, whatever it was.
  mutating func parseRepetition(
    _ message: ByteScanner,
    stampEnd: Int,
    form: StampForm,
    line: ByteScanner,
    into batch: inout EventBatch
  ) -> Verdict {
    guard let repeats = Header.lineRepeats(message),
      let stamp = stamp(line, from: line.position, to: stampEnd, form: form)
    else { return .passedOver(.noProgram) }
    var tagged = line
    tagged.move(to: min(stampEnd &+ 1, line.end))
    return repeated(repeats, host: tagged, stamp: stamp, into: &batch)
  }

  private mutating func repeated(
    _ repeats: UInt32,
    host scanner: ByteScanner,
    stamp: LogStamp,
    into batch: inout EventBatch
  ) -> Verdict {
    let hostEnd = scanner.index(of: UInt8(ascii: " ")) ?? scanner.end
    let host = ProgramTable.classify(
      host: (scanner.position..<hostEnd).map { scanner.bytes[$0] },
      name: []
    ).host
    let flags = followFlags
    batch.writeNext { event in
      event.reset()
      event.kind = .lineRepeated
      event.process = ProcessKey(program: 0, id: 0)
      event.host = host
      event.repeats = repeats
      event.flags = flags
      event.stamp = stamp
      return true
    }
    return .event
  }

  var followFlags: MailEvent.Flags {
    if isFirstInBlock { return .firstInBlock }
    return followsEvent ? .followsEvent : []
  }
}

extension ByteScanner {
  /// N of `Last message 'its first 20 letters' repeated N times, suppressed by syslog-ng on host`.
  ///
  /// The letters may be a client's. Source: syslog-ng, lib/logwriter.c,
  /// log_writer_emit_suppress_summary.
  fileprivate var suppressed: UInt32? {
    guard sees("Last message '"), let place = lastIndex(of: "' repeated ") else { return nil }
    var scanner = self
    scanner.move(to: place + 11)
    guard let number = scanner.number(), number > 0,
      scanner.skip(" times, suppressed by syslog-ng on ")
    else { return nil }
    return UInt32(clamping: number)
  }
}
