import Glibc

/// The signals that steer the daemon, taken one by one by the thread that waits for them.
struct Signals {
  enum Order {
    /// SIGTERM, SIGINT: save and end.
    case stop
    /// SIGHUP: take up a new configuration.
    case reload
  }

  private let set: sigset_t

  /// Keeps the signals from their usual effect; to be called before any other thread begins.
  init() {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    // A client that goes away while it is answered is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    self.set = set
  }

  /// The next order; waits for it.
  func next() -> Order {
    var set = set
    var received: Int32 = 0
    while unsafe sigwait(&set, &received) != 0 {}
    return received == SIGHUP ? .reload : .stop
  }

  /// Gives the order to stop, from any thread.
  static func orderStop() { kill(getpid(), SIGTERM) }
}
