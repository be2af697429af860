import Glibc

/// A file that is not compressed, mapped window by window.
struct MappedFile {
  private let file: OpenFile
  /// The last window that was opened.
  private(set) var window: FileWindow?
  private static let windowSize = 4 << 20

  /// Maps the first window; nil if the file is compressed, empty, or cannot be mapped.
  init?(_ file: OpenFile) {
    guard let signature = try? InputBuffer(file: file).readSignature(), signature == .plain
    else { return nil }
    self.file = file
    guard let first = try? open(from: 0, through: 0), first.count > 0 else { return nil }
  }

  /// Opens the window with the bytes from `start` on that has more than those up to `end`.
  ///
  /// - Returns: nil if the file ends there, as long as it is now.
  mutating func open(from start: Int64, through end: Int64) throws(LogSourceError) -> FileWindow? {
    let size = try file.currentSize()
    guard size > end else { return nil }
    let count = Int(end - start) + Self.windowSize
    guard let next = FileWindow(of: file, from: start, count: count, size: size)
    else { throw LogSourceError(.readFailed(errorNumber: errno), path: file.path) }
    window = next
    return next
  }
}
