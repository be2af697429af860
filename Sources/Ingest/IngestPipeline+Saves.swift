package import Counters
package import Detection
package import MailLog

// What a save takes, and what it gives back.
extension IngestPipeline {
  /// What a save kept.
  package struct Saved: Sendable {
    package var counters: Counters
    package var sessions: [UInt8]
    package var positions: [String: SourcePosition]
    /// The last line of each log.
    package var lastLines = LogTimes()
    /// By the name of the log.
    package var lost: [String: LostLines] = [:]
    /// The names of logs that were saved under another one, by that.
    package private(set) var renamed: [String: String] = [:]
    /// How the logs are understood, as a cut has it; empty: nobody kept it.
    package var readings: [UInt8]
    package var logTime: Timestamp?
    /// The last day that was turned to.
    package var day: CivilDate?
    /// What was counted when, live and by imports.
    package var counted: CountedLogs
    package var detection = SavedDetection()
    package var hiddenTLS: [HiddenTLS] = []
    package var successions = Successions()
    /// The sources that were read; nil: an earlier version did not keep them.
    package var sourceNames: [String]?
    /// Logs were given up, whose place others take.
    package private(set) var hasReplaced = false

    package init(
      counters: Counters,
      sessions: [UInt8],
      positions: [String: SourcePosition],
      readings: [UInt8],
      logTime: Timestamp?,
      counted: CountedLogs = CountedLogs()
    ) {
      self.counters = counters
      self.sessions = sessions
      self.positions = positions
      self.readings = readings
      self.logTime = logTime
      self.counted = counted
    }

    /// Goes on with logs under other names, by the ones that they have here.
    package mutating func rename(_ names: [String: String]) {
      renamed = names
      for (old, new) in names {
        positions[new] = positions.removeValue(forKey: old)
        lastLines.times[new] = lastLines.times.removeValue(forKey: old)
        lost[new] = lost.removeValue(forKey: old)
      }
    }

    /// Gives up logs, as others take their place.
    package mutating func replace(_ names: [String]) {
      hasReplaced = !names.isEmpty
      for name in names { positions[name] = nil }
    }
  }

  /// What is to be saved.
  package struct Cut: Sendable {
    package var generation: UInt64
    package var counters: CounterSnapshot
    /// nil: there is no detector.
    package var detection: DetectionSnapshot?
    package var sessions: [UInt8]
    package var positions: [String: SourcePosition]
    /// The last line of each log.
    package var lastLines: LogTimes
    package var lost: [String: LostLines]
    package var readings: [UInt8]
    package var logTime: Timestamp?
    /// The last day that was turned to.
    package var day: CivilDate?
    /// What was counted when, live and by imports: to be saved as `packed`.
    package var counted: CountedLogs
    package var hiddenTLS: [HiddenTLS]
    package var successions: Successions
    package var sourceNames: [String]
  }
}
