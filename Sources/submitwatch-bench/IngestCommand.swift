import ArgumentParser
import Detection
import Ingest
import MailLog

/// Counts a log as the daemon does, in a process that does nothing else.
struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Counts a log as the daemon does, with or without looking for unusual submission.",
    shouldDisplay: false
  )

  @Flag(inversion: .prefixedNo, help: "Look for unusual submission.")
  var detection = true

  @Argument(help: "The log.", completion: .file())
  var log: String

  func run() throws {
    var options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    options.rules.detection = detection ? DetectionSettings() : nil
    options.retentionDays = 730
    let pipeline = try IngestPipeline(options)
    // Behind the last day of a log that is made up: what old alerts say is not asked.
    try pipeline.takeFile(log, now: Timestamp(seconds: 1_795_392_000))
    print("\(pipeline.alerts.count) alerts")
  }
}

extension [UInt8] {
  fileprivate mutating func append(copying bytes: Span<UInt8>) {
    // Read during the call only.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension IngestPipeline {
  /// Takes all lines of a file, in batches as sources make them.
  func takeFile(_ path: String, now: Timestamp) throws {
    let file = try SystemFile(reading: path)
    var block = [UInt8](repeating: 0, count: 64 << 10)
    var rest: [UInt8] = []
    while case let count = try file.read(into: &block), count > 0 {
      let bytes = block.span.extracting(first: count)
      guard let newline = (0..<count).last(where: { bytes[$0] == UInt8(ascii: "\n") }) else {
        rest.append(copying: bytes)
        continue
      }
      rest.append(copying: bytes.extracting(first: newline + 1))
      take(LineBatch(source: "mail.log", bytes: rest, end: .journal(cursor: "")), now: now)
      rest.removeAll(keepingCapacity: true)
      rest.append(copying: bytes.extracting(droppingFirst: newline + 1))
    }
  }
}
