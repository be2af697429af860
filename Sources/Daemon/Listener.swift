import Glibc
import HTTPAPI

/// The socket that the daemon listens on, kept from one configuration to the next.
///
/// While one service ends and the next one begins, clients wait in the socket's queue: none is
/// refused.
final class Listener {
  /// Of the service manager; nil: we bind our own.
  private let passed: Int32?
  private var own: (path: String, socket: ListeningSocket)?

  init(passed: Int32?) {
    self.passed = passed
  }

  /// The socket for a service, which closes it; another path takes the place of the last one.
  func socket(at path: String) throws -> ListeningSocket {
    if let passed { return try ListeningSocket.adopting(passed).copy() }
    if let own, own.path == path, own.socket.isInPlace { return try own.socket.copy() }
    // Only root may give its socket to another group.
    let group = getuid() == 0 ? SystemFacts.existingGroup("submitwatch") : nil
    let new = try ListeningSocket.binding(path, group: group)
    close()
    own = (path, new)
    return try new.copy()
  }

  /// Where clients find it, once there is one; nil: no path leads to it.
  var path: String? {
    guard let passed else { return own?.path }
    return (try? ListeningSocket.adopting(passed))?.path
  }

  /// Lets no more clients come, and removes the socket that is our own.
  func close() {
    own?.socket.close()
    own = nil
  }
}
