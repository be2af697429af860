package import MailLog

// From findings to alerts, and to their end.
extension SpikeDetector {
  static let day: Int64 = 86_400_000_000_000
  static let minuteLength: Int64 = 60_000_000_000
  /// How often the figures of a firing alert change at most.
  private static let refreshInterval: Int64 = 60_000_000_000

  /// Raises an alert, unless the account has it already.
  mutating func raise(
    _ finding: Finding,
    _ account: NameTable.ID,
    at moment: Moment,
    _ names: borrowing NameTable
  ) {
    let group = AlertGroup(finding.rule)
    beCareful(account, group)
    guard let number = ledger.latest(of: account, group), isSame(number, finding, moment) else {
      return add(finding, account, at: moment, names)
    }
    let known = ledger[number]
    guard known.isFiring else {
      // The count of the day has the story in it that is over.
      if finding.window == Moment.seconds[2], finding.score <= known.alert.score * 1.1 { return }
      // It fires again, within a day: the same alert goes on.
      return finding.rule == known.alert.rule
        ? refresh(number, finding, at: moment, names) : add(finding, account, at: moment, names)
    }
    guard moment.time.since(known.refreshed) >= Self.refreshInterval else { return }
    // All figures of an alert are of its rule.
    let own =
      finding.rule == known.alert.rule
      ? finding
      : states.state(of: account).flatMap {
        self.finding(of: known.alert.rule, $0, at: moment)
      }
    if let own, own.score > known.alert.score * 1.1 { refresh(number, own, at: moment, names) }
  }

  /// What one of the channels finds; nil for other rules, too.
  private func finding(
    of rule: Alert.Rule,
    _ state: AccountState,
    at moment: Moment
  ) -> Finding? {
    switch rule {
    case .volume: volumeFinding(state, at: moment)
    case .newNetworks: newNetworksFinding(state, at: moment)
    case .sustained: sustainedFinding(state, at: moment)
    case .cap, .failuresThenSuccess, .rejections: nil
    }
  }

  /// Whether the finding is no news to whoever got that alert.
  private func isSame(_ number: Int, _ finding: Finding, _ moment: Moment) -> Bool {
    let known = ledger[number]
    if known.alert.verdict == .legitimate { return false }
    return moment.time.since(known.alert.started) < Self.day
      && (finding.severity == .warning || known.alert.severity == .critical)
  }

  /// What the account sends today and on the next two days is learnt with care.
  private mutating func beCareful(_ account: NameTable.ID, _ group: AlertGroup) {
    if group == .rejections, let place = rejections.place(of: account) {
      rejections[place].alertDays = 3
      rejections[place].hasOpenVerdict = true
    } else if let slot = states.place(of: account) {
      states[slot].alertDays = 3
      states[slot].hasOpenVerdict = true
    }
  }

  private mutating func add(
    _ finding: Finding,
    _ account: NameTable.ID,
    at moment: Moment,
    _ names: borrowing NameTable
  ) {
    let group = AlertGroup(finding.rule)
    let id = id(of: finding, account, at: moment, names)
    var alert = Alert(
      id: id,
      rule: finding.rule,
      severity: finding.severity,
      account: names.shown(account),
      started: moment.time,
      windowSeconds: finding.window,
      count: 0,
      expected: 0,
      score: 0,
      text: ""
    )
    let isSilent = isSilent(&alert, at: moment)
    fill(&alert, finding, account, at: moment, names)
    if let number = ledger.latest(of: account, group), ledger[number].isFiring {
      ledger.end(number, at: moment.time, replacedBy: id, version)
    }
    let records = records(of: account, group)
    ledger.add(
      AlertRecord(
        alert: alert,
        account: account,
        group: group,
        isSilent: isSilent,
        refreshed: moment.time,
        without: records,
        whole: records.map { _ in 0 },
        version: version
      )
    )
  }

  private func records(of account: NameTable.ID, _ group: AlertGroup) -> [Float] {
    let records =
      group == .rejections
      ? rejections.state(of: account)?.records : states.state(of: account)?.records
    return records ?? []
  }

  /// Whether nobody is told: it is an old story, or there were too many in this hour.
  private mutating func isSilent(_ alert: inout Alert, at moment: Moment) -> Bool {
    if wallClock.since(alert.started) > Self.day { return true }
    let limit = UInt32(clamping: max(100, accountCount / 1000))
    let left = ledger.budget.take(alert.severity, in: moment.buckets[1], limit: limit)
    if left.isLast { alert.sentLimit = limit }
    guard !left.isLeft else { return false }
    totals.withheld += 1
    totals.lastWithheld = alert.started
    return true
  }

  private mutating func refresh(
    _ number: Int,
    _ finding: Finding,
    at moment: Moment,
    _ names: borrowing NameTable
  ) {
    var alert = ledger[number].alert
    alert.state = .firing
    alert.ended = nil
    fill(&alert, finding, ledger[number].account, at: moment, names)
    ledger.refresh(number, alert, at: moment.time, version)
  }

