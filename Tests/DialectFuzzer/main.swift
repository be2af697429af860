import Dialects
import Glibc
import MailLog
import Sessions

// Feeds random logs to framing, dialects and sessions.

/// libFuzzer's own main loop (FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// What a line says, without where it says it.
private struct Meaning: Equatable {
  var kinds: [UInt8]
  var numbers: [UInt64]
  var texts: [[UInt8]]

  init(_ event: MailEvent, in block: Span<UInt8>) {
    // Which line is a block's first depends on how the log is cut.
    let flags = event.flags.subtracting(.firstInBlock)
    kinds = [event.kind.rawValue, event.tls.rawValue, event.reason.rawValue]
    kinds += [event.stamp.form.rawValue, event.stamp.fractionDigits, event.escape.rawValue]
    numbers = [
      UInt64(flags.rawValue), UInt64(event.repeats), event.process.program,
      UInt64(event.process.id), event.host.hash,
      event.queueID.words.0, event.queueID.words.1, event.queueID.words.2,
      UInt64(bitPattern: event.stamp.value), UInt64(bitPattern: Int64(event.stamp.offsetMinutes)),
      UInt64(bitPattern: event.bytes), UInt64(bitPattern: Int64(event.recipients)),
    ]
    let ranges = [event.name, event.detail, event.client, event.sender, event.mechanism]
    texts = ranges.map { range in
      precondition(range.range.upperBound <= block.count, "\(range) of \(block.count) bytes")
      return range.range.map { block[$0] }
    }
  }
}

/// What a log says: its events, and why its other lines were passed over.
private struct Reading: Equatable {
  var events: [Meaning] = []
  var passedOver = [Int](repeating: 0, count: PassedOver.allCases.count)
  var usedLines = 0

  mutating func add(_ batch: EventBatch, in block: Span<UInt8>) {
    for event in batch.events { events.append(Meaning(event, in: block)) }
    for reason in PassedOver.allCases {
      passedOver[Int(reason.rawValue)] += batch.passedOver[Int(reason.rawValue)]
    }
    usedLines += batch.usedLines
    precondition(batch.events.count == batch.usedLines)
  }
}

/// Sessions in tables so small that they are always full.
private struct Sessions: ~Copyable {
  private static let limits = {
    var limits = SessionTable.Limits()
    limits.sessions = 4
    limits.waiting = 5
    limits.early = 3
    limits.plain = 2
    limits.unsettled = 3
    limits.delivering = 3
    return limits
  }()

  private var table = SessionTable(limits: limits, tracksBounces: true)
  private var names = NameTable()
  private var resolver = StampResolver(zone: .utc, reference: Timestamp(seconds: 1_800_000_000))
  private var outcomes: [SessionOutcome] = []
  private var submissions = 0
  private var lines = 0

  mutating func apply(_ batch: EventBatch, in block: Span<UInt8>) {
    lines += batch.lines
    for event in batch.events {
      guard let time = (try? resolver.resolve(event.stamp)) ?? nil else { continue }
      table.apply(event, at: time, in: block, names: &names, into: &outcomes)
      precondition(table.openSessions <= 4 && table.waitingMessages <= 5)
      take()
    }
  }

  mutating func finish() {
    table.finish(into: &outcomes)
    precondition(table.openSessions == 0)
    take()
  }

  private mutating func take() {
    for outcome in outcomes {
      if case .submission(let submission) = outcome {
        precondition(submission.number == UInt64(submissions), "\(submission.number)")
        submissions += 1
      }
    }
    precondition(submissions <= lines, "\(submissions) submissions in \(lines) lines")
    outcomes.removeAll()
  }
}

/// Reads the log as one block of lines; the number of bytes that were read, nil: it may be a file
/// of qpsmtpd's, of which a block is looked through before its lines are read.
private func readBlock(_ log: Span<UInt8>, into reading: inout Reading) -> Int? {
  var parser = LineParser(readsBounces: true)
  var batch = EventBatch()
  var sessions = Sessions()
  parser.parse(log, into: &batch)
  reading.add(batch, in: log)
  sessions.apply(batch, in: log)
  sessions.finish()
  return parser.isQpsmtpdFile ? nil : batch.envelopeStart ?? log.count
}

/// Reads the log as a stream in two pieces.
private func readPieces(_ log: Span<UInt8>, cut: Int) -> Reading {
  var reader = EnvelopeReader()
  var parser = LineParser(readsBounces: true)
  var batch = EventBatch()
  var sessions = Sessions()
  var reading = Reading()
  for piece in 0...2 {
    switch piece {
    case 0: reader.read(log.extracting(..<cut))
    case 1: reader.read(log.extracting(cut...))
    default: reader.finish()
    }
    batch.removeAll()
    reader.parse(by: &parser, into: &batch)
    let bytes = reader.bytes
    for record in reader.records { _ = record.text(in: bytes) }
    reading.add(batch, in: bytes.span)
    sessions.apply(batch, in: bytes.span)
    reader.removeRecords()
  }
  sessions.finish()
  return reading
}

private func test(_ log: Span<UInt8>) {
  _ = LineParser.firstStamp(in: log.indices.map { log[$0] })
  var block = Reading()
  let end = readBlock(log, into: &block)
  let hash = ByteHash.stable(log)
  let cut = Int(hash % UInt64(log.count + 1))
  let pieces = readPieces(log, cut: cut)
  // No envelope, no line over the limit, no line of a container: both are the same text.
  guard end == log.count, log.count <= 65_536, !mentionsStream(log) else { return }
  precondition(pieces == block, "cut at \(cut): \(pieces) is not \(block)")
}

/// Whether the log may hold a container's line, `stdout F …`, of which only some are records.
private func mentionsStream(_ log: Span<UInt8>) -> Bool {
  let scanner = ByteScanner(log)
  return scanner.index(of: "stdout ") != nil || scanner.index(of: "stderr ") != nil
}

/// Tests the variants of each kind of line of standard input; where it crashes, the line was printed
/// last.
private func testParts() {
  var shapes: Set<[UInt8]> = []
  var log: [UInt8] = []
  while let text = readLine(strippingNewline: true) {
    let parts = LineParts(Array(text.utf8.prefix(1000)))
    guard shapes.insert(parts.shape).inserted else { continue }
    print(text)
    fflush(nil)
    parts.forEachVariant { variant in
      log += variant + [UInt8(ascii: "\n")]
      guard log.count > 32_768 else { return }
      test(log.span)
      log.removeAll(keepingCapacity: true)
    }
    test(log.span)
    log.removeAll(keepingCapacity: true)
  }
}

if CommandLine.arguments.dropFirst().first == "parts" {
  testParts()
} else {
  var argumentCount = CommandLine.argc
  var arguments = unsafe CommandLine.unsafeArgv

  _ = unsafe runDriver(&argumentCount, &arguments) { bytes, count in
    // The driver keeps the bytes until the test returns.
    test(unsafe Span(_unsafeStart: bytes, count: count))
    return 0
  }
}
