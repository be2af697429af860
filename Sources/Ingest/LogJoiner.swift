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
  /// The times of the batch's events; nil: the stamp means none.
  private var times: [Timestamp?] = []

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
    var events = batch.events
    if log.endedWithEvent, var first = events.first, first.kind == .lineRepeated,
      first.flags.contains(.firstInBlock)
    {
      first.flags.insert(.followsEvent)
      let alone: InlineArray<1, MailEvent> = [first]
      try apply(alone.span, in: block)
      events.removeFirst()
    }
    try apply(events.span, in: block)
    admission?.own.track.flush()
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

  private mutating func apply(
    _ events: Span<MailEvent>,
    in block: Span<UInt8>
  ) throws(StampResolver.YearConflict) {
    // Taken out meanwhile, so that the table may borrow them.
    var times: [Timestamp?] = []
    swap(&times, &self.times)
    defer { swap(&times, &self.times) }
    try resolve(events, into: &times)
    sessions.apply(events, at: times.span, in: block, names: &counters.names, into: &outcomes)
    guard admission != nil else { return }
    for index in events.indices {
      guard let time = times[index] else { continue }
      admission?.own.track.note(time, of: events[index].host)
    }
  }

  /// Finds the times of the events.
  private mutating func resolve(
    _ events: Span<MailEvent>,
    into times: inout [Timestamp?]
  ) throws(StampResolver.YearConflict) {
    while times.count < events.count { times.append(nil) }
    var places = times.mutableSpan
    var latest = totals.latest ?? Timestamp(nanoseconds: .min)
    for index in events.indices {
      let time = try log.resolve(events[index].stamp)
      places[index] = time
      if let time {
        latest = max(latest, time)
      } else {
        totals.passOver(.impossibleDate)
      }
    }
    if latest.nanoseconds != .min { totals.latest = latest }
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
