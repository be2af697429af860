import CLinux
import Glibc
import MailLog

/// Wakes a thread that waits for descriptors: eventfd(2).
///
/// Once signalled it stays so. Any thread may signal it; the descriptor lives as long as this.
final class EventDescriptor: Sendable {
  let descriptor: Int32

  init() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(descriptor >= 0, "eventfd: error \(errno)")
  }

  deinit {
    close(descriptor)
  }

  func signal() {
    var one: UInt64 = 1
    // Fails only when the counter is full: then it is signalled.
    _ = unsafe write(descriptor, &one, 8)
  }

  var isSignalled: Bool { wait(for: [], milliseconds: 0) }

  /// Waits for the signal, something on `others`, or the time; true if it was the signal.
  @discardableResult
  func wait(for others: [pollfd], milliseconds: Int32) -> Bool {
    var requests = others + [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    // A signal handler that interrupts it: the caller looks for work, and waits again.
    _ = unsafe poll(&requests, nfds_t(requests.count), milliseconds)
    return requests[others.count].revents != 0
  }
}

extension Duration {
  /// For poll(2); at least one.
  var milliseconds: Int32 { max(1, Int32(clamping: nanoseconds / 1_000_000)) }
}
