import MailLog

// The events of the processes that speak SMTP with clients.
extension SessionTable {
  mutating func applyToSession(
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
    switch event.kind {
    case .otherMessage:
      leaveMessage(slot, at: time)
      sessions[slot: slot].flags.remove(.discardsNext)
      waiting.remove(event.messageKey)
      if !event.detail.isEmpty { followFiltered(event, at: time, in: block) }
    case .filterAccepted:
      filterAccepted(slot, event, at: time, in: block, names: &names, into: &outcomes)
    case .discarded:
      meet(slot, event, at: time, in: block, into: &outcomes)
      sessions[slot: slot].flags.insert(.discardsNext)
    case .held: holdNext(slot, event, in: block)
    case .authFailed: authFailed(slot, event, at: time, in: block, into: &outcomes)
    case .refused, .rejectedCommand:
      refused(slot, event, at: time, in: block, names: &names, into: &outcomes)
    case .lostInData:
      meet(slot, event, at: time, in: block, into: &outcomes)
      giveUpMessage(slot)
    default: break
    }
  }

  mutating func disconnected(
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    let slot = settledSession(of: event, at: time, into: &outcomes)
    leaveMessage(slot, at: time)
    endPlain(
      slot,
      usedTLS: event.flags.contains(.startedTLS),
      isBehindProxy: event.flags.contains(.behindProxy),
      server: event.server,
      into: &outcomes
    )
    if !heldSenders.isEmpty { heldSenders[sessions[slot: slot].number] = nil }
    sessions.remove(slot: slot)
  }

  /// As `session`, and what the session's next line decides is decided.
  @inline(__always) mutating func settledSession(
    of event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) -> Int {
    let slot = session(of: event, at: time, into: &outcomes)
    if sessions[slot: slot].flags.contains(.hasHeld) { settleHeld(slot, event, into: &outcomes) }
    return slot
  }

  /// The session of the event's process: a new one at `connect from`, and where the log has not
  /// shown its start.
  @inline(__always) mutating func session(
    of event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) -> Int {
    let hash = event.process.slotHash
    if let slot = sessions.find(event.process, hash: hash) {
      let age = time.since(sessions[slot: slot].lastSeen)
      if event.kind == .connected || age > limits.sessionAge {
        beginAnew(slot, event, at: time, into: &outcomes)
      } else {
        sessions[slot: slot].lastSeen = time
      }
      return slot
    }
    if sessions.count >= sizes.sessions { sweepSessions(at: time, into: &outcomes) }
    return sessions.add(event.process, hash: hash, newSession(event, at: time))
  }

  /// The process has gone on to another session than that of the slot.
  mutating func beginAnew(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    confirmHeld(slot, into: &outcomes)
    endPlain(slot, usedTLS: false, into: &outcomes)
    sessions[slot: slot] = newSession(event, at: time)
  }

  private mutating func newSession(_ event: EventView, at time: Timestamp) -> Session {
    sessionCount += 1
    var session = Session(number: sessionCount, host: event.host, lastSeen: time)
    if event.kind == .connected { session.flags.insert(.seenFromStart) }
    if event.flags.contains(.wrapped) { session.flags.insert(.wrapped) }
    return session
  }

  mutating func authenticatedMessage(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let slot = settledSession(of: event, at: time, into: &outcomes)
    leaveMessage(slot, at: time)
    meet(slot, event, at: time, in: block, into: &outcomes)
    if event.isByXCLIENT(in: block) {
      if isCountedInFront(event) {
        waiting.remove(event.messageKey)
        return
      }
      hideTLS(slot)
    }
    // Most sessions keep their login, and how they logged in.
    let known = sessions[slot: slot]
    if !event.detail.isEmpty {
      sessions[slot: slot].mechanism = mechanism(event.detail, in: block, likely: known.mechanism)
    }
    var account = names.intern(block.extracting(event.name.range), likely: known.account)
    if account == NameTable.empty, event.flags.contains(.saysLoggedIn) {
      // The line is cut off. Postfix takes one login a session.
      account = known.account == account ? names.intern("(unknown)") : known.account
    }
    if sessions[slot: slot].account != account {
      sessions[slot: slot].account = account
      sessions[slot: slot].client = address(of: event, in: block)
      // The server in front has told the login of a message that is left to it.
      if !countsOnly, !isLeftToFront(event.queueID) {
        outcomes.append(.authenticated(authentication(slot), time))
      }
    }
    var isHeld = sessions[slot: slot].flags.remove(.holdsNext) != nil
    if sessions[slot: slot].flags.remove(.discardsNext) != nil {
      isHeld = false
      refuseDiscarded(slot, event, at: time, into: &outcomes)
    }
    let heldSender = isHeld ? heldSenders.removeValue(forKey: sessions[slot: slot].number) : nil
    guard !event.queueID.isNone else {
      sessions[slot: slot].flags.insert(.filtered)
      return
    }
    sessions[slot: slot].queueID = event.queueID
    var message = waitingMessage(slot, event.process, at: time)
    if isHeld {
      message.isHeld = true
      message.sender =
        heldSender.map { sender(named: $0.span, of: account, at: time, names: &names) }
        ?? names.intern("(unknown)")
    }
    begin(event.messageKey, message, at: time, names: &names, into: &outcomes)
  }

