import CSystemd
import Glibc

/// What the service manager passes in, and is told: sd_notify(3), sd_listen_fds(3).
enum ServiceManager {
  /// Tells it that the daemon is ready, or something else in its own words.
  static func tell(_ state: String) {
    _ = unsafe sd_notify(0, state)
  }

  /// The socket that it listens on in the daemon's place; nil: there is none.
  static func passedSocket() -> Int32? {
    sd_listen_fds(0) > 0 ? SD_LISTEN_FDS_START : nil
  }

  /// How often it wants a sign of life; nil: not at all.
  static func watchdogInterval() -> Duration? {
    var microseconds: UInt64 = 0
    guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return .microseconds(Int64(clamping: microseconds))
  }

  /// Whether standard error goes to the journal, systemd.exec(5), `JOURNAL_STREAM`.
  static var takesErrors: Bool {
    var status = stat()
    guard let stream = unsafe getenv("JOURNAL_STREAM"), fstat(STDERR_FILENO, &status) == 0
    else { return false }
    return unsafe String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
  }

  private static func fstat(_ descriptor: Int32, _ status: inout stat) -> Int32 {
    unsafe Glibc.fstat(descriptor, &status)
  }
}
