import Dialects
import LogSources

/// A block of lines and the events in it.
struct ParsedBlock: ~Copyable {
  private var block = LineBlock()
  private var batch = EventBatch()
  /// How many bytes of the log on disk were read when this block was.
  private(set) var consumed: Int64 = 0

  mutating func read(from reader: inout LineBlockReader) throws(LogSourceError) -> Bool {
    let isRead = try reader.next(into: &block)
    consumed = reader.consumed
    return isRead
  }

  mutating func parse(by parser: inout LineParser) {
    batch.removeAll()
    block.parse(by: &parser, into: &batch)
  }

  /// Gives back what was read from `offset` on to the reader that read this block last.
  func giveBack(from offset: Int64, to reader: inout LineBlockReader) {
    reader.giveBack(from: offset, of: block)
  }

  /// Joins the block's events.
  ///
  /// - Throws: `EnvelopeFound` where a record begins that spans lines; what stands before it is
  ///   joined.
  func join(into joiner: inout LogJoiner) throws {
    joiner.addTooLong(block.droppedLines)
    try joiner.apply(batch, in: block.bytes)
    if let start = batch.envelopeStart {
      throw EnvelopeFound(offset: block.offset + Int64(start))
    }
  }
}

extension LineBlock {
  fileprivate func parse(by parser: inout LineParser, into batch: inout EventBatch) {
    parser.parse(bytes, into: &batch)
  }
}

/// A block on its way between threads, and its place in the log.
///
/// Invariant that makes it safe: whoever took it from `BlockScan`'s lists is the only one to touch
/// it until it goes back there.
final class BlockWork: @unchecked Sendable {
  var number = 0
  var content = ParsedBlock()
}
