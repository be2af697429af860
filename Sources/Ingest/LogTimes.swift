package import MailLog

/// An instant for each of some logs, by name, to be stored.
package struct LogTimes: Sendable, Equatable {
  package var times: [String: Timestamp]

  package init(_ times: [String: Timestamp] = [:]) {
    self.times = times
  }

  /// What `packed` gave; what cannot be from it is left out.
  package init(_ bytes: [UInt8]) {
    var packed = PackedReader(bytes)
    times = [:]
    while let name = packed.text(), let time = packed.signed() {
      times[String(decoding: name, as: UTF8.self)] = Timestamp(nanoseconds: time)
    }
  }

  package var packed: [UInt8] {
    var packed = PackedWriter()
    for (name, time) in times.sorted(by: { $0.key < $1.key }) {
      packed.append(name.utf8)
      packed.append(signed: time.nanoseconds)
    }
    return packed.bytes
  }
}
