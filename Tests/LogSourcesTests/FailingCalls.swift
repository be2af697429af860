import Glibc
import LogSources
import Platform

/// The kernel's calls, of which some fail; reads are short.
final class FailingCalls: FileCalls {
  enum Kind { case open, status, read, names }

  private let kernel = KernelCalls()
  private let failing: Locked<Range<Int>>
  private let number: Int32
  private let only: Kind?
  private let calls = Locked(0)

  /// Fails `count` calls from `failing` on, the first one being 0; of one kind, or of all.
  init(failing: Int, with number: Int32, only: Kind? = nil, count: Int = 1) {
    self.failing = Locked(failing..<(failing + count))
    self.number = number
    self.only = only
  }

  var count: Int { calls.withLock { $0 } }

  /// Fails no more calls.
  func relent() { failing.withLock { $0 = 0..<0 } }

  private func step(_ kind: Kind) throws(SystemCallFailure) {
    guard only == nil || only == kind else { return }
    let call = calls.withLock { count in
      count += 1
      return count - 1
    }
    if failing.withLock({ $0.contains(call) }) { throw SystemCallFailure(number: number) }
  }

  func open(_ path: String) throws(SystemCallFailure) -> Int32 {
    try step(.open)
    return try kernel.open(path)
  }

  func status(of descriptor: Int32) throws(SystemCallFailure) -> FileStatus {
    try step(.status)
    return try kernel.status(of: descriptor)
  }

  func status(at path: String) throws(SystemCallFailure) -> FileStatus {
    try step(.status)
    return try kernel.status(at: path)
  }

  func read(
    _ descriptor: Int32,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    try step(.read)
    let short = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(50_000))
    return try unsafe kernel.read(descriptor, into: short)
  }

  func read(
    _ descriptor: Int32,
    at offset: Int64,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemCallFailure) -> Int {
    try step(.read)
    let short = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(20_000))
    return try unsafe kernel.read(descriptor, at: offset, into: short)
  }

  func names(in folder: String) throws(SystemCallFailure) -> [String] {
    try step(.names)
    return try kernel.names(in: folder)
  }

  func resolved(_ path: String) -> String { kernel.resolved(path) }
  func close(_ descriptor: Int32) { kernel.close(descriptor) }

  func waitUntilReadable(_ descriptor: Int32) throws(SystemCallFailure) {
    try kernel.waitUntilReadable(descriptor)
  }
}
