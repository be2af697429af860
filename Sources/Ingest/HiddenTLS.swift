import Dialects
package import MailLog

/// A mail server that uses TLS and does not log it.
package struct HiddenTLS: Sendable, Equatable {
  /// As its log calls it.
  package var host: String
  /// `Dialect.name`.
  package var dialect: String
  /// When a login last used TLS that was not logged.
  package var time: Timestamp

  init(
    _ last: (time: Timestamp, host: HostKey),
    _ known: (name: [UInt8], dialects: [any Dialect.Type])?
  ) {
    host = known.map { escapedText($0.name) } ?? "the mail server"
    dialect = known?.dialects.first?.name ?? Postfix.name
    time = last.time
  }

  /// What `packed` gave; nil: that cannot be from it.
  package init?(_ bytes: [UInt8]) {
    var packed = PackedReader(bytes)
    guard let host = packed.text(), let dialect = packed.text(), let time = packed.signed() else {
      return nil
    }
    self.host = String(decoding: host, as: UTF8.self)
    self.dialect = String(decoding: dialect, as: UTF8.self)
    self.time = Timestamp(nanoseconds: time)
  }

  /// To be stored.
  package var packed: [UInt8] {
    var packed = PackedWriter()
    packed.append(host.utf8)
    packed.append(dialect.utf8)
    packed.append(signed: time.nanoseconds)
    return packed.bytes
  }
}
