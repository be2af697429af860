import MailLog

// Servers that say in one line who is logged in, and in another that a message is accepted.
extension SessionTable {
  mutating func applyAcceptance(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    settle(at: time, into: &outcomes)
    switch event.kind {
    case .authenticated: authenticated(event, at: time, in: block, names: &names, into: &outcomes)
    case .submitted: submitted(event, at: time, in: block, names: &names, into: &outcomes)
    case .envelope: envelope(event, at: time, in: block, names: &names, into: &outcomes)
    case .delivery:
      acceptUnsettled(event.messageKey, into: &outcomes)
    default: accepted(event, at: time, in: block, names: &names, into: &outcomes)
    }
  }

  private mutating func authenticated(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    if event.flags.contains(.standsAlone) {
      return applyAlone(event, at: time, in: block, names: &names, into: &outcomes)
    }
    let slot = settledSession(of: event, at: time, into: &outcomes)
    sessions[slot: slot].account = login(event, in: block, names: &names)
    sessions[slot: slot].mechanism = mechanism(event.mechanism, in: block)
    if !event.client.isEmpty {
      sessions[slot: slot].client = address(of: event, in: block)
    }
    noteLogin(event)
    learnTLSOfLogin(slot, event, at: time, in: block, into: &outcomes)
    if !noted.isEmpty {
      tellNoted(beforeLogin: event, at: time, in: block, into: &outcomes)
    }
    if !countsOnly { outcomes.append(.authenticated(authentication(slot), time)) }
  }

  /// The login line tells the session's TLS, or that there is none where the host shows it.
  private mutating func learnTLSOfLogin(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    switch event.tls {
    case .unknown where event.flags.contains(.startedTLS):
      learnTLS(slot, event, in: block, into: &outcomes)
      hiddenTLS.note(HiddenUse(time: time, host: event.host), event.server)
    case .unknown:
      if event.flags.contains(.showsNoTLS) { sessions[slot: slot].flags.insert(.seenFromStart) }
    case .none: sessions[slot: slot].tls = .none
    default: learnTLS(slot, event, in: block, into: &outcomes)
    }
  }

  private mutating func accepted(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let isStale = isStale(event, at: time)
    let slot = settledSession(of: event, at: time, into: &outcomes)
    if !discarded.isEmpty, discarded.remove(event.messageKey) { return }
    if event.kind == .accepted, !event.queueID.isNone {
      // Once more the message of the line before: of another of its recipients. One that has a sender
      // of its own is a new one, whatever ID it is told to have.
      guard
        sessions[slot: slot].queueID != event.queueID
          || heldSenders[sessions[slot: slot].number] != nil
      else { return }
      sessions[slot: slot].queueID = event.queueID
    }
    if event.flags.contains(.handedOn), isCountedBehind(event, in: block) { return }
    var message = waitingMessage(slot, event.process, at: time)
    if !event.name.isEmpty {
      // The login's own line may be missing.
      noteLogin(event)
      message.account = login(event, in: block, names: &names, likely: message.account)
    } else if isStale {
      message.account = NameTable.empty
    } else if message.account == NameTable.empty, event.flags.contains(.saysLoggedIn) {
      // The login is in lines that are missing.
      message.account = names.intern("(unknown)")
    }
    if event.flags.contains(.saysLoggedIn) { sessions[slot: slot].flags.insert(.saysLogins) }
    if event.tls == .none {
      // What is known of its TLS is of another session.
      sessions[slot: slot].tls = .none
      sessions[slot: slot].cipher = NameTable.empty
    }
    tell(&message, event, in: block, into: &outcomes)
    let isSettled = take(message, event, at: time, in: block, names: &names, into: &outcomes)
    guard !isSettled else { return }
    sessions[slot: slot].queueID = event.queueID
    sessions[slot: slot].flags.insert(.hasHeld)
  }

  /// Whether the event's process may serve another session by now than the one known of it: that
  /// one is long ago, or its server would have said that the client is logged in.
  // Mutating only in name: a function that is not copies the table for each call.
  @inline(__always)
  private mutating func isStale(_ event: EventView, at time: Timestamp) -> Bool {
    guard event.kind == .acceptedUnlessRefused, !event.flags.contains(.saysLoggedIn),
      let slot = sessions.find(event.process)
    else { return false }
    return time.since(sessions[slot: slot].lastSeen) > limits.processAge
      || (sessions[slot: slot].flags.contains(.saysLogins) && !event.flags.contains(.hidesLogin))
  }

