package import MailLog

/// TLS that its server did not log.
package struct HiddenUse: Sendable, Equatable {
  package var time: Timestamp
  package var host: HostKey
}

/// When a login last used TLS that its server did not log, and on which host, by server.
package struct HiddenUses: Sendable {
  private var uses = [HiddenUse?](repeating: nil, count: MailServer.allCases.count)

  mutating func note(_ use: HiddenUse, _ server: MailServer) {
    uses[Int(server.rawValue)] = use
  }

  package var all: [(server: MailServer, use: HiddenUse)] {
    zip(MailServer.allCases, uses).compactMap { server, use in use.map { (server, $0) } }
  }
}
