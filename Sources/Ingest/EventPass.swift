import Dialects
import LogSources
import MailLog
import Sessions

/// One pass of an `EventListing` over the logs.
struct EventPass: ~Copyable {
  private(set) var totals = IngestTotals()
  /// What to say of messages without TLS; behind `finish`, what this pass learnt of them.
  var lookAhead = EventListing.LookAhead()
  private var learnt = EventListing.LookAhead()
  private var sessions = SessionTable(limits: .ofFiles)
  private var names: NameTable
  private var resolver: StampResolver
  private var outcomes: [SessionOutcome] = []
  private var parser = LineParser()
  private var batch = EventBatch()
  private var lastFailure: LoggedEvent?
  private var record = 0
  private let zone: ZoneRules

  init(zone: ZoneRules, foldsCase: Bool) {
    self.zone = zone
    names = NameTable(foldsCase: foldsCase)
    resolver = StampResolver(zone: zone, reference: Timestamp(nanoseconds: .max))
  }

  mutating func beginLog(_ resolver: StampResolver) {
    self.resolver = resolver
    parser = LineParser()
    record = 0
  }

  /// Reads one log to its end, record by record.
  mutating func read(_ input: LogInput, _ sink: EventListing.Sink?) throws {
    var reader = EnvelopeReader()
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while let count = try input.read(into: &buffer) {
      reader.read(buffer.span.extracting(0..<count))
      try take(reader, sink)
      reader.removeRecords()
    }
    reader.finish()
    try take(reader, sink)
  }

  /// The log is read to its end.
  func endLog() throws(StampResolver.YearConflict) { try resolver.end() }

  /// The last log is read.
  mutating func finish(_ sink: EventListing.Sink? = nil) {
    sessions.finish(into: &outcomes)
    report(nil, in: [], sink)
    totals.drops = sessions.drops
    lookAhead = learnt
    lookAhead.hostsLoggingTLS = sessions.hostsLoggingTLS
  }

  private mutating func take(_ reader: EnvelopeReader, _ sink: EventListing.Sink?) throws {
    for next in reader.records {
      record += 1
      batch.removeAll()
      var verdict = parser.parse(next, in: reader.bytes.span, into: &batch)
      totals.add(batch)
      var used: MailEvent?
      if case .event = verdict, let event = batch.events.first {
        used = event
        if let time = try resolver.resolve(event.stamp) {
          let hadTLS = sessions.hasLoggedTLS(event.process)
          sessions.apply(event, at: time, in: reader.bytes.span, names: &names, into: &outcomes)
          if let sink { print(event, hadTLS: hadTLS, at: time, in: reader.bytes, sink) }
          report(event, in: reader.bytes, sink)
        } else {
          totals.passOver(.impossibleDate)
          verdict = .passedOver(.impossibleDate)
        }
      }
      sink?.record(record, verdict, used, next.text(in: reader.bytes))
    }
  }

  /// Prints what the line says by itself.
  private func print(
    _ event: MailEvent,
    hadTLS: Bool,
    at time: Timestamp,
    in bytes: [UInt8],
    _ sink: EventListing.Sink
  ) {
    let kind: LoggedEvent.Kind
    switch event.kind {
    case .connected: kind = .connect
    case .tlsEstablished: kind = .tls
    case .tlsFailed where hadTLS && event.flags.contains(.endsSession): kind = .disconnect
    case .tlsFailed: kind = .tlsFailure
    case .disconnected: kind = .disconnect
    default: return
    }
    var logged = logged(kind, event.stamp, at: time, event.server)
    logged.client = clientAddress(event.client, in: bytes)
    if kind == .tls {
      logged.tls = event.tls
      logged.cipher = text(event.detail, in: bytes)
    }
    sink.event(logged)
  }

