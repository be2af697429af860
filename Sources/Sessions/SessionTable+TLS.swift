import MailLog

// What lines tell of the TLS of a session, or of one of its messages.
extension SessionTable {
  mutating func tlsEstablished(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    let slot = settledSession(of: event, at: time, into: &outcomes)
    meet(slot, event, at: time, in: block, into: &outcomes)
    learnTLS(slot, event, in: block, into: &outcomes)
    if !sessions[slot: slot].queueID.isNone { learnLateTLS(slot, event, at: time, in: block) }
  }

  /// The line stands behind that of the message that the session has begun, as a syslog server with
  /// several threads may write it: its stamp tells what came first.
  @inline(never) private mutating func learnLateTLS(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>
  ) {
    let session = sessions[slot: slot]
    let key = MessageKey(host: session.host, queueID: session.queueID)
    guard let place = waiting.find(key), waiting[slot: place].session == session.number,
      waiting[slot: place].tls == .unknown, time < waiting[slot: place].began
    else { return }
    learnTLS(ofMessage: place, event, in: block)
  }

  mutating func learnTLS(
    _ slot: Int,
    _ event: EventView,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    sessions[slot: slot].tls = event.tls
    sessions[slot: slot].cipher = term(event.detail, in: block)
    sessions[slot: slot].flags.insert(.loggedTLS)
    learnTLS(of: event.logger, into: &outcomes)
  }

  /// The host's server logs TLS.
  @inline(__always)
  mutating func learnTLS(of host: HostKey, into outcomes: inout [SessionOutcome]) {
    // The set is asked only where the host changes: the hash of one host costs as much as the rest.
    guard host != lastHostLoggingTLS else { return }
    lastHostLoggingTLS = host
    if hostsLoggingTLS.insert(host).inserted { outcomes.append(.hostLogsTLS(host)) }
  }

  /// The server's own Received header; only the first is, the others came with the message.
  ///
  /// None is believed on a host that logs TLS: where the server's own is not logged, a client can
  /// write one.
  mutating func receivedHeader(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>
  ) {
    guard let slot = waitingSlot(of: event, at: time), !waiting[slot: slot].hasReceivedHeader
    else { return }
    waiting[slot: slot].hasReceivedHeader = true
    guard waiting[slot: slot].tls == .unknown, event.tls != .unknown, !logsTLS(event.logger)
    else { return }
    learnTLS(ofMessage: slot, event, in: block)
  }

  private mutating func learnTLS(
    ofMessage place: Int,
    _ event: EventView,
    in block: Span<UInt8>
  ) {
    waiting[slot: place].tls = event.tls
    waiting[slot: place].isPlain = false
    waiting[slot: place].cipher = term(event.detail, in: block)
  }
}
