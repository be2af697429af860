import Dialects
package import MailLog
import Sessions

/// A mail server that uses TLS and does not log it.
package struct HiddenTLS: Sendable, Equatable {
  /// As its log calls it.
  package var host: String
  /// `Dialect.name`.
  package var dialect: String
  /// When a login last used TLS that was not logged.
  package var time: Timestamp

  init(_ last: HiddenUse, _ dialect: UInt8, host: [UInt8]?) {
    self.host = host.map { escapedText($0) } ?? "the mail server"
    self.dialect = allDialects[Int(dialect)].name
    time = last.time
  }

  private init?(_ packed: inout PackedReader) {
    guard let host = packed.text(), let dialect = packed.text(), let time = packed.signed() else {
      return nil
    }
    self.host = String(decoding: host, as: UTF8.self)
    self.dialect = String(decoding: dialect, as: UTF8.self)
    self.time = Timestamp(nanoseconds: time)
  }

  /// The place of its dialect in the list.
  var number: UInt8 { UInt8(allDialects.firstIndex { $0.name == dialect } ?? 0) }

  /// What `packed` gave; what cannot be from it is left out.
  package static func list(_ bytes: [UInt8]) -> [HiddenTLS] {
    var packed = PackedReader(bytes)
    var list: [HiddenTLS] = []
    while !packed.isAtEnd, let next = HiddenTLS(&packed) { list.append(next) }
    return list
  }

  /// To be stored.
  package static func packed(_ list: [HiddenTLS]) -> [UInt8] {
    var packed = PackedWriter()
    for hidden in list {
      packed.append(hidden.host.utf8)
      packed.append(hidden.dialect.utf8)
      packed.append(signed: hidden.time.nanoseconds)
    }
    return packed.bytes
  }
}
