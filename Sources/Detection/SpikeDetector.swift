package import MailLog

/// Finds accounts that submit unusually.
///
/// A value without a clock: time comes with the submissions, so that a replayed log raises the alerts
/// that the live one raised. All tables are bounded; 176 bytes an account, 172 more for a busy one.
/// Where there are caps, 16 more for each six-hundredth of their windows in which it sent.
package struct SpikeDetector: Sendable {
  package let settings: DetectionSettings
  /// The score that raises an alert, and a ratio that is near it.
  let threshold: Double
  let nearRatio: Double
  var states = StateTable<AccountState>()
  var rhythms = PagedArray<HourlyRhythm>()
  var rejections = StateTable<RejectionState>()
  var caps = StateTable<CapState>()
  var failures = FailedLogins()
  /// Whose login failed last; empty: of nobody who ever sent.
  var lastFailed = NameTable.empty
  var watchlist = Watchlist()
  var ledger: AlertLedger
  package internal(set) var totals = DetectorTotals()
  /// The first day of the log, as far as it is known.
  var watchedFrom = CivilDate(daysSince1970: .max)
  /// The minute of log time up to which it is known which alerts are over.
  var minute: Int64 = 0
  /// What is older than a day by this clock is listed, but no longer handed out.
  package var wallClock = Timestamp(nanoseconds: 0)
  /// That of the next snapshot.
  package internal(set) var version: UInt32 = 1
  var calendar: LocalDays
  var pastCalendar: LocalDays
  let hourSlots: HourSlots
  private var dayStart: Int64 = .max
  private var today = CivilDate(daysSince1970: 0)

  /// A detector whose days and hours are those of `zone`.
  package init(_ settings: DetectionSettings, zone: ZoneRules) {
    self.settings = settings
    threshold = naturalLogarithm(settings.factor)
    nearRatio = 1 + (settings.factor - 1) * 0.15
    ledger = AlertLedger(limit: settings.alertLimit)
    calendar = LocalDays(zone: zone)
    pastCalendar = LocalDays(zone: zone)
    hourSlots = HourSlots(zone: zone)
  }

  /// All alerts that are kept, the latest first.
  package var alerts: [Alert] { ledger.records.reversed().map(\.alert) }

  /// The same, the oldest first, with what the detector knows of them.
  package var records: [AlertRecord] { ledger.records }

  /// What became of alerts since this was asked last, in order.
  package mutating func takeChanges() -> [AlertChange] {
    ledger.changes.isEmpty ? [] : ledger.takeChanges()
  }

  /// Counts a submission, and raises an alert if that is unusual.
  ///
  /// - Parameters:
  ///   - submission: the submission, later than the ones before but for some shuffling.
  ///   - names: the table of its names.
  ///   - block: the bytes that hold its line.
  ///   - position: a place in that line.
  package mutating func observe(
    _ submission: borrowing Submission,
    _ names: borrowing NameTable,
    in block: Span<UInt8>,
    at position: Int
  ) {
    advance(to: submission.time)
    goToDay(of: submission.time)
    guard let slot = slot(of: submission.account, at: submission.time, names) else {
      totals.unwatched += 1
      return
    }
    if states[slot].last < dayStart { closeDays(slot, at: submission.time) }
    let amount = weight(of: submission)
    let moment = states[slot].advance(to: Moment(submission.time))
    let isNew = isNew(submission.client, slot, today, moment)
    states[slot].version = version
    let ratio = states[slot].all.add(amount, at: moment, SlidingCounts.floors)
    var isNear = ratio >= nearRatio
    if isNew, settings.newNetworks {
      let floors = SlidingCounts.newNetworkFloors
      let ratio = states[slot].new.add(
        settings.isPlain ? amount : submission.messages,
        at: moment,
        floors
      )
      isNear = isNear || ratio * ratio >= nearRatio
    }
    isNear = addToRhythm(slot, amount, at: moment) || isNear
    guard isNear || states[slot].hasFailures || !settings.cap.isEmpty else { return }
    examine(submission, slot, isNew: isNew, isNear: isNear, at: moment, names, block, position)
  }

  @inline(__always) private func weight(of submission: borrowing Submission) -> UInt32 {
    guard settings.unit == .recipients else { return submission.messages }
    let product = submission.messages.multipliedReportingOverflow(
      by: max(1, submission.recipients ?? 1)
    )
    return product.overflow ? .max : product.partialValue
  }

  @inline(never) private mutating func examine(
    _ submission: borrowing Submission,
    _ slot: Int,
    isNew: Bool,
    isNear: Bool,
    at moment: Moment,
    _ names: borrowing NameTable,
    _ block: Span<UInt8>,
    _ position: Int
  ) {
    let account = submission.account
    let state = states[slot]
    let failed =
      state.hasFailures
      ? failuresFinding(account, slot, from: submission.client, isNew: isNew, names, at: moment)
      : nil
    let capped = settings.cap.isEmpty ? nil : cappedFinding(submission, at: moment)
    guard isNear || failed != nil || capped != nil else { return }
    note(submission, state, isNew: isNew, at: moment, block, position)
    if let worst = finding(state, at: moment) { raise(worst, account, at: moment, names) }
    if let capped { raise(capped, account, at: moment, names) }
    if let failed {
      raise(failed, account, at: moment, names)
      let name = names.bytes(account)
      failures.forget(FailedLogins.key(name.span, foldingCase: names.foldsCase))
      states[slot].hasFailures = false
    }
  }

  private mutating func cappedFinding(
    _ submission: borrowing Submission,
    at moment: Moment
  ) -> Finding? {
    countForCap(submission.account, weight(of: submission), at: moment)
    return capFinding(submission.account, at: moment)
  }

  /// What is most unusual of the three channels.
  func finding(_ state: AccountState, at moment: Moment) -> Finding? {
    let channels = [
      volumeFinding(state, at: moment), newNetworksFinding(state, at: moment),
      sustainedFinding(state, at: moment),
    ]
    return channels.compactMap(\.self).max { $0.score < $1.score }
  }

  private mutating func note(
    _ submission: borrowing Submission,
    _ state: AccountState,
    isNew: Bool,
    at moment: Moment,
    _ block: Span<UInt8>,
    _ position: Int
  ) {
    let address = submission.client
    let sender = submission.sender
    var client = client(address, of: submission.account, weight(of: submission), at: moment)
    client.isNew = isNew
    let isOnly = state.networks.isOnly(client.network, in: moment.buckets[1])
    let recent = UInt64(state.all.count(0, at: moment).rounded())
    watchlist.note(Watchlist.Key(submission.account), at: moment.time) { entry in
      entry.note(sender: sender)
      // What it sent before it was near is in the alert's count, too.
      if entry.clients.isEmpty, isOnly { client.count = max(client.count, recent) }
      if !address.isUnknown { entry.note(client) }
      entry.note(lineIn: block, at: position)
    }
  }

  /// What is shown of the network of a client.
  func client(
    _ address: ClientAddress,
    of account: NameTable.ID,
    _ count: UInt32,
    at moment: Moment
  ) -> Watchlist.Client {
    let network = address.network
    var first: Timestamp? = moment.time
    if let slot = states.place(of: account),
      let day = states[slot].networks.firstDay(of: KnownNetworks.hash(network)),
      Int32(day) != today.daysSince1970
    {
      let start = calendar.start(of: CivilDate(daysSince1970: Int32(day)))
      first = day == 0 || start > moment.time ? nil : start
    }
    return Watchlist.Client(network: network, first: first, count: UInt64(count), isNew: false)
  }
}

