package import MailLog

/// TLS that its server did not log.
package struct HiddenUse: Sendable, Equatable {
  package var time: Timestamp
  package var host: HostKey
}

/// When a login last used TLS that its server did not log, and on which host, by the server's dialect.
package struct HiddenUses: Sendable {
  private var uses: [HiddenUse?] = []

  mutating func note(_ use: HiddenUse, _ dialect: UInt8) {
    while uses.count <= dialect { uses.append(nil) }
    uses[Int(dialect)] = use
  }

  package var all: [(dialect: UInt8, use: HiddenUse)] {
    uses.enumerated().compactMap { dialect, use in use.map { (UInt8(dialect), $0) } }
  }
}
