import MailLog

// How the logs are understood at their positions, stored beside them.
extension IngestPipeline {
  static func packed(_ logs: [String: LiveLog]) -> [UInt8] {
    var packed = PackedWriter()
    for (name, log) in logs.sorted(by: { $0.key < $1.key }) {
      guard let reading = log.reading else { continue }
      packed.append(name.utf8)
      reading.write(to: &packed)
    }
    return packed.bytes
  }
}

extension IngestPipeline.Options {
  /// What `packed` gave.
  func readings(
    _ bytes: [UInt8],
    _ changes: LogChanges
  ) throws(StoredDamage) -> [String: LogReading] {
    var packed = PackedReader(bytes)
    var readings: [String: LogReading] = [:]
    let damage = StoredDamage(part: "readings of stamps")
    while !packed.isAtEnd {
      guard let known = packed.string() else { throw damage }
      let name = changes.renamed[known] ?? known
      let stamps = stamps(name)
      var reading = LogReading(live: stamps.zone, now: Timestamp(seconds: 0), year: stamps.year)
      guard reading.restore(&packed) else { throw damage }
      readings[name] = reading
    }
    return readings
  }
}
