import MailLog

// What a server refuses: a login, a command, a message.
extension SessionTable {
  mutating func authFailed(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    meet(slot, event, at: time, in: block, into: &outcomes)
    let session = sessions[slot: slot]
    authFailed(
      event,
      event.repeats,
      tls: session.tls,
      client: session.client,
      at: time,
      in: block,
      into: &outcomes
    )
  }

  /// `client`: the session's, for a line that does not name it.
  mutating func authFailed(
    _ event: EventView,
    _ attempts: UInt32,
    tls: TLSVersion,
    client: ClientAddress = .unknown,
    at time: Timestamp,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    var failure = AuthFailure(
      time: time,
      stamp: event.stamp,
      logger: event.logger,
      name: event.name,
      mechanism: event.detail,
      client: event.client.isEmpty ? client : address(of: event, in: block),
      tls: tls,
      reason: event.reason,
      attempts: attempts
    )
    failure.escape = event.escape
    if !noted.isEmpty { tellNoted(before: &failure, event, in: block, into: &outcomes) }
    guard failure.attempts > 0 else { return }
    outcomes.append(.authFailure(failure))
    lastEventWasFailure = true
    lastFailure = LastFailure(host: event.host)
  }

  mutating func refused(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    meet(slot, event, at: time, in: block, into: &outcomes)
    var account = sessions[slot: slot].account
    var client = sessions[slot: slot].client
    if event.kind == .refused {
      if let waitingSlot = waiting.find(event.messageKey) {
        account = waiting[slot: waitingSlot].account
        client = waiting[slot: waitingSlot].client
        waiting.remove(slot: waitingSlot)
      }
      sessions[slot: slot].flags.remove(.filtered)
    }
    guard !countsOnly else { return }
    if !event.name.isEmpty { account = names.intern(block.extracting(event.name.range)) }
    let named = address(of: event, in: block)
    if !named.isUnknown { client = named }
    let count = event.repeats
    outcomes.append(
      .rejected(account: account, client: client, logger: event.logger, count: count, time)
    )
  }

  /// The message that the session begins is thrown away, as lines before said, which did not tell
  /// whose it is.
  mutating func refuseDiscarded(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    guard !countsOnly else { return }
    let (account, client) = (sessions[slot: slot].account, sessions[slot: slot].client)
    outcomes.append(
      .rejected(account: account, client: client, logger: event.logger, count: 1, time)
    )
  }
}
