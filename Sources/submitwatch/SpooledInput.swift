import Glibc
import LogSources

/// Standard input or a pipe in a temporary file without a name, so that it can be read twice.
final class SpooledInput {
  private let descriptor: Int32
  /// Why `input` could not be read to its end; what came before is kept.
  private(set) var damage: LogSourceError?
  private var size: Int64 = 0
  /// How many bytes of `size` are whole lines.
  private var wholeLines: Int64 = 0

  /// What opens the file again, as long as this object lives.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Reads `input` to its end, or as far as that goes.
  init(_ input: LogInput) throws {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var name = Array((folder + "/submitwatch-XXXXXX").utf8CString)
    descriptor = unsafe mkstemp(&name)
    if descriptor >= 0 { unsafe unlink(name) }
    guard descriptor >= 0 else {
      let reason = Self.reason()
      throw Failure(.failed, "cannot make a temporary file in '\(folder)': \(reason); set TMPDIR")
    }
    do {
      try keep(input, folder: folder)
    } catch let error as LogSourceError where error.isDamage {
      damage = error
      try dropHalfLine(of: input, folder: folder)
    }
  }

  deinit { close(descriptor) }

  private func keep(_ input: LogInput, folder: String) throws {
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
      guard count > 0 else { return }
      let bytes = buffer[..<count]
      try write(bytes, of: input, folder: folder)
      if let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        wholeLines = size + Int64(newline) + 1
      }
      size += Int64(count)
    }
  }

  /// Half a line could be taken for another one.
  private func dropHalfLine(of input: LogInput, folder: String) throws {
    guard ftruncate(descriptor, off_t(wholeLines)) == 0 else {
      throw Failure(.failed, "cannot keep \(input.name) in '\(folder)': \(Self.reason())")
    }
  }

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
