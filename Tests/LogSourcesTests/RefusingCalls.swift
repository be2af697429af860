import Glibc
import Locking
import LogSources
import TestSupport

/// The kernel's calls, for a user who may open no file.
struct RefusingCalls: FileCalls {
  let isRefusing = Locked(true)
  private let kernel = KernelCalls()

  func open(_ path: String) throws(SystemCallFailure) -> Int32 {
    guard !isRefusing.withLock({ $0 }) else { throw SystemCallFailure(number: EACCES) }
    return try kernel.open(path)
  }

  func status(of descriptor: Int32) throws(SystemCallFailure) -> FileStatus {
    try kernel.status(of: descriptor)
  }

  func status(at path: String) throws(SystemCallFailure) -> FileStatus {
    try kernel.status(at: path)
  }

  func read(
    _ descriptor: Int32,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    try unsafe kernel.read(descriptor, into: buffer)
  }

  func read(
    _ descriptor: Int32,
    at offset: Int64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    try unsafe kernel.read(descriptor, at: offset, into: buffer)
  }

  func waitUntilReadable(_ descriptor: Int32) throws(SystemCallFailure) {
    try kernel.waitUntilReadable(descriptor)
  }

  func close(_ descriptor: Int32) { kernel.close(descriptor) }

  func names(in folder: String) throws(SystemCallFailure) -> [String] {
    try kernel.names(in: folder)
  }

  func resolved(_ path: String) -> String { kernel.resolved(path) }
}
