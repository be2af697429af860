/// What was read of a file and not used yet, at an address that stays.
@safe final class InputBuffer {
  let file: OpenFile
  /// The last read gave nothing: there is no more than `unread`.
  private(set) var isAtEnd = false

  private static let capacity = 128 * 1024
  /// Allocated by `init`, freed by `deinit`, never changed; bytes outside `range` are undefined.
  private let storage: UnsafeMutableRawBufferPointer
  private var range = 0..<0

  init(file: OpenFile) {
    self.file = file
    unsafe storage = .allocate(byteCount: Self.capacity, alignment: 64)
  }

  deinit {
    unsafe storage.deallocate()
  }

  var isEmpty: Bool { range.isEmpty }

  /// Valid until the next `fill`, and as long as the buffer itself.
  var unread: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: storage[range])
  }

  func take(_ count: Int) {
    precondition(count >= 0 && count <= range.count, "took \(count) of \(range.count) bytes")
    range = range.lowerBound + count..<range.upperBound
  }

  /// Reads more behind `unread`, once; the bytes in front of it may be overwritten.
  func fill() throws(LogSourceError) {
    if range.isEmpty { range = 0..<0 }
    precondition(range.upperBound < Self.capacity, "no room")
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[range.upperBound...])
    let count = try unsafe file.read(into: room)
    range = range.lowerBound..<range.upperBound + count
    isAtEnd = count == 0
  }

  /// Reads until the first bytes of the file show its compression, or that it has none.
  func readSignature() throws(LogSourceError) -> Signature {
    while true {
      let signature = unsafe Signature(head: unread, isWhole: isAtEnd)
      guard signature == .undecided else { return signature }
      try fill()
    }
  }
}
