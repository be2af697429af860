import Glibc
import Platform

/// Reports what happens to the files of some folders: inotify(7).
///
/// Not to be used by two threads at once.
final class FolderWatch {
  struct Event {
    /// A file came, went, or may be read now; else something was written to it.
    var isStructural: Bool
    /// Empty for the folder itself.
    var name: String
  }

  let descriptor: Int32
  private var watches: [String: Int32] = [:]

  /// Throws if the system has no more of them.
  init() throws(SystemCallFailure) {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { throw SystemCallFailure(number: errno) }
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  private static let structural = UInt32(
    IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
  )

  /// Watches these folders only; of one that is missing, the nearest above it that is not.
  ///
  /// Returns what cannot be watched, with the error number.
  func watch(_ folders: Set<String>) -> [String: Int32] {
    var wanted: [String: Int32] = [:]
    var failed: [String: Int32] = [:]
    for folder in folders {
      var place = folder
      while true {
        // The kernel knows a folder that is already watched, by its inode.
        let watch = unsafe inotify_add_watch(
          descriptor,
          place,
          Self.structural | UInt32(IN_MODIFY) | UInt32(IN_ONLYDIR)
        )
        if watch >= 0 {
          wanted[place] = watch
        } else if errno == ENOENT || errno == ENOTDIR, let parent = Self.parent(of: place) {
          place = parent
          continue
        } else {
          failed[folder] = errno
        }
        break
      }
    }
    let kept = Set(wanted.values)
    for watch in Set(watches.values) where !kept.contains(watch) {
      inotify_rm_watch(descriptor, watch)
    }
    watches = wanted
    return failed
  }

  private static func parent(of path: String) -> String? {
    guard path != "/", path != "." else { return nil }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What has happened; `isComplete` is false if the kernel dropped some.
  func events() -> (events: [Event], isComplete: Bool) {
    var events: [Event] = []
    var isComplete = true
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return (events, isComplete) }
      // Each event is a header of 16 bytes, watch, mask, cookie and length, and a name of that
      // length that ends with zeros.
      var start = 0
      while start + 16 <= count {
        let mask = Self.number(in: buffer, at: start + 4)
        let end = min(count, start + 16 + Int(Self.number(in: buffer, at: start + 12)))
        let name = buffer[(start + 16)..<end].prefix { $0 != 0 }
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { isComplete = false }
        let isStructural = mask & (Self.structural | UInt32(IN_IGNORED)) != 0
        events.append(
          Event(isStructural: isStructural, name: String(decoding: name, as: UTF8.self))
        )
        start = end
      }
    }
  }

  /// A number in the machine's order of bytes.
  private static func number(in buffer: [UInt8], at index: Int) -> UInt32 {
    unsafe buffer.span.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self)
  }
}
