import MailLog

// The events of queue IDs: a message waits from its `client=` line until it is accepted.
extension SessionTable {
  /// A message of an authenticated client has its queue ID.
  mutating func begin(
    _ key: MessageKey,
    _ message: WaitingMessage,
    at time: Timestamp,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let hash = key.slotHash
    if let known = early.take(key, hash: hash), time.since(known.time) <= limits.earlyAge {
      waiting.remove(key, hash: hash)
      border?.remove(key)
      let text = early.text
      let sender = sender(
        named: text.span.extracting(known.sender.range),
        of: message.account,
        at: known.time,
        names: &names
      )
      accept(known, from: sender, of: message, key.queueID, into: &outcomes)
      return
    }
    if let found = border?.take(key, message, limits.earlyAge) {
      return accept(found, of: message, key.queueID, names: &names, into: &outcomes)
    }
    if waiting.count >= sizes.waiting { sweepWaiting(at: time) }
    // A short ID that comes back means the new message.
    waiting.set(key, hash: hash, message)
  }

  mutating func queued(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let key = event.messageKey
    let hash = key.slotHash
    let sender = block.extracting(event.name.range)
    let known = EarlyMessage(
      time: time,
      stamp: event.stamp,
      sender: .none,
      bytes: event.bytes,
      recipients: event.recipients
    )
    // Names are kept for good: only a message of an authenticated client gets there.
    if let found = waiting.find(key, hash: hash) {
      let message = waiting[slot: found]
      waiting.remove(slot: found)
      if time <= message.deadline {
        // Most people send as themselves.
        let sender = self.sender(named: sender, of: message.account, at: time, names: &names)
        accept(known, from: sender, of: message, event.queueID, into: &outcomes)
        return
      }
    }
    if notesBorder { border?.add(key, known, sender: sender) }
    if early.needsSweep { drops.early += early.sweep(at: time, age: limits.earlyAge) }
    if early.count < limits.early {
      early.add(key, hash: hash, known, sender: sender)
    } else {
      drops.early += 1
    }
  }

  mutating func removed(
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    let key = event.messageKey
    let hash = key.slotHash
    early.remove(key, hash: hash)
    waiting.remove(key, hash: hash)
    if tracksBounces { delivering.remove(key, hash: hash) }
    refuseUnsettled(event, at: time, into: &outcomes)
  }

  /// The event's message, unless its time is over and the ID may mean another one.
  // Mutating only in name: a function that is not copies the table for each call.
  @inline(__always)
  mutating func waitingSlot(of event: EventView, at time: Timestamp) -> Int? {
    guard let slot = waiting.find(event.messageKey), time <= waiting[slot: slot].deadline
    else { return nil }
    return slot
  }

  mutating func messageID(
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    guard let slot = waitingSlot(of: event, at: time) else { return }
    waiting[slot: slot].hasMessageID = true
    let sinceLeft = limits.abandonedAge - waiting[slot: slot].deadline.since(time)
    if abs(sinceLeft) <= limits.earlyAge {
      // The session left it just now: lines were shuffled, it did send the message.
      waiting[slot: slot].deadline = Timestamp(nanoseconds: time.nanoseconds &+ limits.waitingAge)
    }
    if waiting[slot: slot].isHeld { proveHeld(slot, event, at: time, into: &outcomes) }
  }

  // MARK: Hold

  mutating func held(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    guard let slot = waitingSlot(of: event, at: time) else { return }
    waiting[slot: slot].isHeld = true
    let account = waiting[slot: slot].account
    waiting[slot: slot].sender = sender(of: event, account, at: time, in: block, names: &names)
    if waiting[slot: slot].hasMessageID { proveHeld(slot, event, at: time, into: &outcomes) }
  }

  /// The line that proves a message on hold: it counts, unless the session's next line cancels it.
  private mutating func proveHeld(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    waiting[slot: slot].heldAt = time
    waiting[slot: slot].heldStamp = event.stamp
    let message = waiting[slot: slot]
    if let session = sessions.find(message.process),
      sessions[slot: session].number == message.session,
      sessions[slot: session].queueID == event.queueID
    {
      sessions[slot: session].flags.insert(.hasHeld)
    } else {
      acceptHeld(slot, event.queueID, into: &outcomes)
    }
  }

  mutating func confirmHeld(_ slot: Int, into outcomes: inout [SessionOutcome]) {
    guard sessions[slot: slot].flags.contains(.hasHeld) else { return }
    let session = sessions[slot: slot]
    sessions[slot: slot].flags.remove(.hasHeld)
    let key = MessageKey(host: session.host, queueID: session.queueID)
    if unsettled.has(key) { return acceptUnsettled(key, into: &outcomes) }
    guard let found = waiting.find(key), waiting[slot: found].session == session.number,
      waiting[slot: found].heldAt.nanoseconds != 0
    else { return }
    acceptHeld(found, session.queueID, into: &outcomes)
  }

  private mutating func acceptHeld(
    _ slot: Int,
    _ queueID: QueueID,
    into outcomes: inout [SessionOutcome]
  ) {
    let message = waiting[slot: slot]
    waiting.remove(slot: slot)
    let known = EarlyMessage(
      time: message.heldAt,
      stamp: message.heldStamp,
      sender: .none,
      bytes: -1,
      recipients: -1
    )
    accept(known, from: message.sender, of: message, queueID, into: &outcomes)
  }

  // MARK: Acceptance

  /// The sender that the event names; `(unknown)` where it names none.
  mutating func sender(
    of event: EventView,
    _ account: NameTable.ID,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable
  ) -> NameTable.ID {
    guard event.flags.contains(.namesSender) else { return names.intern("(unknown)") }
    let name = block.extracting(event.name.range)
    return sender(named: name, of: account, at: time, names: &names)
  }

  @inline(__always) func submission(
    of message: WaitingMessage,
    sender: NameTable.ID,
    at time: Timestamp,
    stamp: LogStamp
  ) -> Submission {
    var submission = Submission(
      time: time,
      stamp: stamp,
      host: message.host,
      account: message.account,
      sender: sender,
      client: message.client,
      tls: message.tls,
      cipher: message.cipher,
      mechanism: message.mechanism
    )
    submission.began = message.began
    return submission
  }

  mutating func accept(
    _ known: EarlyMessage,
    from sender: NameTable.ID,
    of message: WaitingMessage,
    _ queueID: QueueID,
    into outcomes: inout [SessionOutcome]
  ) {
    if !handedOn.left.isEmpty {
      var message = message
      message.sender = sender
      if leaveToFront(message, known, queueID) { return }
    }
    var submission = submission(
      of: message,
      sender: sender,
      at: known.time,
      stamp: known.stamp
    )
    submission.queueID = queueID
    submission.loggedRecipients = known.recipients
    submission.loggedBytes = known.bytes
    accept(&submission, from: message.origin, into: &outcomes)
  }
}
