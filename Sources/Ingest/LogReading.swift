package import MailLog

/// How far the lines of one log are understood: what the next ones depend on.
package struct LogReading: Sendable {
  var resolver: StampResolver
  /// The last line yielded an event.
  var endedWithEvent = false

  /// A log that is read as often as it takes.
  package init(_ resolver: StampResolver) {
    self.resolver = resolver
  }

  /// A log that is read once, as it grows.
  package init(live zone: ZoneRules, now: Timestamp, year: Int?) {
    resolver = StampResolver(zone: zone, reference: now, year: year, isLive: true)
  }
}

// What the next lines depend on, kept over a restart.
extension LogReading {
  func write(to packed: inout PackedWriter) {
    packed.append(endedWithEvent)
    resolver.write(to: &packed)
  }

  /// Goes on from what `write` appended; false: that cannot be from it.
  mutating func restore(_ packed: inout PackedReader) -> Bool {
    guard let ended = packed.flag(), resolver.restore(&packed) else { return false }
    endedWithEvent = ended
    return true
  }
}