  /// Prints what follows from the line, or learns from it.
  private mutating func report(
    _ event: MailEvent?,
    in bytes: [UInt8],
    _ sink: EventListing.Sink?
  ) {
    for outcome in outcomes {
      if case .retracted(let submission) = outcome {
        learnt.retracted.insert(submission.number)
      } else if let sink, let logged = logged(outcome, event, in: bytes) {
        for _ in 0..<messages(in: outcome) { sink.event(logged) }
        if logged.kind == .authFailure { lastFailure = logged }
      }
    }
    outcomes.removeAll(keepingCapacity: true)
    sessions.forgetNotedText()
  }

  /// How many events the outcome stands for: a repeated line is as many submissions, or refusals.
  private func messages(in outcome: SessionOutcome) -> UInt32 {
    switch outcome {
    case .submission(let submission): submission.messages
    case .rejected(_, _, _, let count, _): count
    default: 1
    }
  }

  private func logged(
    _ kind: LoggedEvent.Kind,
    _ stamp: LogStamp,
    at time: Timestamp,
    _ server: MailServer
  ) -> LoggedEvent {
    LoggedEvent(
      kind,
      time: time.text(like: stamp, zone: zone),
      server: server
    )
  }

  private func logged(
    _ outcome: SessionOutcome,
    _ event: MailEvent?,
    in bytes: [UInt8]
  ) -> LoggedEvent? {
    switch outcome {
    case .submission(let submission): return logged(submission)
    case .authFailure(let failure):
      return event.map { logged(failure, $0.server, in: bytes) }
    case .notedFailure(let failure):
      return event.map { logged(failure, $0.server, in: sessions.noted.text) }
    case .lastFailureRepeated(let attempts, let time, let stamp):
      guard var again = lastFailure else { return nil }
      again.time = time.text(like: stamp, zone: zone)
      again.attempts = attempts
      return again
    case .authenticated(let login, let time):
      guard let event else { return nil }
      var logged = logged(.authSuccess, event.stamp, at: time, event.server)
      logged.account = names.shown(login.account)
      logged.mechanism = term(login.mechanism)
      logged.client = login.client
      logged.tls = login.tls
      return logged
    case .rejected(let account, let client, _, _, let time):
      guard let event else { return nil }
      var logged = logged(.rejected, event.stamp, at: time, event.server)
      logged.account = account == NameTable.empty ? nil : names.shown(account)
      logged.client = client
      logged.queueID = event.queueID
      return logged
    case .hostLogsTLS, .plainSessionEnded, .retracted: return nil
    }
  }

  private func logged(_ submission: Submission) -> LoggedEvent {
    var logged = logged(
      .submission,
      submission.stamp,
      at: submission.time,
      submission.server
    )
    logged.account = names.shown(submission.account)
    logged.sender = names.shownSender(submission.sender)
    logged.client = submission.client
    logged.tls = lookAhead.tls(of: submission)
    logged.cipher = term(submission.cipher)
    logged.mechanism = term(submission.mechanism)
    logged.recipients = submission.recipients
    logged.bytes = submission.bytes
    logged.queueID = submission.queueID
    return logged
  }

  private func logged(
    _ failure: AuthFailure,
    _ server: MailServer,
    in bytes: [UInt8]
  ) -> LoggedEvent {
    var logged = logged(.authFailure, failure.stamp, at: failure.time, server)
    let name = failure.escape.undone(bytes[failure.name.range])
    if !name.isEmpty {
      logged.account = escapedText(names.foldsCase ? name.map(asciiLowercased) : name)
    }
    logged.mechanism = text(failure.mechanism, in: bytes)
    logged.client = failure.client
    logged.tls = failure.tls
    logged.reason = failure.reason
    logged.attempts = failure.attempts
    return logged
  }

  private func term(_ term: NameTable.ID) -> String? {
    term == NameTable.empty ? nil : sessions.terms.shown(term)
  }

  private func text(_ range: ByteRange, in bytes: [UInt8]) -> String? {
    range.isEmpty ? nil : escapedText(bytes[range.range])
  }

  private func clientAddress(_ range: ByteRange, in bytes: [UInt8]) -> ClientAddress {
    bytes.span.clientAddress(range)
  }
}
