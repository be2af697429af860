import MailLog
import Platform

/// Cuts one log file into whole lines, from a place on that it can find again.
///
/// What it reads it compares with what it has read in front of it, so that it notices when the
/// file was cut and written anew, even when it is longer than before.
final class LogReader {
  static let lineLimit = 64 * 1024

  enum Step {
    /// Whole lines, and how many over the limit stood among them.
    case lines([UInt8], tooLong: Int)
    /// Nothing more; perhaps the start of a line.
    case end
    /// What was read is no longer there.
    case changed
  }

  let bytes: any LogBytes
  /// The start of the first line that was not delivered.
  private(set) var offset: Int64
  /// What stands in front of `offset`.
  private var tail: [UInt8]
  /// What the file starts with.
  private var head: [UInt8]
  /// All from `offset` to here is the start of a line over the limit, if it is not `offset`.
  private var scan: Int64
  /// The start of a line that has no end yet, as it was seen last.
  private(set) var part: [UInt8] = []

  private init(bytes: any LogBytes, offset: Int64, tail: [UInt8], head: [UInt8]) {
    self.bytes = bytes
    self.offset = offset
    self.tail = tail
    self.head = head
    scan = offset
  }

  convenience init(bytes: any LogBytes) {
    self.init(bytes: bytes, offset: 0, tail: [], head: [])
  }

  /// The lines up to the next 64 KiB; with `isFinal` what follows the last newline is a line too.
  func next(isFinal: Bool = false) throws(LogSourceError) -> Step {
    var tooLong = 0
    while true {
      let start = max(0, scan - Int64(FilePosition.hashLimit))
      let before = Int(scan - start)
      let window = try bytes.window(from: start, count: before + Self.lineLimit + 1)
      guard window.count >= before else { return .changed }
      if scan == offset, window.prefix(before).suffix(tail.count) != tail[...] { return .changed }
      let new = window.dropFirst(before)
      if scan == offset, new.prefix(part.count) != part[...] { return .changed }
      if scan > offset {
        if let newline = new.firstIndex(of: UInt8(ascii: "\n")) {
          tooLong += 1
          advance(to: newline + 1, in: window, from: start)
          continue
        }
        guard new.isEmpty else {
          scan += Int64(new.count)
          continue
        }
        guard isFinal || tooLong > 0 else { return .end }
        // The last line is over the limit, and there is no more of it.
        if isFinal { advance(to: window.endIndex, in: window, from: start) }
        return .lines([], tooLong: tooLong + (isFinal ? 1 : 0))
      }
      if let newline = new.lastIndex(of: UInt8(ascii: "\n")) {
        let lines = Array(new[...newline])
        advance(to: newline + 1, in: window, from: start)
        return .lines(lines, tooLong: tooLong)
      }
      if new.count > Self.lineLimit {
        part = []
        scan += Int64(new.count)
      } else if isFinal, !new.isEmpty {
        let line = Array(new) + [UInt8(ascii: "\n")]
        advance(to: window.endIndex, in: window, from: start)
        return .lines(line, tooLong: tooLong)
      } else {
        part = Array(new)
        return tooLong > 0 ? .lines([], tooLong: tooLong) : .end
      }
    }
  }

  private func advance(to index: Int, in window: ArraySlice<UInt8>, from start: Int64) {
    let read = window[..<index]
    if start == 0, head.count < FilePosition.headLimit {
      head = Array(read.prefix(FilePosition.headLimit))
    }
    offset = start + Int64(read.count)
    tail = Array(read.suffix(FilePosition.hashLimit))
    scan = offset
    part = []
  }

  // MARK: Positions

  /// Where reading goes on.
  func position(modified: Timestamp?) -> FilePosition {
    FilePosition(
      path: bytes.path,
      device: bytes.identity.device,
      inode: bytes.identity.inode,
      offset: offset,
      hashedCount: tail.count,
      hash: Self.hash(tail[...]),
      headCount: head.count,
      headHash: Self.hash(head[...]),
      modified: modified
    )
  }

  /// The end of `part`, to find a copy of it.
  func positionBehindPart(modified: Timestamp?) -> FilePosition {
    let known = tail + part
    let read = LogReader(bytes: bytes, offset: offset, tail: tail, head: head)
    read.advance(to: known.count, in: known[...], from: offset - Int64(tail.count))
    return read.position(modified: modified)
  }

  /// A reader at the same place of another file; nil if it does not hold the same.
  func moved(to bytes: any LogBytes) throws(LogSourceError) -> LogReader? {
    guard offset > 0 else { return LogReader(bytes: bytes) }
    return try Self.resuming(bytes, at: position(modified: nil))
  }

  /// A reader that goes on at `position`; nil if these are not the bytes that were read.
  static func resuming(
    _ bytes: any LogBytes,
    at position: FilePosition
  ) throws(LogSourceError) -> LogReader? {
    guard position.offset > 0, (1...FilePosition.hashLimit).contains(position.hashedCount),
      position.hashedCount <= position.offset
    else { return nil }
    guard let head = try verifiedHead(of: bytes, position) else { return nil }
    let start = position.offset - Int64(position.hashedCount)
    let tail = Array(try bytes.window(from: start, count: position.hashedCount))
    guard tail.count == position.hashedCount, hash(tail[...]) == position.hash else { return nil }
    return LogReader(bytes: bytes, offset: position.offset, tail: tail, head: head)
  }

  /// A reader for a file that still begins as when it was read, but was cut somewhere in front of
  /// `position`, by a crash of the system, say, and perhaps continued.
  ///
  /// Nothing tells where it was cut: what was written since, up to `position`, is lost, so that
  /// nothing is read twice.
  static func resuming(
    _ bytes: PlainLog,
    cutBefore position: FilePosition
  ) throws(LogSourceError) -> LogReader? {
    let size = try bytes.status().size
    guard position.headCount > 0, size >= position.headCount,
      let head = try verifiedHead(of: bytes, position)
    else { return nil }
    var start = min(size, position.offset)
    let rest = try bytes.window(from: start, count: lineLimit)
    if let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      start += Int64(newline - rest.startIndex) + 1
    }
    let count = Int(min(start, Int64(FilePosition.hashLimit)))
    let tail = Array(try bytes.window(from: start - Int64(count), count: count))
    return LogReader(bytes: bytes, offset: start, tail: tail, head: head)
  }

  /// What the file starts with; nil if it is not what `position` says.
  private static func verifiedHead(
    of bytes: any LogBytes,
    _ position: FilePosition
  ) throws(LogSourceError) -> [UInt8]? {
    let count = Int(min(position.offset, Int64(FilePosition.headLimit)))
    let head = Array(try bytes.window(from: 0, count: count))
    guard position.headCount >= 0, head.count >= position.headCount else { return nil }
    let isKnown = position.headCount > 0
    return isKnown && hash(head.prefix(position.headCount)) != position.headHash ? nil : head
  }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    let copy = Array(bytes)
    let span = copy.span
    return ByteHash.stable(span)
  }
}
