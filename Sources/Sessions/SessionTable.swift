package import MailLog

/// Joins the events of server processes into sessions and messages.
///
/// A value without a clock: time comes with the events, so that a replayed log gives what the live
/// one gave. Every table is bounded; what a full table gives up is counted in `drops`.
package struct SessionTable: ~Copyable {
  /// Bounds, in entries and in nanoseconds of the log's time.
  package struct Limits: Sendable {
    package var sessions = 100_000
    package var waiting = 1_000_000
    package var early = 100_000
    package var plain = 250_000
    package var sessionAge: Int64 = 24 * 3600 * 1_000_000_000
    /// How long a session is silent at most before its client logs in: Sendmail waits the longest, by
    /// default (`Timeout.command`).
    package var loginAge: Int64 = 3600 * 1_000_000_000
    /// The default of maximal_queue_lifetime, postconf(5).
    package var waitingAge: Int64 = 5 * 24 * 3600 * 1_000_000_000
    /// How long an ID waits that its session left without sending the message.
    package var abandonedAge: Int64 = 60 * 1_000_000_000
    /// How far syslog shuffles the lines of two processes.
    package var earlyAge: Int64 = 5 * 1_000_000_000
    package var unsettled = 100_000
    /// Accepted messages that are not delivered yet.
    package var delivering = 100_000
    /// Sessions of which only failed AUTH is known.
    package var noted = 10_000
    /// How long an accepted message waits for its sender, or for a line that refuses it.
    package var unsettledAge: Int64 = 60 * 1_000_000_000
    /// Names of senders that an account may bring in a day, if they were never seen before.
    package var newSenders = Int.max
    /// Messages that one server hands on to another, while only one of them has told.
    package var handedOn = 65_536
    /// How long a process whose ID comes round surely serves the same session.
    package var processAge: Int64 = 600 * 1_000_000_000

    package init() {}

    /// Of files that are read one after the other: what two of them tell of a message may be as far
    /// apart as they are long.
    package static var ofFiles: Limits {
      var limits = Limits()
      limits.readFiles()
      return limits
    }

    /// As `ofFiles`, in all else as they are.
    package mutating func readFiles() { handedOn = 500_000 }
  }

  /// What was given up for want of room.
  package struct Drops: Sendable, Equatable {
    package var sessions = 0
    package var waiting = 0
    package var early = 0
    package var plain = 0
    package var noted = 0
    package var delivering = 0
    /// Messages whose sender is `(other)`.
    package var senders = 0
    /// Messages handed on that may count twice: the two servers' lines are too far apart.
    package var handedOn = 0

    package init() {}
  }

  var sessions = SlotTable<ProcessKey, Session>()
  var waiting = SlotTable<MessageKey, WaitingMessage>()
  var early = EarlyMessages()
  var unsettled = UnsettledMessages()
  var twins = TwinLines()
  /// Of servers that log a message several times: Courier does for each 100 recipients.
  var partlyLogged = RecentMessages()
  /// Thrown away by a filter before the line that accepts them.
  var discarded = RecentMessages()
  /// Of servers that hand them on to a Postfix: both tell of them.
  var handedOn: HandedOn
  /// Messages that may bounce; empty where nobody asks.
  var delivering = SlotTable<MessageKey, AcceptedMessage>()
  var plain = PlainSubmissions()
  /// Hosts with a server that may hand mail on to a Postfix there with the login (XCLIENT), and tell of
  /// the message itself; and those where it did not.
  ///
  /// By their labels: a server's own file and syslog may name the host differently.
  var fronts: Set<HostKey> = []
  var silentFronts: Set<HostKey> = []
  var lastHostWithLogins: HostKey?
  /// Failed AUTH that other programs told of.
  package internal(set) var noted = NotedFailures()
  /// nil: nobody asks, as there are no other logs.
  var border: UnclaimedMessages?
  /// Whether lines are noted in `border`: a flag beside it, as it is asked for at every line.
  var notesBorder = false
  /// Ended sessions that used TLS without logging it, or were behind another server.
  var silent: Set<UInt64> = []
  /// Hosts whose servers have logged inbound TLS, as `HostKey.logger` names them.
  package internal(set) var hostsLoggingTLS: Set<HostKey> = []
  var lastHostLoggingTLS: HostKey?
  /// Ciphers and SASL mechanisms.
  package internal(set) var terms = NameTable(foldsCase: false)
  package internal(set) var drops = Drops()
  package internal(set) var hiddenTLS = HiddenUses()
  /// When a message last counted whose line does not tell the recipients.
  package internal(set) var lastUnknownRecipients: Timestamp?
  var sessionCount: UInt64 = 0
  var submissionCount: UInt64 = 0
  /// The sender of a session's next message, where a line before told it, by the session's number; at
  /// most 1024.
  var heldSenders: [UInt64: [UInt8]] = [:]
  /// The last event was `lastFailure`, its second copy or its repetition.
  var lastEventWasFailure = false
  var lastFailure = LastFailure()
  var sizes = SweepSizes()
  /// How many names each account has brought since a day began, in days since 1970.
  var newSenders: (day: Int64, counts: [NameTable.ID: Int]) = (0, [:])
  let limits: Limits
  let countsOnly: Bool
  let readsClients: Bool
  /// Bounces are `rejected`, too, of whom the message is.
  let tracksBounces: Bool

  /// An empty table; `countsOnly`: submissions tell neither cipher nor SASL mechanism, and
  /// `authenticated` and `rejected` are left out; `readsClients`: what follows tells the client's
  /// address; `tracksBounces`: `rejected` tells of messages that bounce, too.
  package init(
    limits: Limits = Limits(),
    countsOnly: Bool = false,
    readsClients: Bool = true,
    tracksBounces: Bool = false
  ) {
    self.limits = limits
    handedOn = HandedOn(limit: limits.handedOn)
    self.countsOnly = countsOnly
    self.readsClients = readsClients
    self.tracksBounces = tracksBounces
    sizes.sessions = SweepSizes.next(0, limit: limits.sessions)
    sizes.waiting = SweepSizes.next(0, limit: limits.waiting)
    sizes.delivering = SweepSizes.next(0, limit: limits.delivering)
  }

  /// The number of a cipher or mechanism, which is likely to be `guess`.
  @inline(__always)
  mutating func term(
    _ range: ByteRange,
    in block: Span<UInt8>,
    likely guess: NameTable.ID = NameTable.empty
  ) -> NameTable.ID {
    countsOnly ? guess : terms.intern(block.extracting(range.range), likely: guess)
  }

  /// The address that the event names.
  @inline(__always)
  func address(of event: EventView, in block: Span<UInt8>) -> ClientAddress {
    readsClients ? block.clientAddress(event.client) : .unknown
  }

  /// Whether the process's session, if it has one, had a TLS line.
  package func hasLoggedTLS(_ process: ProcessKey) -> Bool {
    sessions.find(process).map { sessions[slot: $0].flags.contains(.loggedTLS) } ?? false
  }

  // How much is kept: for tests of the limits.
  package var openSessions: Int { sessions.count }
  package var waitingMessages: Int { waiting.count }

  /// Takes the next events in the order of the log.
  ///
  /// - Parameters:
  ///   - events: the events, their ranges in `block`.
  ///   - times: the instants of their stamps; an event whose stamp means none is passed over.
  ///   - block: the bytes that hold the events' lines.
  ///   - names: takes accounts and senders.
  ///   - outcomes: what follows is appended, in order.
  package mutating func apply(
    _ events: Span<MailEvent>,
    at times: Span<Timestamp?>,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    for index in events.indices {
      guard let time = times[index] else { continue }
      apply(EventView(events, index), at: time, in: block, names: &names, into: &outcomes)
    }
  }

  @inline(__always) private mutating func apply(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let followsFailure = lastEventWasFailure
    lastEventWasFailure = false
    if notesBorder { noteBorder(event, at: time) }
    // One switch for all: most of its jumps are guessed wrongly.
    switch event.kind {
    case .connected:
      let slot = session(of: event, at: time, into: &outcomes)
      if event.flags.contains(.namesClient) {
        sessions[slot: slot].client = address(of: event, in: block)
      }
      sessions[slot: slot].peer = event.peer(in: block)
    case .tlsEstablished: tlsEstablished(event, at: time, in: block, into: &outcomes)
    case .authenticatedMessage:
      authenticatedMessage(event, at: time, in: block, names: &names, into: &outcomes)
    case .disconnected: disconnected(event, at: time, into: &outcomes)
    case .queued: queued(event, at: time, in: block, names: &names, into: &outcomes)
    case .removed: removed(event, at: time, into: &outcomes)
    case .messageID: messageID(event, at: time, into: &outcomes)
    case .receivedHeader: receivedHeader(event, at: time, in: block)
    case .held where !event.queueID.isNone:
      held(event, at: time, in: block, names: &names, into: &outcomes)
    case .otherMessage where event.client.isEmpty: waiting.remove(event.messageKey)
    case .lineRepeated:
      if followsFailure { repeatLastFailure(event, at: time, into: &outcomes) }
    case .authFailed where event.flags.contains(.unproven): note(event, at: time, in: block)
    case .authenticated, .accepted, .acceptedUnlessRefused, .submitted, .envelope, .delivery:
      applyAcceptance(event, at: time, in: block, names: &names, into: &outcomes)
    case .bounced, .delivered: delivered(event, at: time, into: &outcomes)
    case .discarded where !event.queueID.isNone || event.server != .postfix:
      _ = discarded.add(event.messageKey)
    case .refused where unsettled.has(event.messageKey):
      refuseUnsettled(event, at: time, into: &outcomes)
    case .tlsFailed where event.flags.contains(.endsSession):
      disconnected(event, at: time, into: &outcomes)
    default: applyToSession(event, at: time, in: block, names: &names, into: &outcomes)
    }
  }

  /// As `apply`, up to the first event that something follows from.
  ///
  /// - Returns: the place behind that event.
  package mutating func applyNext(
    _ events: Span<MailEvent>,
    from start: Int,
    at times: Span<Timestamp?>,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) -> Int {
    let before = outcomes.count
    for index in start..<events.count {
      guard let time = times[index] else { continue }
      apply(EventView(events, index), at: time, in: block, names: &names, into: &outcomes)
      if outcomes.count > before { return index &+ 1 }
    }
    return events.count
  }

  /// As `apply` of an event in a batch, for one that stands alone.
  package mutating func apply(
    _ event: MailEvent,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let events: InlineArray<1, MailEvent> = [event]
    let times: InlineArray<1, Timestamp?> = [time]
    apply(events.span, at: times.span, in: block, names: &names, into: &outcomes)
  }

  /// The log is over: what is open ends here, session by session in the order of their beginnings.
  package mutating func finish(into outcomes: inout [SessionOutcome]) {
    for (process, _) in sessions.all().sorted(by: { $0.value.number < $1.value.number }) {
      guard let slot = sessions.find(process) else { continue }
      confirmHeld(slot, into: &outcomes)
      endPlain(slot, usedTLS: false, into: &outcomes)
      sessions.remove(slot: slot)
    }
    settle(before: nil, into: &outcomes)
  }
}

extension EventView {
  var messageKey: MessageKey { MessageKey(host: host, queueID: queueID) }
}
