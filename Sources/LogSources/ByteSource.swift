/// The bytes of one open log: as they are on disk, or decompressed.
protocol ByteSource: AnyObject {
  /// Fills the front of `buffer`, which is not empty; returns how many bytes, 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogSourceError) -> Int
}

extension OpenFile {
  /// The source that suits the compression of this file, of which nothing was read before.
  func makeByteSource() throws(LogSourceError) -> any ByteSource {
    let input = InputBuffer(file: self)
    switch try input.readSignature() {
    case .compressed(let compression): return DecodedBytes(compression, input: input)
    case .plain, .undecided: return PlainBytes(head: input)
    }
  }
}

/// A file as it is.
final class PlainBytes: ByteSource {
  private let file: OpenFile
  /// What was read to find out that the file is not compressed; nil when it was delivered.
  private var head: InputBuffer?

  init(head: InputBuffer) {
    self.file = head.file
    self.head = head
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogSourceError) -> Int {
    guard let head, !head.isEmpty else {
      head = nil
      return try unsafe file.read(into: buffer)
    }
    let count = unsafe min(head.unread.count, buffer.count)
    unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: head.unread.prefix(count)))
    head.take(count)
    return count
  }
}
