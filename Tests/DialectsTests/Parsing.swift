import Dialects
import MailLog

/// What a test needs to know of an event.
struct ParsedEvent: Equatable, CustomStringConvertible {
  var kind: MailEvent.Kind
  var stamp: LogStamp
  var pid: UInt32
  var host: HostKey
  var repeats: UInt32
  var client: String
  var name: String

  init(_ event: MailEvent, in bytes: Span<UInt8>) {
    func text(_ range: ByteRange) -> String { escapedText(range.range.map { bytes[$0] }) }
    kind = event.kind
    stamp = event.stamp
    pid = event.process.id
    host = event.host
    repeats = event.repeats
    client = text(event.client)
    name = text(event.name)
  }

  /// The time as its line writes it; without a year it is one of 2024.
  var time: String {
    let yearZero: Int64 = stamp.form == .yearless ? 1_704_067_200_000_000_000 : 0
    let value = stamp.form == .yearless ? stamp.value * 1_000_000_000 : stamp.value
    let text = Timestamp(nanoseconds: value + yearZero).text(like: stamp, zone: .utc)
    return stamp.form == .absolute ? text : String(text.dropLast(6))
  }

  var description: String { "\(time) \(kind) [\(pid)] \(client) \(name) ×\(repeats)" }
}

/// What a text yields.
struct Parsed {
  var events: [ParsedEvent] = []
  var passedOver: [PassedOver: Int] = [:]

  private mutating func add(_ batch: EventBatch, in bytes: Span<UInt8>) {
    for event in batch.events { events.append(ParsedEvent(event, in: bytes)) }
    for reason in PassedOver.allCases where batch.passedOver[Int(reason.rawValue)] > 0 {
      passedOver[reason, default: 0] += batch.passedOver[Int(reason.rawValue)]
    }
  }

  /// The lines of a block; those behind the first line of an envelope are not parsed.
  init(block text: some Sequence<UInt8>) {
    let bytes = Array(text)
    var parser = LineParser()
    var batch = EventBatch()
    parser.parse(bytes.span, into: &batch)
    add(batch, in: bytes.span)
  }

  /// The records of a stream that comes in the pieces that `cuts` divides it into.
  init(stream text: some Sequence<UInt8>, cuts: [Int] = []) {
    let bytes = Array(text)
    var reader = EnvelopeReader()
    var parser = LineParser()
    var start = 0
    for end in cuts + [bytes.count] {
      reader.read(bytes.span.extracting(start..<end))
      start = end
      take(&reader, by: &parser)
    }
    reader.finish()
    take(&reader, by: &parser)
  }

  private mutating func take(_ reader: inout EnvelopeReader, by parser: inout LineParser) {
    var batch = EventBatch()
    reader.parse(by: &parser, into: &batch)
    add(batch, in: reader.bytes.span)
    reader.removeRecords()
  }
}
