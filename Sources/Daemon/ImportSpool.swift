import Glibc
import HTTPAPI

/// A log on its way in, in a file without a name: nothing is left of it, whatever becomes of us.
final class ImportSpool: Sendable {
  private let descriptor: Int32
  private let folder: String

  /// What opens the file, as long as this object lives.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// An empty file in `folder`, where there must be room for the log.
  init(in folder: String) throws(ImportRefusal) {
    var name = Array((folder + "/import-XXXXXX").utf8CString)
    self.folder = folder
    descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw Self.refusal(folder) }
    unsafe unlink(name)
  }

  deinit { close(descriptor) }

  /// Appends bytes; waits for the disk.
  func write(_ bytes: [UInt8]) throws(ImportRefusal) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count >= 0 || errno == EINTR else { throw Self.refusal(folder) }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Makes the file as old as the log, in seconds since 1970: no line of it is later.
  func setModified(_ seconds: Int) {
    let time = timespec(tv_sec: seconds, tv_nsec: 0)
    unsafe futimens(descriptor, [time, time])
  }

  private static func refusal(_ folder: String) -> ImportRefusal {
    // strerror(3): a string that ends with 0, good until this thread's next call.
    let reason = unsafe String(cString: strerror(errno))
    return ImportRefusal(.unavailable, "cannot keep the log in '\(folder)': \(reason)")
  }
}