// The states of accounts.
extension SpikeDetector {
  package var accountCount: Int { states.count }

  @inline(__always)
  private mutating func slot(
    of account: NameTable.ID,
    at time: Timestamp,
    _ names: borrowing NameTable
  ) -> Int? {
    states.place(of: account) ?? addSlot(account, time, names)
  }

  @inline(never)
  private mutating func addSlot(
    _ account: NameTable.ID,
    _ time: Timestamp,
    _ names: borrowing NameTable
  ) -> Int? {
    guard states.count < settings.accountLimit else { return nil }
    var state = AccountState(at: Moment(time))
    if !failures.entries.isEmpty {
      let name = names.bytes(account)
      let key = FailedLogins.key(name.span, foldingCase: names.foldsCase)
      let entry = failures.take(key, at: Moment(time))
      state.hasFailures = entry.map { isEnough($0, at: Moment(time)) } ?? false
    }
    return states.add(state, of: account)
  }

  @inline(__always) private mutating func goToDay(of time: Timestamp) {
    let day = calendar.day(of: time)
    if day != today || dayStart == .max { beginDay(day) }
  }

  @inline(never) private mutating func beginDay(_ day: CivilDate) {
    today = day
    dayStart = calendar.start(of: day).nanoseconds
    watchedFrom = min(watchedFrom, day)
  }

  /// Days of the account are over since it sent last.
  @inline(never) private mutating func closeDays(_ slot: Int, at time: Timestamp) {
    let last = pastCalendar.day(of: Timestamp(nanoseconds: states[slot].last))
    let day = calendar.day(of: time)
    guard last < day else { return }
    closeDays(slot, last.distance(to: day), at: Moment(time))
  }

  mutating func closeDays(_ slot: Int, _ days: Int, at moment: Moment) {
    beginRhythm(slot, at: moment)
    let account = states.accounts[slot]
    ledger.closeDays(
      days,
      of: account,
      in: [.score, .cap, .failures],
      as: states[slot],
      version: version
    )
    if states[slot].leavesOutToday { forgetCap(account) }
    states[slot].closeDays(days)
    states[slot].isFirstDay = false
    if ledger.isFiring(account, .score) || ledger.isFiring(account, .cap) {
      states[slot].alertDays = 3
    }
  }
}
