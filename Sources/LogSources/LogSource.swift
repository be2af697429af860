package import MailLog

/// Where lines come from while they are written.
///
/// A source runs on a thread that its owner gives it, and blocks it.
package protocol LogSource: AnyObject, Sendable {
  /// The name in `status`; the batches bear it, or begin with it (`FileSource` with several logs).
  var name: String { get }

  /// What is known of the source now; may be asked from any thread.
  var state: SourceState { get }

  /// Reads on behind `positions`, and hands all that comes to `sink`, until `stop` is called.
  ///
  /// `positions` are the ends of the last batches that counted, by the batches' source; without any
  /// the source is read for the first time. Throws what `sink` throws, and what makes it impossible
  /// to begin; all else that goes wrong becomes a problem of `state`, and is tried again.
  func run(
    from positions: [String: SourcePosition],
    into sink: @Sendable (LineBatch) throws -> Void
  ) throws

  /// What the source calls logs of which a position was saved under another name, by that name.
  func adopted(_ positions: [String: SourcePosition]) -> [String: String]

  /// Ends `run`, which returns behind the batch that it is busy with; may be called from any thread.
  func stop()
}

extension LogSource {
  /// Whether the batches of a log are the source's: they bear its name, or begin with it and a colon.
  ///
  /// `names` are those of all sources: one can be the beginning of another.
  package func bears(_ log: String, among names: [String]) -> Bool {
    func isOf(_ source: String) -> Bool { log == source || log.hasPrefix(source + ":") }
    // All sources are asked for all logs: only of its own does the source look at all names.
    guard isOf(name) else { return false }
    let start = name + ":"
    return !names.contains { $0.hasPrefix(start) && isOf($0) }
  }

  package func adopted(_ positions: [String: SourcePosition]) -> [String: String] { [:] }

  /// As `run(from:into:)`, for a source whose batches all bear its name.
  package func run(
    from position: SourcePosition?,
    into sink: @Sendable (LineBatch) throws -> Void
  ) throws {
    try run(from: position.map { [name: $0] } ?? [:], into: sink)
  }
}

/// All kinds of sources.
package let allLogSources: [any LogSource.Type] = [FileSource.self, JournalSource.self]

/// What is known of a source at one moment.
package struct SourceState: Equatable, Sendable {
  /// Everything was read when the source looked last.
  package var isCaughtUp = false
  /// Bytes on disk that were not read when the source looked last; nil where nobody knows.
  package var bytesBehind: Int64?
  /// Behind the last batch, by the batches' source.
  package var positions: [String: SourcePosition] = [:]
  /// The files that are open.
  package var followed: [String] = []
  /// What is wrong now; gone when it is put right.
  package var problems: [SourceProblem] = []
  /// The last gaps, at most `gapLimit`.
  package var gaps: [SourceGap] = []
  /// All gaps since the start.
  package var gapCount = 0
  /// Entries of mail units that journald has dropped, as it says itself.
  package var suppressed = 0

  package static let gapLimit = 32

  package init() {}

  mutating func add(_ gap: SourceGap) {
    gapCount += 1
    gaps.append(gap)
    if gaps.count > Self.gapLimit { gaps.removeFirst() }
  }
}

/// Why a source cannot be read now; it tries again.
package struct SourceProblem: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case missing
    /// A directory stands where the log should be.
    case directory
    case permissionDenied
    case unreadable(errorNumber: Int32)
    /// Compressed data is damaged, or ends too early.
    case damaged
    /// No changes are reported: the source looks by the clock.
    case notWatched(errorNumber: Int32)
    /// journald drops what mail units write, over its rate limit.
    case rateLimited
    /// A link to a log that this source follows: it is not read twice.
    case followed(source: String)
  }

  package var reason: Reason
  /// The file, the folder, or the unit.
  package var place: String

  package init(_ reason: Reason, at place: String) {
    self.reason = reason
    self.place = place
  }
}

/// Lines that were lost, or may have been.
package struct SourceGap: Hashable, Sendable {
  /// Stored by its name.
  package enum Reason: String, Sendable {
    /// The file that was read last is gone, or nothing tells which one it is.
    case fileGone
    /// The file was cut, and no copy of what it held was found.
    case truncated
    /// A rotated file cannot be read, or not to its end.
    case unreadable
    /// Written to a rotated file after lines of the next one were read.
    case writtenAfterRotation
    /// The journal no longer holds the entry that was read last.
    case vacuumed
  }

  package var reason: Reason
  package var place: String
  /// nil where nobody knows; then perhaps nothing was lost.
  package var bytes: Int64?

  package init(_ reason: Reason, at place: String, bytes: Int64? = nil) {
    self.reason = reason
    self.place = place
    self.bytes = bytes
  }
}