  private mutating func submitted(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    if event.flags.contains(.mayComeAgain), !partlyLogged.add(event.messageKey) { return }
    if event.flags.contains(.handedOn), isCountedBehind(event, in: block) { return }
    var message = WaitingMessage(
      process: event.process,
      account: login(event, in: block, names: &names),
      host: event.host,
      session: 0,
      client: address(of: event, in: block),
      mechanism: term(event.mechanism, in: block),
      cipher: NameTable.empty,
      began: time,
      deadline: time,
      tls: .unknown,
      isPlain: event.flags.contains(.showsNoTLS)
    )
    if event.name.isEmpty, event.flags.contains(.saysLoggedIn) {
      message.account = names.intern("(unknown)")
    }
    tell(&message, event, in: block, into: &outcomes)
    if event.recipients < 0 { lastUnknownRecipients = time }
    if !event.flags.contains(.standsAlone) { noteLogin(event) }
    _ = take(message, event, at: time, in: block, names: &names, into: &outcomes)
  }

  /// What the line itself says of TLS and the client goes before what the session showed.
  private mutating func tell(
    _ message: inout WaitingMessage,
    _ event: EventView,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    if message.client.isUnknown { message.client = address(of: event, in: block) }
    if event.flags.contains(.startedTLS) { message.isPlain = false }
    guard event.tls != .unknown else { return }
    message.tls = event.tls
    message.cipher = term(event.detail, in: block)
    if event.tls != .none { learnTLS(of: event.logger, into: &outcomes) }
  }

  /// Counts an accepted message, or puts it off; false: put off.
  private mutating func take(
    _ message: WaitingMessage,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) -> Bool {
    guard message.account != NameTable.empty else { return true }
    var entry = UnsettledMessages.Entry(
      message: message,
      server: event.server,
      bytes: event.bytes,
      recipients: event.recipients,
      repeats: event.repeats
    )
    entry.message.heldAt = time
    entry.message.heldStamp = event.stamp
    var namesSender = event.flags.contains(.namesSender)
    if namesSender {
      entry.message.sender = sender(event, message.account, at: time, in: block, names: &names)
    } else if let known = heldSenders.removeValue(forKey: message.session) {
      entry.message.sender = sender(
        named: known.span,
        of: message.account,
        at: time,
        names: &names
      )
      namesSender = true
    } else {
      entry.message.sender = names.intern("(unknown)")
    }
    let isFinal = namesSender && event.kind != .acceptedUnlessRefused
    if isFinal || event.queueID.isNone || unsettled.count >= limits.unsettled {
      accept(entry, event.queueID, into: &outcomes)
      return true
    }
    // An ID that comes back means a new message.
    acceptUnsettled(event.messageKey, into: &outcomes)
    unsettled.add(event.messageKey, entry)
    return false
  }

  private mutating func envelope(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    if event.queueID.isNone { return nameSender(event, in: block) }
    guard let place = unsettled.find(event.messageKey) else { return }
    let account = unsettled[place].message.account
    let sender = sender(event, account, at: time, in: block, names: &names)
    unsettled[place].message.sender = sender
    accept(unsettled: place, event.queueID, into: &outcomes)
  }

  /// The sender of the session's next message.
  private mutating func nameSender(_ event: EventView, in block: Span<UInt8>) {
    // Nobody else's message counts.
    guard let slot = sessions.find(event.process),
      sessions[slot: slot].account != NameTable.empty
    else { return }
    keepSender(slot, event.sender, in: block)
  }

  private mutating func sender(
    _ event: EventView,
    _ account: NameTable.ID,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable
  ) -> NameTable.ID {
    event.escape.undo(in: block.extracting(event.sender.range)) {
      sender(named: $0, of: account, at: time, names: &names)
    }
  }

  /// The login that the event names, as the client sent it.
  func login(
    _ event: EventView,
    in block: Span<UInt8>,
    names: inout NameTable,
    likely guess: NameTable.ID? = nil
  ) -> NameTable.ID {
    event.escape.undo(in: block.extracting(event.name.range)) { name in
      guess.map { names.intern(name, likely: $0) } ?? names.intern(name)
    }
  }
}
