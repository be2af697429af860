import Dialects
package import MailLog
import Sessions

/// A mail server that uses TLS and does not log it.
package struct HiddenTLS: Sendable, Equatable {
  /// As its log calls it.
  package var host: String
  /// The place of its dialect in the list.
  let number: UInt8
  /// When a login last used TLS that was not logged.
  package var time: Timestamp

  init(_ last: HiddenUse, _ dialect: UInt8, host: [UInt8]?) {
    self.host = host.map { escapedText($0) } ?? "the mail server"
    number = dialect
    time = last.time
  }

  /// Nil: there is no such dialect any more.
  private init?(host: ArraySlice<UInt8>, dialect: ArraySlice<UInt8>, time: Int64) {
    let name = String(decoding: dialect, as: UTF8.self)
    guard let number = allDialects.firstIndex(where: { $0.name == name }) else { return nil }
    self.number = UInt8(number)
    self.host = String(decoding: host, as: UTF8.self)
    self.time = Timestamp(nanoseconds: time)
  }

  /// `Dialect.name`.
  package var dialect: String { allDialects[Int(number)].name }

  /// What `packed` gave; what cannot be from it is left out.
  package static func list(_ bytes: [UInt8]) -> [HiddenTLS] {
    var packed = PackedReader(bytes)
    var list: [HiddenTLS] = []
    while let host = packed.text(), let dialect = packed.text(), let time = packed.signed() {
      if let known = HiddenTLS(host: host, dialect: dialect, time: time) { list.append(known) }
    }
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