  /// The session's next message goes on hold; who sends it is known only later.
  private mutating func holdNext(_ slot: Int, _ event: EventView, in block: Span<UInt8>) {
    sessions[slot: slot].flags.insert(.holdsNext)
    if event.flags.contains(.namesSender) { keepSender(slot, event.name, in: block) }
  }

  borrowing func authentication(_ slot: Int) -> Authentication {
    let session = sessions[slot: slot]
    return Authentication(
      account: session.account,
      mechanism: session.mechanism,
      client: session.client,
      tls: session.tls
    )
  }

  borrowing func waitingMessage(
    _ slot: Int,
    _ process: ProcessKey,
    at time: Timestamp
  ) -> WaitingMessage {
    let session = sessions[slot: slot]
    return WaitingMessage(
      process: process,
      account: session.account,
      host: session.host,
      session: session.number,
      client: session.client,
      mechanism: session.mechanism,
      cipher: session.cipher,
      began: time,
      deadline: Timestamp(nanoseconds: time.nanoseconds &+ limits.waitingAge),
      tls: session.tls,
      isPlain: session.isPlain
    )
  }

  /// A before-queue filter took the message: there is no queue ID to wait for.
  private mutating func filterAccepted(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    guard sessions[slot: slot].flags.remove(.filtered) != nil else { return }
    let message = waitingMessage(slot, event.process, at: time)
    let sender = sender(of: event, message.account, at: time, in: block, names: &names)
    var submission = submission(of: message, sender: sender, at: time, stamp: event.stamp)
    submission.messages = event.repeats
    accept(&submission, from: message.origin, into: &outcomes)
    if tracksBounces { followFiltered(submission, event, in: block) }
  }

  // MARK: Leaving a message

  /// The session goes on to something else.
  ///
  /// A message of which cleanup has seen no Message-ID was never sent; its ID may come back for
  /// another one.
  @inline(__always) private mutating func leaveMessage(_ slot: Int, at time: Timestamp) {
    sessions[slot: slot].flags.remove(.filtered)
    if !sessions[slot: slot].queueID.isNone { leaveQueueID(slot, at: time) }
  }

  private mutating func leaveQueueID(_ slot: Int, at time: Timestamp) {
    let key = MessageKey(
      host: sessions[slot: slot].host,
      queueID: sessions[slot: slot].queueID
    )
    sessions[slot: slot].queueID = .none
    guard let found = waiting.find(key),
      waiting[slot: found].session == sessions[slot: slot].number,
      !waiting[slot: found].hasMessageID
    else { return }
    waiting[slot: found].deadline = Timestamp(
      nanoseconds: time.nanoseconds &+ limits.abandonedAge
    )
  }

  /// The client went away in the middle of the data: Postfix deletes the message.
  private mutating func giveUpMessage(_ slot: Int) {
    let session = sessions[slot: slot]
    sessions[slot: slot].flags.subtract([.filtered, .hasHeld])
    guard !session.queueID.isNone else { return }
    sessions[slot: slot].queueID = .none
    let key = MessageKey(host: session.host, queueID: session.queueID)
    guard let found = waiting.find(key), waiting[slot: found].session == session.number
    else { return }
    waiting.remove(slot: found)
  }

  /// The session's next line has come: its message on hold counts, unless that line refuses it.
  @inline(never) private mutating func settleHeld(
    _ slot: Int,
    _ event: EventView,
    into outcomes: inout [SessionOutcome]
  ) {
    if event.kind == .lostInData { return }
    let isTheMessage = event.queueID.isNone || event.queueID == sessions[slot: slot].queueID
    if event.kind == .refused, isTheMessage { return }
    confirmHeld(slot, into: &outcomes)
  }
}
