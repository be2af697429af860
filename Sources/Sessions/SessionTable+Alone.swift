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
      guard !isSecondCopy(event, at: time, in: block) else { return }
      authFailed(event, tls: event.tls, at: time, in: block, into: &outcomes)
    case .rejectedCommand:
      guard !isForCounts, !isSecondCopy(event, at: time, in: block) else { return }
      let account = login(event, in: block, names: &names)
      let client = block.clientAddress(event.client)
      outcomes.append(.rejected(account: account, client: client, logger: event.logger, time))
    case .authenticated:
      guard !isForCounts else { return }
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

  private mutating func isSecondCopy(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>
  ) -> Bool {
    guard event.process.id != 0 else { return false }
    var hash = UInt64(event.kind.rawValue) &<< 8 | UInt64(event.reason.rawValue)
    for range in [event.name, event.detail, event.client] {
      hash = ByteHash.mix(hash, ByteHash.stable(block.extracting(range.range)))
    }
    return twins.isSecond(event.process, host: event.host, hash: hash, at: time)
  }
}
