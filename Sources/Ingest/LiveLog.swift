import Dialects
package import MailLog

/// A log that grows, as far as it is read.
package struct LiveLog: Sendable {
  package struct Progress: Sendable {
    package var position: SourcePosition?
    /// Lines read since the start.
    package var lines = 0
    /// The instant of the latest event, also of one before the start.
    ///
    /// Without those that are yet to come, but for a day: one line of a wrong clock would hide for
    /// years that no more lines come.
    package var latest: Timestamp?
    package internal(set) var lost = LostLines()
  }

  package private(set) var progress = Progress()
  private let stamps: IngestPipeline.StampDefaults
  private var parser: LineParser
  private var envelopes = EnvelopeReader()
  private var batch = EventBatch()
  private(set) var reading: LogReading?
  /// Until it has none of its predecessors' lines any more.
  private(set) var succession: Succession?

  /// - Parameters:
  ///   - stamps: how stamps are read that do not say it themselves.
  ///   - parser: what has read nothing yet.
  ///   - position: how far the log was read before.
  ///   - latest: its last line before that.
  ///   - lost: what was lost of it before.
  ///   - reading: how it was understood there.
  ///   - succession: what was counted of the logs whose place it takes.
  init(
    _ stamps: IngestPipeline.StampDefaults,
    _ parser: LineParser,
    at position: SourcePosition?,
    latest: Timestamp? = nil,
    lost: LostLines? = nil,
    reading: LogReading? = nil,
    _ succession: Succession? = nil
  ) {
    self.parser = parser
    self.succession = succession
    self.stamps = stamps
    self.reading = reading
    progress.position = position
    progress.latest = latest
    progress.lost = lost ?? LostLines()
  }

  /// Counts the lines of the log's next batch, which comes behind `gaps`.
  mutating func take(
    _ lines: LineBatch,
    now: Timestamp,
    behind gaps: LostLines.Found,
    into joiner: inout LogJoiner
  ) {
    // The named year is that of logs which were there, not of a host that is added later.
    let year = lines.beginsNewFile && lines.wasWritten(by: now) ? nil : stamps.year
    joiner.log = reading ?? LogReading(live: stamps.zone, now: now, year: year)
    let written = lines.written(by: now, last: joiner.log.resolver.last)
    joiner.log.resolver.expectLines(by: written, areNew: lines.isNew)
    joiner.now = now
    let before = joiner.totals.lines
    joiner.totals.last = nil
    joiner.addTooLong(lines.tooLong)
    if let succession {
      joiner.admitted(beside: succession.known) { join(lines.bytes, into: &$0) }
    } else {
      join(lines.bytes, into: &joiner)
    }
    progress.lines += joiner.totals.lines - before
    let latest = progress.latest.flatMap { LogTimes.isAhead($0, of: now) ? nil : $0 }
    let last = joiner.totals.last
    if gaps.count > 0 { progress.lost.note(gaps, at: now, after: latest, before: last ?? now) }
    progress.latest = [latest, last].compactMap { $0 }.max()
    progress.position = lines.end
    if let end = succession?.end, let latest = progress.latest, latest > end { succession = nil }
    reading = joiner.log
  }

  /// An import has counted messages, and has lines of these times.
  mutating func fillGaps(_ spans: [ClosedRange<Timestamp>]) { progress.lost.fill(spans) }

  /// What of a host's name and dialects the last lines told.
  func host(_ key: HostKey) -> (name: [UInt8], dialects: [any Dialect.Type])? { parser.host(key) }

  private mutating func join(_ bytes: [UInt8], into joiner: inout LogJoiner) {
    batch.removeAll()
    parser.parse(bytes.span, into: &batch)
    if reading == nil { joiner.log.resolver.begin(with: batch.events.lazy.map(\.stamp)) }
    apply(in: bytes.span, into: &joiner)
    guard let start = batch.envelopeStart else { return }
    envelopes.read(bytes.span.extracting(start..<bytes.count))
    batch.removeAll()
    envelopes.parse(by: &parser, into: &batch)
    let text = envelopes.bytes
    apply(in: text.span, into: &joiner)
    envelopes.removeRecords()
  }

  private func apply(in block: Span<UInt8>, into joiner: inout LogJoiner) {
    do throws(StampResolver.YearConflict) {
      try joiner.apply(batch, in: block)
    } catch {
      preconditionFailure("a log that grows has no conflict of years: \(error)")
    }
  }
}

extension LineBatch {
  /// An instant that no line is later than; `last`: the log's last line before them.
  fileprivate func written(by now: Timestamp, last: Timestamp?) -> Timestamp {
    guard !isNew else { return now }
    // A clock that is behind, as that of a machine that has just started: the log knows better.
    let isBehind = [last, end.modified].allSatisfy { time in
      time.map { LogTimes.isAhead($0, of: now) } == true
    }
    return LogFile.reference(modified: end.modified, now: isBehind ? end.modified ?? now : now)
  }

  /// Whether its file was changed just now, not copied here with an earlier time.
  fileprivate func wasWritten(by now: Timestamp) -> Bool {
    end.modified.map { now.since($0) <= CoverageTrack.longestPause } ?? true
  }
}
