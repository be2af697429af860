package import Counters
package import Dialects
package import MailLog
package import Sessions

/// Takes the parsed blocks of logs in their order, joins sessions, and counts.
package struct LogJoiner: ~Copyable {
  package var counters: Counters
  package private(set) var sessions: SessionTable
  package internal(set) var totals = IngestTotals()
  /// The log whose lines come next.
  package var log: LogReading
  private var outcomes: [SessionOutcome] = []

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
      try apply(EventView(events.span, 0), in: block)
      start = 1
    }
    for index in start..<events.count {
      try apply(EventView(events, index), in: block)
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

  @inline(__always) private mutating func apply(
    _ event: EventView,
    in block: Span<UInt8>
  ) throws(StampResolver.YearConflict) {
    guard let time = try log.resolve(event.stamp) else {
      totals.passOver(.impossibleDate)
      return
    }
    if time > totals.latest ?? Timestamp(nanoseconds: .min) { totals.latest = time }
    sessions.apply(event, at: time, in: block, names: &counters.names, into: &outcomes)
  }

  @inline(__always) private mutating func count(_ submission: borrowing Submission) {
    counters.record(submission)
    counters.details?.record(submission, terms: sessions.terms)
  }

  private mutating func count(in block: Span<UInt8>) {
    for index in outcomes.indices {
      switch outcomes[index] {
      case .submission(let submission): count(submission)
      case .authFailure(let failure):
        counters.record(failure, name: block.extracting(failure.name.range))
      case .lastFailureRepeated(let attempts, let time, _):
        counters.failures.repeatLast(attempts, at: time)
      case .hostLogsTLS(let host): counters.decide(host)
      case .plainSessionEnded(let submission): counters.closePlain(submission)
      case .retracted(let submission): counters.retract(submission)
      case .rejected(let account, let client, let time):
        counters.details?.recordRejection(account, from: client, at: time)
      case .authenticated: break
      }
    }
    outcomes.removeAll(keepingCapacity: true)
  }
}
