package import Counters
package import Dialects
package import MailLog
package import Sessions

/// Takes the parsed blocks of logs in their order, joins sessions, and counts.
package struct LogJoiner: ~Copyable {
  package var counters: Counters
  package internal(set) var sessions: SessionTable
  package internal(set) var totals = IngestTotals()
  /// The log whose lines come next.
  package var log: LogReading
  /// Which messages count; nil: all, as there are no other logs.
  var admission: Admission?
  var outcomes: [SessionOutcome] = []

  /// - Parameters:
  ///   - counters: what is counted already.
  ///   - sessions: what is open already.
  ///   - log: the log whose lines come first.
  package init(
    counters: consuming Counters,
    sessions: consuming SessionTable = SessionTable(isForCounts: true),
    log: LogReading
  ) {
    self.counters = counters
    self.sessions = sessions
    self.log = log
  }

  /// The next log begins: its stamps are read by `resolver`.
  package mutating func beginLog(_ resolver: StampResolver) {
    log.resolver = resolver
    guard admission != nil else { return }
    admission?.beginFile()
    sessions.beginBorder()
  }

  /// Applies the events of the next block.
  ///
  /// - Throws: if the years of the log's stamps cannot be right; what was counted then is void.
  package mutating func apply(
    _ batch: EventBatch,
    in block: Span<UInt8>
  ) throws(StampResolver.YearConflict) {
    totals.add(batch)
    let events = batch.events.span
    var start = 0
    if log.endedWithEvent, let first = batch.events.first, first.kind == .lineRepeated,
      first.flags.contains(.firstInBlock)
    {
      var event = first
      event.flags.insert(.followsEvent)
      let events: InlineArray<1, MailEvent> = [event]
      _ = try apply(EventView(events.span, 0), in: block)
      start = 1
    }
    if admission == nil {
      for index in start..<events.count {
        _ = try apply(EventView(events, index), in: block)
      }
    } else {
      try applyTracked(events, from: start, in: block)
    }
    count(in: block)
    log.endedWithEvent = batch.endsWithEvent
  }

  /// So many lines over the limit stood in front of the next block or in it.
  package mutating func addTooLong(_ count: Int) {
    guard count > 0 else { return }
    totals.addTooLong(count)
    log.endedWithEvent = false
  }

  /// The last log is read: what is open ends here.
  package mutating func finish() {
    sessions.finish(into: &outcomes)
    let nothing: [UInt8] = []
    count(in: nothing.span)
    totals.drops = sessions.drops
  }

  /// The totals so far, while more lines are to come.
  package var currentTotals: IngestTotals {
    var current = totals
    current.drops = sessions.drops
    return current
  }

  /// As `apply`, and the log's time is covered.
  @inline(never) private mutating func applyTracked(
    _ events: Span<MailEvent>,
    from start: Int,
    in block: Span<UInt8>
  ) throws(StampResolver.YearConflict) {
    for index in start..<events.count {
      let event = EventView(events, index)
      guard let time = try apply(event, in: block) else { continue }
      admission?.own.track.note(time, of: event.host)
    }
    admission?.own.track.flush()
  }

  /// Applies an event; returns its time.
  @inline(__always) private mutating func apply(
    _ event: EventView,
    in block: Span<UInt8>
  ) throws(StampResolver.YearConflict) -> Timestamp? {
    guard let time = try log.resolve(event.stamp) else {
      totals.passOver(.impossibleDate)
      return nil
    }
    if time > totals.latest ?? Timestamp(nanoseconds: .min) { totals.latest = time }
    sessions.apply(event, at: time, in: block, names: &counters.names, into: &outcomes)
    return time
  }

  @inline(__always) private mutating func count(_ submission: borrowing Submission) {
    counters.record(submission)
    counters.details?.record(submission, terms: sessions.terms)
  }

  /// Counts what follows from the lines of `block`.
  mutating func count(in block: Span<UInt8>) {
    for index in outcomes.indices {
      if admission != nil, !admits(outcomes[index], in: block) { continue }
      switch outcomes[index] {
      case .submission(let submission): count(submission)
      case .authFailure(let failure):
        failure.escape.undo(in: block.extracting(failure.name.range)) { name in
          counters.record(failure, name: name)
        }
      case .lastFailureRepeated(let attempts, let time, _):
        counters.failures.repeatLast(attempts, at: time)
      case .hostLogsTLS(let host): counters.decide(host)
      case .plainSessionEnded(let submission): counters.closePlain(submission)
      case .retracted(let submission): counters.retract(submission)
      case .rejected(let account, let client, _, let time):
        counters.details?.recordRejection(account, from: client, at: time)
      case .authenticated: break
      }
    }
    outcomes.removeAll(keepingCapacity: true)
  }
}
