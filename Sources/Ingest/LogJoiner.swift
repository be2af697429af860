package import Counters
package import Detection
package import Dialects
package import MailLog
package import Sessions

/// Takes the parsed blocks of logs in their order, joins sessions, and counts.
package struct LogJoiner: ~Copyable {
  package var counters: Counters
  /// Finds unusual submission; nil: nobody asks.
  package var detector: SpikeDetector?
  package internal(set) var sessions: SessionTable
  package internal(set) var totals = IngestTotals()
  /// The log whose lines come next.
  package var log: LogReading
  /// The wall clock, as far as lines are live.
  var now = Timestamp(nanoseconds: .max)
  /// Which messages count; nil: all, as there are no other logs.
  var admission: Admission?
  var outcomes: [SessionOutcome] = []
  /// The times of the batch's events; nil: the stamp means none.
  private var times: [Timestamp?] = []
  /// A place in the line of each of the outcomes, for the detector; it may have fewer.
  var places: [Int] = []

  /// - Parameters:
  ///   - counters: what is counted already.
  ///   - sessions: what is open already.
  ///   - log: the log whose lines come first.
  package init(
    counters: consuming Counters,
    sessions: consuming SessionTable = SessionTable(countsOnly: true),
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

  /// The log is read to its end.
  ///
  /// - Throws: if the years of its stamps were not right; what was counted then is void.
  package func endLog() throws(StampResolver.YearConflict) { try log.resolver.end() }

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

  /// No line came up to `time`: accepted messages that have waited long enough for one count.
  ///
  /// - Returns: whether there were any.
  package mutating func settle(at time: Timestamp) -> Bool {
    sessions.settle(at: time, into: &outcomes)
    guard !outcomes.isEmpty else { return false }
    countWithoutLines()
    return true
  }

  /// The last log is read: what is open ends here.
  package mutating func finish() {
    sessions.finish(into: &outcomes)
    countWithoutLines()
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
    if detector == nil {
      sessions.apply(events, at: times.span, in: block, names: &counters.names, into: &outcomes)
    } else {
      applyObserved(events, at: times.span, in: block)
    }
    guard admission != nil else { return }
    for index in events.indices {
      guard let time = times[index] else { continue }
      let logger = events[index].host.logger(events[index].server).label
      admission?.own.track.note(time, of: logger)
      guard events[index].stamp.fractionDigits == 0 else { continue }
      admission?.own.track.note(time.endOfSecond, of: logger)
    }
  }

  /// As `sessions.apply`, and it is known which line an outcome is from.
  private mutating func applyObserved(
    _ events: Span<MailEvent>,
    at times: Span<Timestamp?>,
    in block: Span<UInt8>
  ) {
    var next = 0
    while next < events.count {
      next = sessions.applyNext(
        events,
        from: next,
        at: times,
        in: block,
        names: &counters.names,
        into: &outcomes
      )
      while places.count < outcomes.count { places.append(events[next - 1].place) }
    }
  }

  /// Finds the times of the events.
  private mutating func resolve(
    _ events: Span<MailEvent>,
    into times: inout [Timestamp?]
  ) throws(StampResolver.YearConflict) {
    while times.count < events.count { times.append(nil) }
    var found = times.mutableSpan
    var latest = totals.latest ?? Timestamp(nanoseconds: .min)
    for index in events.indices {
      let time = try log.resolver.resolve(events[index].stamp)
      found[index] = time
      if let time {
        latest = max(latest, time)
      } else {
        totals.passOver(.impossibleDate)
      }
    }
    if latest.nanoseconds != .min { totals.latest = latest }
    // From the end on: mostly it is the first that is looked at.
    for index in events.indices.reversed() {
      guard let time = times[index], !LogTimes.isAhead(time, of: now)
      else { continue }
      totals.last = time
      break
    }
  }

  @inline(__always) private mutating func count(_ submission: borrowing Submission) {
    counters.record(submission)
    counters.details?.record(submission, terms: sessions.terms)
  }

  /// Counts what follows from the lines of `block`.
  mutating func count(in block: Span<UInt8>) {
    let asks = admission != nil
    for index in outcomes.indices {
      if asks, !admits(outcomes[index], in: block) { continue }
      switch outcomes[index] {
      case .submission(let submission):
        count(submission)
        let place = place(index)
        detector?.observe(submission, counters.names, in: block, at: place)
      case .authFailure(let failure):
        failure.escape.undo(in: block.extracting(failure.name.range)) { name in
          counters.record(failure, name: name)
          detector?.observe(failure, name: name, counters.names)
        }
      case .notedFailure(let failure):
        let name = Array(sessions.noted.text[failure.name.range])
        counters.record(failure, name: name.span)
        detector?.observe(failure, name: name.span, counters.names)
      case .lastFailureRepeated(let attempts, let time, _):
        counters.failures.repeatLast(attempts, at: time)
        detector?.repeatLastFailure(attempts, at: time)
      case .hostLogsTLS(let host): counters.decide(host)
      case .plainSessionEnded(let submission): counters.closePlain(submission)
      case .retracted(let submission): counters.retract(submission)
      case .rejected(let account, let client, _, let count, let time):
        counters.details?.recordRejection(account, from: client, at: time, count: count)
        let place = place(index)
        detector?.observeRejection(
          of: account,
          from: client,
          at: time,
          count: count,
          counters.names,
          in: block,
          at: place
        )
      case .authenticated: break
      }
    }
    outcomes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    sessions.forgetNotedText()
  }

  /// Counts what follows from no line: from time that passes, or from another log.
  mutating func countWithoutLines() {
    let nothing: [UInt8] = []
    count(in: nothing.span)
  }

  /// A place in the line of an outcome; -1: it is not of one line.
  private func place(_ outcome: Int) -> Int {
    places.indices.contains(outcome) ? places[outcome] : -1
  }
}

extension MailEvent {
  /// A place in the event's line; -1: it names nothing.
  fileprivate var place: Int {
    let start = max(name.start, max(client.start, detail.start))
    return start == 0 ? -1 : Int(start)
  }
}
