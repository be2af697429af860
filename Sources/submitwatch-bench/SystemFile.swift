import Glibc

/// A file descriptor that closes itself.
///
/// Each call is repeated when a signal interrupts it. A path that is passed to the system as a
/// C string lives as long as the call.
struct SystemFile: ~Copyable {
  let path: String
  private let descriptor: CInt

  init(reading path: String) throws(BenchError) {
    try self.init(path: path, flags: O_RDONLY | O_CLOEXEC)
  }

  init(creating path: String) throws(BenchError) {
    try self.init(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
  }

  private init(path: String, flags: CInt) throws(BenchError) {
    let descriptor = unsafe open(path, flags, 0o644)
    guard descriptor >= 0 else { throw Self.failure(of: "open", path) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }

  /// Reads once, up to `block.count` bytes; 0 at the end of the file.
  func read(into block: inout [UInt8]) throws(BenchError) -> Int {
    while true {
      // The buffer is valid for the call, which writes at most its length.
      let count = unsafe block.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 { return count }
      guard errno == EINTR else { throw Self.failure(of: "read", path) }
    }
  }

  func write(_ bytes: [UInt8]) throws(BenchError) {
    var written = 0
    while written < bytes.count {
      // `written` is below the count, so that what is left lies inside the buffer.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw Self.failure(of: "write", path)
      }
    }
  }

  /// Dates the file as if its last line had been written at `second`.
  func date(second: Int) throws(BenchError) {
    let time = timespec(tv_sec: second, tv_nsec: 0)
    let times = [time, time]
    // futimens reads exactly two elements.
    let result = unsafe times.withUnsafeBufferPointer { buffer in
      unsafe futimens(descriptor, buffer.baseAddress)
    }
    guard result == 0 else { throw Self.failure(of: "futimens", path) }
  }

  static func contents(of path: String) throws(BenchError) -> [UInt8] {
    let file = try SystemFile(reading: path)
    var block = [UInt8](repeating: 0, count: 256 << 10)
    var contents: [UInt8] = []
    while true {
      let count = try file.read(into: &block)
      guard count > 0 else { return contents }
      contents.append(contentsOf: block[..<count])
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(BenchError) {
    let file = try SystemFile(creating: path)
    try file.write(bytes)
  }

  static func byteCount(of path: String) throws(BenchError) -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw failure(of: "stat", path) }
    return status.st_size
  }

  static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  static func move(_ path: String, to target: String) throws(BenchError) {
    guard unsafe rename(path, target) == 0 else { throw failure(of: "rename", path) }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }

  private static func failure(of call: String, _ path: String) -> BenchError {
    BenchError(code: .systemCall(call, errno: errno), subject: path)
  }
}
