import Glibc
package import MailLog
package import Platform

/// What the system says about an open file.
package struct FileStatus: Sendable {
  package enum Kind: Sendable {
    case regular
    case directory
    case blockDevice
    /// A pipe, a terminal, another character device or a socket: read once, from front to back.
    case stream
  }

  package var kind: Kind
  package var identity: FileIdentity
  package var size: Int64
  package var modified: Timestamp
  /// A path leads to it: it was not deleted.
  package var hasPath: Bool

  package init(
    kind: Kind,
    identity: FileIdentity,
    size: Int64,
    modified: Timestamp,
    hasPath: Bool = true
  ) {
    self.kind = kind
    self.identity = identity
    self.size = size
    self.modified = modified
    self.hasPath = hasPath
  }
}

/// The system calls of this module; a test puts its own in their place.
package protocol SystemCalls {
  /// Opens a file for reading; blocks while a named pipe has no writer.
  func open(_ path: String) throws(SystemCallFailure) -> Int32
  func status(of descriptor: Int32) throws(SystemCallFailure) -> FileStatus
  /// Fills the front of `buffer`, returns how many bytes, 0 at the end.
  func read(
    _ descriptor: Int32,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int
  /// Waits for a descriptor that another process has made non-blocking.
  func waitUntilReadable(_ descriptor: Int32) throws(SystemCallFailure)
  func close(_ descriptor: Int32)
}

/// The kernel's own.
package struct KernelCalls: SystemCalls, Sendable {
  package init() {}

  package func open(_ path: String) throws(SystemCallFailure) -> Int32 {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw SystemCallFailure(number: errno) }
    return descriptor
  }

  package func status(of descriptor: Int32) throws(SystemCallFailure) -> FileStatus {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemCallFailure(number: errno) }
    return FileStatus(status)
  }

  package func read(
    _ descriptor: Int32,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    // The kernel writes at most `buffer.count` bytes.
    let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw SystemCallFailure(number: errno) }
    return count
  }

  package func waitUntilReadable(_ descriptor: Int32) throws(SystemCallFailure) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&request, 1, -1) >= 0 else { throw SystemCallFailure(number: errno) }
  }

  package func close(_ descriptor: Int32) {
    // Linux has freed the descriptor also where close(2) reports an error.
    _ = Glibc.close(descriptor)
  }
}

extension FileStatus {
  init(_ status: stat) {
    let seconds = Int64(status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let modified = seconds.partialValue.addingReportingOverflow(Int64(status.st_mtim.tv_nsec))
    let isRepresentable = !seconds.overflow && !modified.overflow
    self.init(
      kind: Self.kind(mode: status.st_mode),
      identity: FileIdentity(status),
      size: Int64(status.st_size),
      modified: Timestamp(nanoseconds: isRepresentable ? modified.partialValue : 0),
      hasPath: status.st_nlink > 0
    )
  }

  private static func kind(mode: mode_t) -> Kind {
    switch mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .directory
    case S_IFBLK: .blockDevice
    default: .stream
    }
  }
}
