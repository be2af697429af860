import Counters
import MailLog

/// What one stream of lines has counted: the log's time that it covers, and the messages and failed
/// logins near the edges.
struct CountedLog: Sendable {
  var track = CoverageTrack()
  var keys = EdgeKeys()
  var failures = EdgeKeys(reach: FailureOrdinals.reach)

  mutating func drop(before time: Timestamp) {
    track.drop(before: time)
    keys.drop(before: time)
    failures.drop(before: time)
  }
}

/// What the live sources and the imports have counted, each: so that a line which comes both ways
/// counts once.
struct CountedLogs: Sendable {
  var live = CountedLog()
  var imported = CountedLog()
  /// Live messages that did not count, by their numbers, whose sessions are open.
  var skipped: Set<UInt64> = []

  init() {}

  /// The log's time that is counted, by host.
  var coverage: [HostKey: Coverage] {
    var track = live.track
    track.flush()
    track.formUnion(imported.track.hosts)
    return track.hosts
  }

  /// Messages and failed logins near an edge that were not noted for want of room: they may count
  /// again in an import.
  var drops: UInt64 {
    [live, imported].reduce(0) { $0 + $1.keys.drops + $1.failures.drops }
  }
}

// What is stored.
extension CountedLogs {
  /// All of it as bytes, to be saved with the counters.
  var packed: [UInt8] {
    var packed = PackedWriter()
    for log in [live, imported] {
      var track = log.track
      track.flush()
      packed.append(UInt64(track.hosts.count))
      for (host, coverage) in track.hosts.sorted(by: { $0.key.hash < $1.key.hash }) {
        packed.append(host)
        packed.append(UInt64(coverage.spans.count))
        for span in coverage.spans {
          packed.append(span.lowerBound)
          packed.append(signed: span.upperBound.since(span.lowerBound))
        }
      }
      log.keys.write(to: &packed)
    }
    packed.append(skipped.sorted())
    for log in [live, imported] { log.failures.write(to: &packed) }
    return packed.bytes
  }

  /// What `packed` gave.
  ///
  /// - Throws: if these bytes are not of it.
  init(_ bytes: [UInt8]) throws(StoredDamage) {
    var packed = PackedReader(bytes)
    guard restore(&packed) else { throw StoredDamage(part: "coverage") }
  }

  private mutating func restore(_ packed: inout PackedReader) -> Bool {
    guard let live = CountedLog(&packed), let imported = CountedLog(&packed),
      let skipped = packed.numbers()
    else { return false }
    self.live = live
    self.imported = imported
    self.skipped = Set(skipped)
    // The first versions did not store failures.
    guard !packed.isAtEnd else { return true }
    guard let failures = EdgeKeys(&packed, reach: FailureOrdinals.reach),
      let importedFailures = EdgeKeys(&packed, reach: FailureOrdinals.reach), packed.isAtEnd
    else { return false }
    self.live.failures = failures
    self.imported.failures = importedFailures
    return true
  }
}

extension CountedLog {
  fileprivate init?(_ packed: inout PackedReader) {
    guard let hostCount = packed.number() else { return nil }
    var hosts: [HostKey: Coverage] = [:]
    for _ in 0..<hostCount {
      guard let host = packed.host(), let spanCount = packed.number() else { return nil }
      var spans: [ClosedRange<Timestamp>] = []
      for _ in 0..<spanCount {
        guard let lower = packed.time(), let length = packed.signed(), length >= 0,
          let upper = Timestamp(stored: lower.nanoseconds &+ length)
        else { return nil }
        spans.append(lower...upper)
      }
      hosts[host] = Coverage(spans)
    }
    guard let keys = EdgeKeys(&packed) else { return nil }
    track = CoverageTrack(hosts)
    self.keys = keys
  }
}
