package import Detection
import Dialects
package import MailLog

/// How lines are read and counted, whether they come in live or stand in old logs.
package struct CountingRules: Sendable {
  /// The zone of the reports' days.
  package var zone: ZoneRules
  package var foldsCase = true
  /// The host of lines that name none, as Exim's own files have them.
  package var ownHost: [UInt8] = []
  /// How unusual submission is looked for; nil: it is not.
  package var detection: DetectionSettings?

  package init(zone: ZoneRules = .utc) {
    self.zone = zone
  }

  /// Whether it is asked which messages bounce.
  var readsBounces: Bool { detection?.rejections == true }

  /// A parser that has read nothing yet.
  var parser: LineParser { LineParser(readsBounces: readsBounces, ownHost: ownHost) }

  /// A detector that has seen nothing yet.
  var emptyDetector: SpikeDetector? { detection.map { SpikeDetector($0, zone: zone) } }
}
