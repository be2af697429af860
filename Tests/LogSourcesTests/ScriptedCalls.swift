import Glibc
import LogSources
import MailLog
import Platform

/// Plays the kernel: one file in memory, and failures where the test wants them.
final class ScriptedCalls: SystemCalls {
  var bytes: [UInt8]
  var kind = FileStatus.Kind.regular
  var identity = FileIdentity(device: 1, inode: 1)
  /// At most so many bytes a read.
  var chunk = Int.max
  /// The error number of the call with this number; the first one is 0.
  var failures: [Int: Int32] = [:]
  /// Numbers of the calls that may fail: all but `close`.
  private(set) var callCount = 0
  private(set) var opened: [Int32] = []
  private(set) var closed: [Int32] = []
  private(set) var waits = 0
  /// How many bytes were read, of whichever descriptor.
  private(set) var delivered = 0
  private var offsets: [Int32: Int] = [:]

  init(_ bytes: [UInt8], chunk: Int = .max) {
    self.bytes = bytes
    self.chunk = chunk
  }

  /// What a reader of this file is given.
  func input(path: String = "mail.log") throws(LogSourceError) -> LogInput {
    try LogInput.open(path: path, calls: self)
  }

  var openCount: Int { opened.count - closed.count }

  private func step() throws(SystemCallFailure) {
    defer { callCount += 1 }
    if let number = failures[callCount] { throw SystemCallFailure(number: number) }
  }

  func open(_ path: String) throws(SystemCallFailure) -> Int32 {
    try step()
    let descriptor = Int32(100 + opened.count)
    opened.append(descriptor)
    return descriptor
  }

  func status(of descriptor: Int32) throws(SystemCallFailure) -> FileStatus {
    try step()
    return FileStatus(
      kind: kind,
      identity: identity,
      size: Int64(bytes.count),
      modified: Timestamp(seconds: 1_700_000_000)
    )
  }

  func read(
    _ descriptor: Int32,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    try step()
    let offset = offsets[descriptor, default: 0]
    let count = min(bytes.count - offset, buffer.count, chunk)
    unsafe buffer.copyBytes(from: bytes[offset..<offset + count])
    offsets[descriptor] = offset + count
    delivered += count
    return count
  }

  func waitUntilReadable(_ descriptor: Int32) throws(SystemCallFailure) {
    waits += 1
    try step()
  }

  func close(_ descriptor: Int32) {
    closed.append(descriptor)
  }
}

/// All that an input gives, and the error that ends it.
func readAll(
  _ input: LogInput,
  bufferSize: Int = 1000
) -> (bytes: [UInt8], error: LogSourceError?) {
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: bufferSize)
  while true {
    do throws(LogSourceError) {
      let count = try unsafe buffer.withUnsafeMutableBufferPointer {
        buffer throws(LogSourceError) in
        try unsafe input.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard count > 0 else { return (result, nil) }
      result += buffer.prefix(count)
    } catch {
      return (result, error)
    }
  }
}
