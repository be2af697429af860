import Glibc

/// A part of a file as the kernel holds it: its bytes are read where they are, without a copy.
///
/// Invariants that make it safe: `base` is what mmap(2) gave for `count` bytes, mapped for reading
/// until `deinit`. Where the file turns out to be shorter, `BusErrors` puts zeros.
@safe final class FileWindow: @unchecked Sendable {
  /// Where the window starts in the file, a multiple of the page size.
  let offset: Int64
  let count: Int
  private let base: UnsafeMutableRawPointer
  private let place: Int
  private let path: String

  static let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))

  /// Maps up to `count` bytes of `file` from the page of `offset` on; nil if they cannot be.
  init?(of file: OpenFile, from offset: Int64, count: Int, size: Int64) {
    let start = offset / Self.pageSize * Self.pageSize
    let count = Int(min(Int64(count) + offset - start, size - start))
    guard count > 0 else { return nil }
    let flags = MAP_PRIVATE | MAP_POPULATE
    let found = unsafe mmap(nil, count, PROT_READ, flags, file.descriptor, off_t(start))
    guard let found = unsafe found, unsafe found != MAP_FAILED else { return nil }
    guard let place = unsafe BusErrors.watch(found, count) else {
      unsafe munmap(found, count)
      return nil
    }
    self.offset = start
    self.count = count
    unsafe base = found
    self.place = place
    path = file.path
  }

  deinit {
    BusErrors.forget(place)
    unsafe munmap(base, count)
  }

  /// The window's bytes, as long as it lives.
  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }

  /// Throws if zeros were read in place of bytes that are no longer there.
  func check() throws(LogSourceError) {
    if BusErrors.hasHappened(at: place) { throw LogSourceError(.cutShort, path: path) }
  }
}
