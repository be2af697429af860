package import MailLog

// Many failed logins from several networks, then a submission: a password may be guessed.
extension SpikeDetector {
  /// Notes failed logins; `name`: the account as the log has it.
  package mutating func observe(
    _ failure: borrowing AuthFailure,
    name: Span<UInt8>,
    _ names: borrowing NameTable
  ) {
    failures.endRun()
    let reason = failure.reason
    guard settings.failuresThenSuccess, !name.isEmpty,
      reason == .credentials || reason == .unknown
    else { return }
    let moment = Moment(failure.time)
    let network = failure.client.isUnknown ? 0 : KnownNetworks.hash(failure.client.network)
    let key = FailedLogins.key(name, foldingCase: names.foldsCase)
    failures.note(key, from: network, attempts: failure.attempts, at: moment)
    totals.forgottenFailures = failures.forgotten
    lastFailed = names.find(name) ?? NameTable.empty
    watchLastFailed(at: moment)
  }

  /// From now on the account's submissions are looked at, if enough of its logins have failed.
  private mutating func watchLastFailed(at moment: Moment) {
    guard lastFailed != NameTable.empty, let place = failures.lastPlace,
      let entry = failures.entries[place], isEnough(entry, at: moment),
      let slot = states.place(of: lastFailed)
    else { return }
    states[slot].hasFailures = true
    states[slot].version = version
  }

  /// Without a further failure it is enough at any time before, too.
  func isEnough(_ entry: FailedLogins.Entry, at moment: Moment) -> Bool {
    entry.count(at: moment) >= UInt64(settings.failures)
      && entry.networks.count(where: { $0 >> 32 != 0 }) >= settings.failureNetworks
  }

  /// The last failure came so often again.
  package mutating func repeatLastFailure(_ attempts: UInt32, at time: Timestamp) {
    failures.repeatLast(attempts, at: Moment(time))
    watchLastFailed(at: Moment(time))
  }

  /// What failed before this submission, if it is enough; asked for accounts with failures only.
  mutating func failuresFinding(
    _ account: NameTable.ID,
    _ slot: Int,
    from client: ClientAddress,
    isNew: Bool,
    _ names: borrowing NameTable,
    at moment: Moment
  ) -> Finding? {
    let name = names.bytes(account)
    let key = FailedLogins.key(name.span, foldingCase: names.foldsCase)
    guard settings.failuresThenSuccess, let entry = failures.take(key, at: moment),
      isEnough(entry, at: moment)
    else {
      states[slot].hasFailures = false
      return nil
    }
    let isFromFailing = entry.contains(KnownNetworks.hash(client.network))
    guard !client.isUnknown, isNew || isFromFailing else { return nil }
    let count = Double(entry.count(at: moment))
    return Finding(
      rule: .failuresThenSuccess,
      severity: .critical,
      window: Moment.seconds[2],
      count: count,
      expected: Double(settings.failures),
      score: naturalLogarithm(count / Double(max(1, settings.failures))),
      extent: entry.networks.count { $0 >> 32 != 0 }
    )
  }
}
