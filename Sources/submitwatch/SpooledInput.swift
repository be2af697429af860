import Glibc
import LogSources

/// Standard input or a pipe in a temporary file without a name, so that it can be read twice.
final class SpooledInput {
  private let descriptor: Int32

  /// What opens the file again, as long as this object lives.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Reads `input` to its end.
  init(_ input: LogInput) throws {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var name = Array((folder + "/submitwatch-XXXXXX").utf8CString)
    descriptor = unsafe mkstemp(&name)
    if descriptor >= 0 { unsafe unlink(name) }
    guard descriptor >= 0 else {
      let reason = Self.reason()
      throw Failure(.failed, "cannot make a temporary file in '\(folder)': \(reason); set TMPDIR")
    }
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
      guard count > 0 else { return }
      try write(buffer[..<count], of: input, folder: folder)
    }
  }

  deinit { close(descriptor) }

  private func write(
    _ bytes: ArraySlice<UInt8>,
    of input: LogInput,
    folder: String
  ) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count >= 0 || errno == EINTR else {
        throw Failure(.failed, "cannot keep \(input.name) in '\(folder)': \(Self.reason())")
      }
      rest = rest.dropFirst(max(0, count))
    }
  }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
