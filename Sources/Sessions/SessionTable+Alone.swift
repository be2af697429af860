import MailLog

// Lines that tell all by themselves: no session is asked, and none begins.
extension SessionTable {
  mutating func applyAlone(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    switch event.kind {
    case .authFailed:
      let attempts = firstCopies(event, at: time, in: block)
      if attempts > 0 {
        authFailed(event, attempts, tls: event.tls, at: time, in: block, into: &outcomes)
        if event.process.id != 0 { lastFailure.source = .process(event.process) }
      } else if lastFailure.source == .process(event.process) {
        // What repeats the copy repeats the failure.
        lastEventWasFailure = true
      }
    case .rejectedCommand:
      guard !countsOnly else { return }
      let count = firstCopies(event, at: time, in: block)
      guard count > 0 else { return }
      let account = login(event, in: block, names: &names)
      let client = block.clientAddress(event.client)
      outcomes.append(
        .rejected(account: account, client: client, logger: event.logger, count: count, time)
      )
    case .authenticated:
      guard !countsOnly else { return }
      let login = Authentication(
        account: login(event, in: block, names: &names),
        mechanism: term(event.mechanism, in: block),
        client: block.clientAddress(event.client),
        tls: event.tls
      )
      outcomes.append(.authenticated(login, time))
    default: break
    }
  }

  /// For how many lines the event stands, second copies left out.
  private mutating func firstCopies(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>
  ) -> UInt32 {
    guard event.process.id != 0 else { return event.repeats }
    var hash = UInt64(event.kind.rawValue) &<< 8 | UInt64(event.reason.rawValue)
    for range in [event.name, event.detail, event.client] {
      hash = ByteHash.mix(hash, ByteHash.stable(block.extracting(range.range)))
    }
    return twins.firstCopies(
      event.process,
      host: event.host,
      hash: hash,
      repeats: event.repeats,
      at: time
    )
  }
}
