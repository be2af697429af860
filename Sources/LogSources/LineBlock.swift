import CLinux
import Glibc

/// Whole lines of a log, with their newlines, and where they stood.
///
/// Made once and filled again and again by `LineBlockReader`.
package struct LineBlock: ~Copyable, Sendable {
  /// Where the first byte of `bytes` stands in the log (decompressed); those behind it follow.
  package internal(set) var offset: Int64 = 0
  /// Lines over the limit between the block before and the end of this one.
  package internal(set) var droppedLines = 0
  /// The bytes of these lines, newlines included.
  package internal(set) var droppedBytes: Int64 = 0
  /// The log ends with this block, without a newline.
  package internal(set) var endsWithoutNewline = false

  private var storage: [UInt8] = []
  /// The block's bytes, `range.upperBound..<filled` is what was read behind them.
  private var range = 0..<0
  private var filled = 0

  package init() {}

  /// The lines; empty only behind the last line, to count lines that were dropped.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { storage.span.extracting(range) }
  }
}

// For the reader: an open block is `range.lowerBound..<filled` and grows.
extension LineBlock {
  /// Where the open block starts in the storage.
  var start: Int { range.lowerBound }
  /// Where the open block ends in the storage.
  var end: Int { filled }

  /// Begins a block with `head`, which stands at `offset` in the log.
  mutating func begin(with head: [UInt8], offset: Int64, capacity: Int) {
    self.offset = offset
    droppedLines = 0
    droppedBytes = 0
    endsWithoutNewline = false
    reserve(max(capacity, head.count))
    storage.replaceSubrange(..<head.count, with: head)
    filled = head.count
    range = 0..<0
  }

  /// Reads more bytes into the open block, returns where they start; nil at the input's end.
  mutating func fill(from input: LogInput) throws(LogSourceError) -> Int? {
    makeRoom()
    let start = filled
    let count = try unsafe storage.withUnsafeMutableBufferPointer {
      storage throws(LogSourceError) in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: storage[start...])
      return try unsafe input.read(into: UnsafeMutableRawBufferPointer(room))
    }
    filled += count
    return count > 0 ? start : nil
  }

  /// Takes the bytes in front of `newStart` out of the open block.
  mutating func drop(to newStart: Int) {
    let count = Int64(newStart - start)
    offset += count
    droppedBytes += count
    range = newStart..<newStart
  }

  /// Ends the block at `newEnd`, returns the bytes behind it.
  mutating func close(at newEnd: Int) -> ArraySlice<UInt8> {
    range = start..<newEnd
    return storage[newEnd..<filled]
  }

  func firstNewline(in part: Range<Int>) -> Int? {
    unsafe find(in: part) { unsafe memchr($0, Self.newline, $1) }
  }

  func lastNewline(in part: Range<Int>) -> Int? {
    unsafe find(in: part) { unsafe memrchr($0, Self.newline, $1) }
  }

  private static let newline = Int32(UInt8(ascii: "\n"))

  /// Where `search` finds a byte in a part of the storage.
  private func find(
    in part: Range<Int>,
    search: (UnsafeRawPointer, Int) -> UnsafeMutableRawPointer?
  ) -> Int? {
    unsafe storage.withUnsafeBytes { storage in
      // The slice checks its bounds; what is found lies within it.
      let bytes = unsafe storage[part]
      guard let start = unsafe UnsafeRawBufferPointer(rebasing: bytes).baseAddress,
        let found = unsafe search(start, part.count)
      else { return nil }
      return unsafe part.lowerBound + start.distance(to: UnsafeRawPointer(found))
    }
  }

  private mutating func makeRoom() {
    if start == filled {
      range = 0..<0
      filled = 0
    }
    if filled == storage.count { reserve(2 * filled) }
  }

  private mutating func reserve(_ count: Int) {
    guard storage.count < count else { return }
    storage += repeatElement(0, count: count - storage.count)
  }
}
