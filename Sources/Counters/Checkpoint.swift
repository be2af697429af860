package import MailLog

/// How far the logs are read, and what is open there: the part of a cut that is read back as it was.
package struct Checkpoint: Sendable, Equatable {
  /// How far each source is read, by its name.
  package var positions: [String: SourcePosition] = [:]
  /// What parts of the pipeline keep, each in a form of its own: open sessions, for example.
  package var states: [String: [UInt8]] = [:]
  /// When it was saved, by the wall clock.
  package var savedAt: Timestamp
  /// How far the log's time has come.
  package var logTime: Timestamp?
  /// The last day that the clock was believed to show.
  package var day: CivilDate?
  /// The zone whose days are counted.
  package var zone: String

  package init(savedAt: Timestamp, zone: String) {
    self.savedAt = savedAt
    self.zone = zone
  }
}
