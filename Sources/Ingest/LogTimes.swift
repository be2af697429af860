import MailLog

/// An instant for each of some logs, by name, to be stored.
struct LogTimes: Sendable, Equatable {
  var times: [String: Timestamp]

  init(_ times: [String: Timestamp] = [:]) {
    self.times = times
  }

  /// What `packed` gave; what cannot be from it is left out.
  init(_ bytes: [UInt8]) {
    var packed = PackedReader(bytes)
    times = [:]
    while let name = packed.string(), let time = packed.time() { times[name] = time }
  }

  /// Whether a line is of a wrong clock, or was read under one: other zones are ahead by hours.
  static func isAhead(_ time: Timestamp, of now: Timestamp) -> Bool {
    time.seconds > now.seconds + 86_400
  }

  mutating func removeAhead(of now: Timestamp) {
    times = times.filter { !Self.isAhead($0.value, of: now) }
  }

  var packed: [UInt8] {
    var packed = PackedWriter()
    for (name, time) in times.sorted(by: { $0.key < $1.key }) {
      packed.append(name.utf8)
      packed.append(time)
    }
    return packed.bytes
  }
}
