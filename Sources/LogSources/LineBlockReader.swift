import MailLog

/// Cuts a log into blocks of whole lines.
///
/// A line over the limit is dropped whole and counted, however long it is: half a line could be
/// taken for another. Memory stays within some times the larger of block and line.
package struct LineBlockReader: ~Copyable {
  private let input: LogInput
  private let blockSize: Int
  private let lineLimit: Int
  /// Bytes that come before those of `input`, mostly the start of a line.
  private var pending: [UInt8] = []
  /// Where `pending` starts in the log.
  private var offset: Int64 = 0

  /// A reader that reads about `blockSize` bytes at a time.
  ///
  /// `lineLimit` is the length of the longest line that is kept, its newline not counted.
  package init(input: LogInput, blockSize: Int = 256 * 1024, lineLimit: Int = 64 * 1024) {
    precondition(blockSize > 0 && lineLimit >= 0, "block \(blockSize), line \(lineLimit)")
    self.input = input
    self.blockSize = blockSize
    self.lineLimit = lineLimit
  }

  /// How many bytes of the log on disk were read so far.
  package var consumed: Int64 { input.consumed }

  /// The next lines into `block`, as soon as there is one; false at the end.
  ///
  /// Where the input throws, the lines before were delivered, and the start of a line that it
  /// broke off is not.
  package mutating func next(into block: inout LineBlock) throws(LogSourceError) -> Bool {
    block.begin(with: pending, offset: offset, capacity: blockSize)
    pending.removeAll(keepingCapacity: true)
    var isInDroppedLine = false
    var searched = block.start
    while true {
      if isInDroppedLine { isInDroppedLine = !dropLine(of: &block, from: block.start) }
      searched = max(searched, block.start)
      if let newline = block.lastNewline(in: searched..<block.end) {
        if closeLines(of: &block, last: newline) { return true }
      }
      if block.end - block.start > lineLimit {
        block.drop(to: block.end)
        isInDroppedLine = true
      }
      guard let new = try block.fill(from: input) else { break }
      searched = new
    }
    if isInDroppedLine { block.droppedLines += 1 }
    block.endsWithoutNewline = block.start < block.end
    close(&block, at: block.end)
    return block.endsWithoutNewline || block.droppedLines > 0
  }

  /// Gives the input back what was read from `offset` on, a place in `block`, which was read last.
  package mutating func giveBack(from offset: Int64, of block: borrowing LineBlock) {
    var unused: [UInt8] = []
    unused.append(block.bytes.extracting(Int(offset - block.offset)...))
    input.giveBack(unused + pending)
    pending = []
    self.offset = offset
  }

  /// Closes the block behind the last line, or before one that is over the limit.
  ///
  /// False if all lines were over the limit: they are dropped. The bytes of a block follow one
  /// another in the log, so that such a line between others ends the block.
  private mutating func closeLines(of block: inout LineBlock, last: Int) -> Bool {
    var end = block.start
    // Lines are not looked at one by one: any that ends within the limit's reach keeps it.
    while last - end > lineLimit {
      if let newline = block.lastNewline(in: end..<end + lineLimit + 1) {
        end = newline + 1
      } else if end > block.start {
        close(&block, at: end)
        return true
      } else {
        _ = dropLine(of: &block, from: end + lineLimit + 1)
        end = block.start
      }
    }
    guard block.start <= last else { return false }
    close(&block, at: last + 1)
    return true
  }

  /// Drops up to the first newline from `index` on; false, and everything, if there is none.
  private func dropLine(of block: inout LineBlock, from index: Int) -> Bool {
    guard let newline = block.firstNewline(in: index..<block.end) else {
      block.drop(to: block.end)
      return false
    }
    block.drop(to: newline + 1)
    block.droppedLines += 1
    return true
  }

  private mutating func close(_ block: inout LineBlock, at end: Int) {
    offset = block.offset + Int64(end - block.start)
    pending.append(contentsOf: block.close(at: end))
  }
}
