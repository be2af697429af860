import Glibc
import Platform

/// The bytes of one log file, decompressed.
protocol LogBytes: AnyObject {
  var identity: FileIdentity { get }
  var path: String { get }

  /// `count` bytes from `start` on; fewer only at the end.
  ///
  /// From one call to the next `start` does not go back.
  func window(from start: Int64, count: Int) throws(LogSourceError) -> ArraySlice<UInt8>

  /// As of now; of compressed data the size on disk.
  func status() throws(LogSourceError) -> FileStatus
}

/// A file as it is, which may grow and shrink.
final class PlainLog: LogBytes {
  private let file: OpenFile
  private let calls: any FileCalls
  private var buffer: [UInt8] = []

  init(file: OpenFile, calls: any FileCalls) {
    self.file = file
    self.calls = calls
  }

  var identity: FileIdentity { file.status.identity }
  var path: String { file.path }

  func window(from start: Int64, count: Int) throws(LogSourceError) -> ArraySlice<UInt8> {
    if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
    var filled = 0
    while filled < count {
      let made = try read(at: start + Int64(filled), into: filled..<count)
      guard made > 0 else { break }
      filled += made
    }
    return buffer[..<filled]
  }

  private func read(at offset: Int64, into part: Range<Int>) throws(LogSourceError) -> Int {
    while true {
      do throws(SystemCallFailure) {
        return try unsafe buffer.withUnsafeMutableBufferPointer {
          buffer throws(SystemCallFailure) in
          let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[part])
          let bytes = UnsafeMutableRawBufferPointer(room)
          return try unsafe calls.read(file.descriptor, at: offset, into: bytes)
        }
      } catch {
        guard error.number == EINTR else { throw LogSourceError(reading: path, error) }
      }
    }
  }

  func status() throws(LogSourceError) -> FileStatus {
    do throws(SystemCallFailure) {
      return try calls.status(of: file.descriptor)
    } catch {
      throw LogSourceError(reading: path, error)
    }
  }
}

/// A compressed file, which does not change.
final class DecodedLog: LogBytes {
  let path: String
  private let input: LogInput
  private var kept: [UInt8] = []
  private var keptStart: Int64 = 0
  /// Kept open: else another file could get its inode, and be taken for it.
  private let file: OpenFile

  init(file: OpenFile, calls: any FileCalls) throws(LogSourceError) {
    path = file.path
    self.file = file
    input = try LogInput.open(path: path, calls: calls)
    guard input.identity == file.status.identity else {
      throw LogSourceError(.replaced, path: path)
    }
  }

  var identity: FileIdentity { input.identity }

  func window(from start: Int64, count: Int) throws(LogSourceError) -> ArraySlice<UInt8> {
    precondition(start >= keptStart, "window goes back from \(keptStart) to \(start)")
    while true {
      let useless = Int(min(start - keptStart, Int64(kept.count)))
      kept.removeFirst(useless)
      keptStart += Int64(useless)
      if keptStart == start, kept.count >= count { break }
      guard try readMore() else { break }
    }
    return keptStart == start ? kept.prefix(count) : []
  }

  private func readMore() throws(LogSourceError) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = try unsafe chunk.withUnsafeMutableBufferPointer {
      buffer throws(LogSourceError) in
      try unsafe input.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    kept += chunk[..<count]
    return count > 0
  }

  func status() throws(LogSourceError) -> FileStatus { file.status }
}

/// Opens a file of a log, compressed or not, which must still be the one that was listed.
func openLog(_ file: LogFile, calls: any FileCalls) throws(LogSourceError) -> any LogBytes {
  // Behind a symbolic link, which may lead to another file tomorrow.
  let path = file.isCurrent ? calls.resolved(file.path) : file.path
  let open = try OpenFile(path: path, calls: calls)
  guard open.status.identity == file.identity else {
    throw LogSourceError(.replaced, path: file.path)
  }
  let plain = PlainLog(file: open, calls: calls)
  guard !file.isCurrent else { return plain }
  let head = try plain.window(from: 0, count: 10)
  guard case .compressed = Signature(head: head, isWhole: true) else { return plain }
  return try DecodedLog(file: open, calls: calls)
}
