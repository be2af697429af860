import Glibc
package import Platform

/// A temporary file without a name: nothing is left of it, whatever becomes of the program.
///
/// Programs that are started do not inherit it.
package final class UnnamedFile: Sendable {
  package let descriptor: Int32

  /// What opens the file again, from its start, as long as this object lives.
  package var path: String { "/proc/self/fd/\(descriptor)" }

  /// TMPDIR of the environment, or `/tmp`.
  package static var temporaryFolder: String {
    unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  }

  /// An empty file in `folder`, where there must be room for what is written.
  package init(in folder: String = temporaryFolder) throws(SystemCallFailure) {
    var name = Array((folder + "/submitwatch-XXXXXX").utf8CString)
    descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw SystemCallFailure(number: errno) }
    unsafe unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Appends all bytes; waits for the disk.
  package func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallFailure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count >= 0 || errno == EINTR else { throw SystemCallFailure(number: errno) }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Keeps the first `size` bytes.
  package func truncate(to size: Int64) throws(SystemCallFailure) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw SystemCallFailure(number: errno) }
  }

  /// Makes whoever reads `descriptor` begin at the start.
  package func rewind() throws(SystemCallFailure) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw SystemCallFailure(number: errno) }
  }
}
