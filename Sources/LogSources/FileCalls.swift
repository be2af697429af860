import CLinux
import Glibc
package import Platform

/// The system calls that following a file needs; a test puts its own in their place.
package protocol FileCalls: SystemCalls, Sendable {
  /// What the system says about the file that `path` leads to.
  func status(at path: String) throws(SystemCallFailure) -> FileStatus
  /// As `read`, from `offset` on.
  func read(
    _ descriptor: Int32,
    at offset: Int64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int
  /// What is in a folder, in no order.
  func names(in folder: String) throws(SystemCallFailure) -> [String]
  /// `path` without symbolic links; as it is where that fails.
  func resolved(_ path: String) -> String
}

extension FileCalls {
  /// As `resolved(_:)`, also of a file that is missing in a folder behind links.
  func target(of path: String) -> String {
    let target = resolved(path)
    guard target == path else { return target }
    let file = LogFamily(path: path)
    let folder = resolved(file.folder)
    return (folder == "/" ? "" : folder) + "/" + file.name
  }
}

extension KernelCalls: FileCalls {
  package func status(at path: String) throws(SystemCallFailure) -> FileStatus {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw SystemCallFailure(number: errno) }
    return FileStatus(status)
  }

  package func read(
    _ descriptor: Int32,
    at offset: Int64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    // The kernel writes at most `buffer.count` bytes.
    let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    guard count >= 0 else { throw SystemCallFailure(number: errno) }
    return count
  }

  package func names(in folder: String) throws(SystemCallFailure) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw SystemCallFailure(number: errno) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      // readdir(3): good until the next call with this stream.
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw SystemCallFailure(number: errno) }
    return names
  }

  package func resolved(_ path: String) -> String {
    // realpath(3) with nil: a string that is ours to free.
    guard let text = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}

/// File systems that other machines change, of which inotify says nothing: statfs(2).
enum NetworkFileSystem {
  private static let magics: Set<UInt32> = [
    0x6969, 0xff53_4d42, 0xfe53_4d42, 0x517b, 0x6573_5546, 0x0102_1997, 0x5346_414f,
  ]

  static func holds(_ folder: String) -> Bool {
    var status = statfs()
    guard unsafe statfs(folder, &status) == 0 else { return false }
    return magics.contains(UInt32(truncatingIfNeeded: status.f_type))
  }
}
