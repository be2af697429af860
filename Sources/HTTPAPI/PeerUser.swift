import Glibc
import NIOCore

/// The user at the other end of a connection.
package struct PeerUser: Hashable, Sendable {
  package var id: UInt32

  package init(id: UInt32) {
    self.id = id
  }

  /// The user of this process.
  static var own: PeerUser { PeerUser(id: geteuid()) }
}

extension PeerUser {
  /// `struct ucred`, socket(7): SO_PEERCRED.
  private struct Credentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
  }

  /// The user who connected to `channel`; fails where the system does not tell.
  static func connected(to channel: any Channel) -> EventLoopFuture<PeerUser> {
    guard let provider = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }
    // The option's value is a `struct ucred`: three numbers of four bytes, as above.
    let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
      level: .socket,
      name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    )
    return credentials.map { PeerUser(id: $0.user) }
  }
}

/// Who may change something.
package struct Administrators: Sendable {
  private let group: String

  package static let defaultGroup = "submitwatch-admin"

  package init(group: String = Self.defaultGroup) {
    self.group = group
  }

  /// Whether `user` may: root, the daemon's own user and the members of the group.
  ///
  /// Blocks: the system's database of users may be on a network.
  func includes(_ user: PeerUser) -> Bool {
    if user.id == 0 || user == .own { return true }
    guard let group = UserDatabase.group(group) else { return false }
    return UserDatabase.isMember(user.id, of: group)
  }

  /// What a user who may not is told to do.
  var remedy: String {
    "use root, or add the user to the group '\(group)' (usermod -aG \(group) USER)"
  }
}
