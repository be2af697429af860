package import Dialects
package import MailLog
package import Sessions

/// What became of the lines that were read.
package struct IngestTotals: Sendable {
  package var lines = 0
  package var usedLines = 0
  package var passedOver: [PassedOver: Int] = [:]
  package var drops = SessionTable.Drops()
  /// The instant of the latest event.
  package var latest: Timestamp?
  /// The instant of the last event whose clock can be right.
  var last: Timestamp?

  package init() {}

  mutating func add(_ batch: EventBatch) {
    lines += batch.lines
    usedLines += batch.usedLines
    for reason in PassedOver.allCases {
      let count = batch.passedOver[Int(reason.rawValue)]
      if count > 0 { passedOver[reason, default: 0] += count }
    }
  }

  /// A line that yielded an event turned out to be of no use.
  mutating func passOver(_ reason: PassedOver) {
    usedLines -= 1
    passedOver[reason, default: 0] += 1
  }

  /// What became of the lines since `earlier`; the instants are those of all lines.
  func since(_ earlier: Self) -> Self {
    var these = self
    these.lines -= earlier.lines
    these.usedLines -= earlier.usedLines
    these.passedOver.merge(earlier.passedOver) { $0 - $1 }
    these.passedOver = these.passedOver.filter { $0.value > 0 }
    return these
  }

  mutating func addTooLong(_ count: Int) {
    lines += count
    passedOver[.tooLong, default: 0] += count
  }
}
