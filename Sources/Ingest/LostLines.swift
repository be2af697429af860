package import LogSources
package import MailLog

/// What was lost of a log, also before the start.
package struct LostLines: Sendable, Equatable {
  package struct Gap: Sendable, Equatable {
    package var gap: SourceGap
    /// By the wall clock.
    package var noted: Timestamp
    /// The last line in front of it; nil: there was none.
    var after: Timestamp?
    /// A line behind it.
    var before: Timestamp
  }

  /// Gaps that a source has found in front of a batch.
  package struct Found: Sendable {
    package var count: Int
    /// The last of them.
    package var last: [SourceGap]

    package init(_ last: [SourceGap] = [], count: Int? = nil) {
      self.last = last
      self.count = count ?? last.count
    }
  }

  /// How many gaps there were.
  package private(set) var count: UInt64 = 0
  /// Those of `count` that were found since the start.
  package private(set) var sinceStart = 0
  /// The last ones, without those of whose time an import has counted messages.
  package private(set) var open: [Gap] = []

  private static let limit = SourceState.gapLimit

  mutating func note(_ found: Found, at now: Timestamp, after: Timestamp?, before: Timestamp) {
    count += UInt64(found.count)
    sinceStart += found.count
    open += found.last.map { Gap(gap: $0, noted: now, after: after, before: before) }
    open.removeFirst(max(0, open.count - Self.limit))
  }

  /// An import has counted messages, and has lines of these times.
  mutating func fill(_ spans: [ClosedRange<Timestamp>]) {
    open.removeAll { gap in
      spans.contains { span in
        span.lowerBound < gap.before && gap.after.map { span.upperBound > $0 } != false
      }
    }
  }
}

// What is stored.
extension LostLines {
  /// What was lost of each log, by its name.
  static func packed(_ logs: [String: LostLines]) -> [UInt8] {
    var packed = PackedWriter()
    for (name, lost) in logs.sorted(by: { $0.key < $1.key }) where lost.count > 0 {
      packed.append(name.utf8)
      packed.append(lost.count)
      packed.append(UInt64(lost.open.count))
      for gap in lost.open { gap.write(to: &packed) }
    }
    return packed.bytes
  }

  /// What `packed` gave; what cannot be from it is left out.
  static func logs(_ bytes: [UInt8]) -> [String: LostLines] {
    var packed = PackedReader(bytes)
    var logs: [String: LostLines] = [:]
    while let name = packed.string(), let count = packed.count(), let open = packed.number() {
      var lost = LostLines()
      lost.count = count
      for _ in 0..<min(open, UInt64(limit)) {
        if let gap = Gap(&packed) { lost.open.append(gap) }
      }
      logs[name] = lost
    }
    return logs
  }
}

extension LostLines.Gap {
  fileprivate func write(to packed: inout PackedWriter) {
    packed.append(gap.reason.rawValue.utf8)
    packed.append(gap.place.utf8)
    packed.append(signed: gap.bytes ?? -1)
    packed.append(noted)
    packed.append(signed: after?.nanoseconds ?? .min)
    packed.append(before)
  }

  /// Nil: there is no such reason any more.
  fileprivate init?(_ packed: inout PackedReader) {
    guard let reason = packed.string(), let place = packed.string(), let bytes = packed.signed(),
      let noted = packed.time(), let after = packed.timeOrEarliest(), let before = packed.time(),
      let known = SourceGap.Reason(rawValue: reason)
    else { return nil }
    gap = SourceGap(known, at: place, bytes: bytes < 0 ? nil : bytes)
    self.noted = noted
    self.after = after.nanoseconds == .min ? nil : after
    self.before = before
  }
}
