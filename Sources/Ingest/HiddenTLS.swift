package import MailLog
import Sessions

/// A mail server that uses TLS and does not log it.
package struct HiddenTLS: Sendable, Equatable {
  /// As its log calls it.
  package var host: String
  package let server: MailServer
  /// When a login last used TLS that was not logged.
  package var time: Timestamp

  init(_ last: HiddenUse, _ server: MailServer, host: [UInt8]?) {
    self.host = host.map { escapedText($0) } ?? "the mail server"
    self.server = server
    time = last.time
  }

  /// nil: there is no such server any more.
  private init?(host: String, server: String, time: Timestamp) {
    guard let server = MailServer(name: server) else { return nil }
    self.server = server
    self.host = host
    self.time = time
  }

  /// What `packed` gave; what cannot be from it is left out.
  static func list(_ bytes: [UInt8]) -> [HiddenTLS] {
    var packed = PackedReader(bytes)
    var list: [HiddenTLS] = []
    while let host = packed.string(), let server = packed.string(), let time = packed.time() {
      if let known = HiddenTLS(host: host, server: server, time: time) { list.append(known) }
    }
    return list
  }

  /// To be stored.
  static func packed(_ list: [HiddenTLS]) -> [UInt8] {
    var packed = PackedWriter()
    for hidden in list {
      packed.append(hidden.host.utf8)
      packed.append(hidden.server.name.utf8)
      packed.append(hidden.time)
    }
    return packed.bytes
  }
}
