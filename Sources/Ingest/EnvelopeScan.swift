import Dialects
import LogSources

/// Where a record begins that spans lines: the log is to be read on by `EnvelopeScan`.
struct EnvelopeFound: Error {
  var offset: Int64
}

/// Reads one log record by record: journals and containers' logs.
struct EnvelopeScan: ~Copyable {
  private var reader = EnvelopeReader()
  private var parser: LineParser
  private var batch = EventBatch()

  init(_ parser: LineParser) {
    self.parser = parser
  }

  /// Reads the log from `offset` to its end, and hands over what each piece yields.
  mutating func run(
    _ input: LogInput,
    from offset: Int64 = 0,
    join: (EventBatch, Span<UInt8>) throws -> Void
  ) throws {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    var toSkip = offset
    while let count = try input.read(into: &buffer) {
      let skipped = Int(min(Int64(count), toSkip))
      toSkip -= Int64(skipped)
      reader.read(buffer.span.extracting(skipped..<count))
      try handOver(join)
    }
    reader.finish()
    try handOver(join)
  }

  private mutating func handOver(_ join: (EventBatch, Span<UInt8>) throws -> Void) throws {
    batch.removeAll()
    reader.parse(by: &parser, into: &batch)
    try join(batch, reader.bytes.span)
    reader.removeRecords()
  }
}

extension LogInput {
  /// Reads into the front of `buffer`; nil at the end.
  func read(into buffer: inout [UInt8]) throws(LogSourceError) -> Int? {
    let count = try unsafe buffer.withUnsafeMutableBufferPointer {
      buffer throws(LogSourceError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    return count > 0 ? count : nil
  }
}
