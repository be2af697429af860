import Glibc
package import MailLog

extension Timestamp {
  /// The wall clock.
  package static var now: Timestamp {
    var now = timespec()
    // It cannot fail: the clock is there, and so is the place.
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
  }
}