  /// Writes the figures of now, and what is known of the account's senders and clients.
  private func fill(
    _ alert: inout Alert,
    _ finding: Finding,
    _ account: NameTable.ID,
    at moment: Moment,
    _ names: borrowing NameTable
  ) {
    if let entry = watchlist[Watchlist.Key(account, AlertGroup(finding.rule))] {
      alert.senders = entry.senders.map { names.shownSender($0) }
    }
    fill(&alert, finding, account, at: moment)
  }

  private func fill(
    _ alert: inout Alert,
    _ finding: Finding,
    _ account: NameTable.ID,
    at moment: Moment
  ) {
    alert.updated = moment.time
    alert.windowSeconds = finding.window
    alert.count = UInt64(max(0, finding.count.rounded()))
    alert.expected = finding.expected
    alert.score = finding.score
    if let entry = watchlist[Watchlist.Key(account, AlertGroup(finding.rule))] {
      alert.clients = entry.clients.sorted { $0.count > $1.count }.map { client in
        Alert.Client(
          network: client.network.networkText,
          first: client.first,
          count: client.count,
          isNew: client.isNew
        )
      }
      alert.evidence = entry.evidence
    }
    alert.unit = finding.unit(where: settings.unit)
    alert.text = AlertText(alert, finding).text
  }

  /// A hash of rule, severity, account and time.
  private func id(
    of finding: Finding,
    _ account: NameTable.ID,
    at moment: Moment,
    _ names: borrowing NameTable
  ) -> String {
    let name = names.bytes(account)
    let rule = Array("\(finding.rule.rawValue) \(finding.severity.rawValue)".utf8)
    let hash = ByteHash.mix(
      ByteHash.mix(ByteHash.stable(rule.span), ByteHash.stable(name.span)),
      UInt64(bitPattern: moment.nanoseconds)
    )
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

// Log time goes on.
extension SpikeDetector {
  /// Ends the alerts that are over at a later time.
  @inline(__always) package mutating func advance(to time: Timestamp) {
    let now = time.nanoseconds / Self.minuteLength
    if now > minute {
      advance(toMinute: now)
    } else if now < minute - Self.minutesOfDay {
      // A line with a stamp far ahead is not to stop the clock until then.
      minute = now
    }
  }

  private static let minutesOfDay: Int64 = 24 * 60

  @inline(never) private mutating func advance(toMinute now: Int64) {
    for number in ledger.firing { endIfOver(number, from: minute + 1, through: now) }
    minute = now
  }

  /// Looks minute by minute: so it does not matter how often this is asked.
  private mutating func endIfOver(_ number: Int, from first: Int64, through last: Int64) {
    let started = ledger[number].alert.started.nanoseconds / Self.minuteLength
    var minute = max(first, started + 1)
    while minute <= last {
      let moment = Moment(nanoseconds: minute * Self.minuteLength)
      if isOver(ledger[number], at: moment) {
        return ledger.end(number, at: moment.time, replacedBy: nil, version)
      }
      refresh(number, at: moment)
      minute += 1
    }
  }

  /// Brings the figures of all that fires up to the last line: for the end of a log.
  package mutating func refreshFiring() {
    let end = Moment(nanoseconds: minute * Self.minuteLength)
    for number in ledger.firing { refresh(number, at: end) }
  }

  /// What came since the figures were written last, all of it within a minute, perhaps.
  private mutating func refresh(_ number: Int, at moment: Moment) {
    let (account, refreshed) = ledger.figures(of: number)
    guard let state = states.state(of: account), state.last > refreshed.nanoseconds
    else { return }
    let known = ledger[number]
    let latest = Moment(nanoseconds: state.last)
    guard let finding = finding(of: known.alert.rule, state, at: latest),
      finding.score > known.alert.score
    else { return }
    var alert = known.alert
    fill(&alert, finding, account, at: latest)
    ledger.refresh(number, alert, at: moment.time, version)
  }

  private func isOver(_ record: AlertRecord, at moment: Moment) -> Bool {
    let isOfDay = record.alert.windowSeconds == Moment.seconds[2]
    if record.group == .rejections {
      guard var state = rejections.state(of: record.account) else { return true }
      let later = state.advance(to: moment)
      return state.counts.isWithinRecord(at: later)
        && !(isOfDay && rejectionsFinding(state, at: later) != nil)
    }
    guard var state = states.state(of: record.account) else { return true }
    let later = state.advance(to: moment)
    // Of what the whole day's count has raised 10 minutes and an hour say nothing.
    let isHeld = isOfDay && finding(of: record.alert.rule, state, at: later) != nil
    switch record.alert.rule {
    case .cap: return capFinding(record.account, at: later) == nil
    case .failuresThenSuccess: return moment.time.since(record.alert.started) >= Self.day
    case .newNetworks:
      // At midnight the networks are new no longer.
      return !isHeld && state.new.isWithinRecord(at: later)
        && state.all.isWithinRecord(at: later)
    case .sustained:
      return state.all.isWithinRecord(at: later) && isSustainedOver(state, at: moment)
    case .volume, .rejections: return !isHeld && state.all.isWithinRecord(at: later)
    }
  }
}
