import Glibc
import Platform

/// A descriptor, closed when the last reference goes.
final class OpenFile: ByteSource {
  let path: String
  let status: FileStatus
  /// How many bytes were read.
  private(set) var consumed: Int64 = 0
  let descriptor: Int32
  private let calls: any SystemCalls

  /// Opens what `path` names; "-" is standard input, which is never closed.
  init(path: String, calls: any SystemCalls) throws(LogSourceError) {
    let descriptor = path == "-" ? STDIN_FILENO : try Self.open(path, calls: calls)
    do throws(SystemCallFailure) {
      status = try calls.status(of: descriptor)
    } catch {
      if descriptor != STDIN_FILENO { calls.close(descriptor) }
      throw LogSourceError(reading: path, error)
    }
    self.path = path
    self.descriptor = descriptor
    self.calls = calls
    switch status.kind {
    case .regular, .stream: break
    case .directory: throw LogSourceError(.directory, path: path)
    case .blockDevice: throw LogSourceError(.notReadable, path: path)
    }
  }

  deinit {
    if path != "-" { calls.close(descriptor) }
  }

  private static func open(
    _ path: String,
    calls: any SystemCalls
  ) throws(LogSourceError) -> Int32 {
    while true {
      do throws(SystemCallFailure) {
        return try calls.open(path)
      } catch {
        guard error.number == EINTR else { throw LogSourceError(opening: path, error) }
      }
    }
  }

  /// Fills the front of `buffer`, returns how many bytes, 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogSourceError) -> Int {
    while true {
      do throws(SystemCallFailure) {
        let count = try unsafe calls.read(descriptor, into: buffer)
        consumed += Int64(count)
        return count
      } catch {
        switch error.number {
        case EINTR: continue
        case EAGAIN: try wait()
        default: throw LogSourceError(reading: path, error)
        }
      }
    }
  }

  /// Whether `read` need not wait within so many milliseconds.
  func isReady(within milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // Where poll(2) fails, `read` tells why.
    let count = unsafe poll(&request, 1, milliseconds)
    return count > 0 || (count < 0 && errno != EINTR)
  }

  private func wait() throws(LogSourceError) {
    do throws(SystemCallFailure) {
      try calls.waitUntilReadable(descriptor)
    } catch {
      guard error.number == EINTR else { throw LogSourceError(reading: path, error) }
    }
  }
}
