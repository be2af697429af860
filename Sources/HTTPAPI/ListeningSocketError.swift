import Glibc
import MailLog
import Platform

/// Why the daemon cannot offer its socket, or the dashboard's proxy its port.
package struct ListeningSocketError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Equatable, Sendable {
    /// Longer than the address of a Unix socket may be, unix(7).
    case pathTooLong
    /// Another daemon answers on the path.
    case inUse
    /// Something that is no socket has the path.
    case notASocket
    case unknownGroup
    case bindFailed
    /// Another process listens on the port.
    case portInUse
    /// The descriptor that was passed is no listening Unix stream socket.
    case unusableDescriptor
  }

  package let code: Code
  /// What failed, where, and what to do about it.
  package let description: String

  static func pathTooLong(_ path: String) -> ListeningSocketError {
    ListeningSocketError(
      code: .pathTooLong,
      description: "cannot listen on \(quoted(path)): the path is longer than"
        + " \(SocketPath.longest) bytes; choose a shorter one"
    )
  }

  static func inUse(_ path: String) -> ListeningSocketError {
    ListeningSocketError(
      code: .inUse,
      description: "cannot listen on \(quoted(path)): another process answers there;"
        + " stop it, or choose another path"
    )
  }

  static func notASocket(_ path: String) -> ListeningSocketError {
    ListeningSocketError(
      code: .notASocket,
      description: "cannot listen on \(quoted(path)): there is a file that is no socket;"
        + " remove it, or choose another path"
    )
  }

  static func unknownGroup(_ group: String) -> ListeningSocketError {
    ListeningSocketError(
      code: .unknownGroup,
      description: "cannot give the socket to group \(quoted(group)): there is no such group;"
        + " create it with 'systemd-sysusers' or 'groupadd --system'"
    )
  }

  static func failed(_ step: String, _ path: String, _ number: Int32) -> ListeningSocketError {
    ListeningSocketError(
      code: .bindFailed,
      description: "cannot \(step) \(quoted(path)): \(SystemCallFailure(number: number));"
        + " check that its folder exists and that this user may write there"
    )
  }

  /// `number`: what bind(2) failed with.
  static func failed(port: Int, _ number: Int32) -> ListeningSocketError {
    let remedy =
      switch number {
      case EADDRINUSE: "another process listens there; stop it, or choose another port"
      case EACCES: "this user may not listen there; choose a port above 1023"
      default: "\(SystemCallFailure(number: number)); choose another port"
      }
    return ListeningSocketError(
      code: number == EADDRINUSE ? .portInUse : .bindFailed,
      description: "cannot listen on 127.0.0.1:\(port): \(remedy)"
    )
  }

  static func unusableDescriptor(_ descriptor: Int32, _ problem: String) -> ListeningSocketError {
    ListeningSocketError(
      code: .unusableDescriptor,
      description: "cannot answer on descriptor \(descriptor): \(problem);"
        + " a socket unit must say ListenStream= with a path"
    )
  }

  private static func quoted(_ text: String) -> String { "'\(escapedText(text.utf8))'" }
}
