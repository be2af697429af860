import Counters
package import MailLog

/// A log takes the place of others, whose lines it has, too: the journal that of a file, or a file
/// that of the journal.
///
/// What was counted of those does not count again.
struct Succession: Sendable {
  /// What was counted by then.
  let known: Admission.Known
  /// Later lines are new.
  let end: Timestamp
}

/// Until when logs may have lines of others whose place they took.
package struct Successions: Sendable, Equatable {
  package var ends: [String: Timestamp] = [:]
  /// Of logs that have no line yet.
  package var nextEnd: Timestamp?

  package init() {}

  /// What `packed` gave; what cannot be from it is left out.
  package init(_ bytes: [UInt8]) {
    var packed = PackedReader(bytes)
    while let name = packed.text(), let end = packed.signed() {
      self[String(decoding: name, as: UTF8.self)] = Timestamp(nanoseconds: end)
    }
  }

  /// To be stored.
  package var packed: [UInt8] {
    var packed = PackedWriter()
    for (name, end) in ends.sorted(by: { $0.key < $1.key }) {
      packed.append(name.utf8)
      packed.append(signed: end.nanoseconds)
    }
    if let nextEnd {
      packed.append("".utf8)
      packed.append(signed: nextEnd.nanoseconds)
    }
    return packed.bytes
  }

  private subscript(name: String) -> Timestamp? {
    get { name.isEmpty ? nextEnd : ends[name] }
    set { if name.isEmpty { nextEnd = newValue } else { ends[name] = newValue } }
  }
}

extension IngestPipeline.State {
  /// The logs that come take the place of those that were read up to now.
  mutating func beginSuccession() {
    let spans = counted.live.track.hosts.values.compactMap(\.spans.last?.upperBound)
    guard let last = spans.max() else { return }
    let end = Timestamp(nanoseconds: last.nanoseconds &+ EdgeKeys.window)
    succession = Succession(known: knownToImports, end: end)
  }

  var successions: Successions {
    var successions = Successions()
    successions.ends = sources.compactMapValues { $0.succession?.end }
    successions.nextEnd = succession?.end
    return successions
  }
}
