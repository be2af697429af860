import Counters
import MailLog

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
struct Successions: Sendable, Equatable {
  var ends: [String: Timestamp] = [:]
  /// Of logs that have no line yet.
  var nextEnd: Timestamp?

  init() {}

  /// What `packed` gave; what cannot be from it is left out.
  init(_ bytes: [UInt8]) {
    ends = LogTimes(bytes).times
    nextEnd = ends.removeValue(forKey: "")
  }

  /// To be stored.
  var packed: [UInt8] {
    var all = ends
    all[""] = nextEnd
    return LogTimes(all).packed
  }
}

extension IngestPipeline.State {
  /// The logs that come take the place of those that were read up to now.
  mutating func beginSuccession() {
    let spans = counted.live.track.hosts.values.compactMap(\.spans.last?.upperBound)
    guard let last = spans.max() else { return }
    let end = Timestamp(nanoseconds: last.nanoseconds &+ EdgeKeys.window)
    succession = Succession(known: knownToImports, end: end)
    joiner.admission?.failureOrdinals = FailureOrdinals()
  }

  var successions: Successions {
    var successions = Successions()
    successions.ends = sources.compactMapValues { $0.succession?.end }
    successions.nextEnd = succession?.end
    return successions
  }
}
