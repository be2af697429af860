import MailLog
import Sessions

// How the logs are understood at their positions, stored beside them.
extension IngestPipeline {
  static func stored(_ logs: [String: LiveLog]) -> [UInt8] {
    var packed = PackedWriter()
    for (name, log) in logs.sorted(by: { $0.key < $1.key }) {
      guard let reading = log.reading else { continue }
      packed.append(name.utf8)
      reading.store(in: &packed)
    }
    return packed.bytes
  }
}

extension IngestPipeline.Options {
  /// What `stored` stored.
  func readings(
    _ bytes: [UInt8],
    renamed: [String: String]
  ) throws(SessionTable.Damage) -> [String: LogReading] {
    var packed = PackedReader(bytes)
    var readings: [String: LogReading] = [:]
    while !packed.isAtEnd {
      guard let text = packed.text() else { throw SessionTable.Damage() }
      let known = String(decoding: text, as: UTF8.self)
      let name = renamed[known] ?? known
      let stamps = stamps(name)
      var reading = LogReading(live: stamps.zone, now: Timestamp(seconds: 0), year: stamps.year)
      guard reading.restore(from: &packed) else { throw SessionTable.Damage() }
      readings[name] = reading
    }
    return readings
  }
}
