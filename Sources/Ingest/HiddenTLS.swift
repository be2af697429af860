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
  private init?(host: ArraySlice<UInt8>, server: ArraySlice<UInt8>, time: Int64) {
    guard let server = MailServer(name: String(decoding: server, as: UTF8.self)) else { return nil }
    self.server = server
    self.host = String(decoding: host, as: UTF8.self)
    self.time = Timestamp(nanoseconds: time)
  }

  /// What `packed` gave; what cannot be from it is left out.
  package static func list(_ bytes: [UInt8]) -> [HiddenTLS] {
    var packed = PackedReader(bytes)
    var list: [HiddenTLS] = []
    while let host = packed.text(), let server = packed.text(), let time = packed.signed() {
      if let known = HiddenTLS(host: host, server: server, time: time) { list.append(known) }
    }
    return list
  }

  /// To be stored.
  package static func packed(_ list: [HiddenTLS]) -> [UInt8] {
    var packed = PackedWriter()
    for hidden in list {
      packed.append(hidden.host.utf8)
      packed.append(hidden.server.name.utf8)
      packed.append(signed: hidden.time.nanoseconds)
    }
    return packed.bytes
  }
}
