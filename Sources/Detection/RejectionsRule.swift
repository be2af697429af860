package import MailLog

/// Channel A on the messages of an account that were refused or bounced: 64 bytes for an account
/// that has any.
struct RejectionState: BitwiseCopyable, Sendable {
  var last: Int64
  var counts = SlidingCounts()
  var account: NameTable.ID
  /// The version of the snapshot in the upper 28 bits, the days of care in the lower four.
  private var packed: UInt32 = 0

  init(account: NameTable.ID, at moment: Moment) {
    self.account = account
    last = moment.nanoseconds
  }

  var version: UInt32 {
    get { packed >> 4 }
    set { packed = packed & 15 | newValue << 4 }
  }

  /// All that `packed` holds but the version.
  var flags: UInt32 {
    get { packed & 15 }
    set { packed = packed & ~15 | newValue & 15 }
  }

  /// As in `AccountState`.
  var alertDays: UInt32 {
    get { packed & 3 }
    set { packed = packed & ~3 | min(newValue, 3) }
  }

  var hasOpenVerdict: Bool {
    get { packed & 4 != 0 }
    set { packed = packed & ~4 | (newValue ? 4 : 0) }
  }

  var leavesOutToday: Bool {
    get { packed & 8 != 0 }
    set { packed = packed & ~8 | (newValue ? 8 : 0) }
  }

  var learning: DayLearning {
    leavesOutToday ? .none : alertDays > 0 ? .capped : .whole
  }

  mutating func close(days: Int) {
    counts.close(learning, fading: fading(days: days), SlidingCounts.floors)
    leavesOutToday = false
    alertDays -= min(alertDays, UInt32(clamping: days))
  }

  mutating func advance(to moment: Moment) -> Moment {
    let behind = last &- moment.nanoseconds
    guard behind != 0 else { return moment }
    let before = Moment(nanoseconds: last)
    if behind > 0 {
      if behind < 86_400_000_000_000 { return before }
      for window in 0..<3 { counts.windows[window].forgetCounts() }
    } else {
      counts.roll(from: before, to: moment)
    }
    last = moment.nanoseconds
    return moment
  }
}

// Behind a good filter a spam cannon makes no submissions at all.
extension SpikeDetector {
  /// Notes that messages of an account were refused or bounced.
  package mutating func observeRejection(
    of account: NameTable.ID,
    from client: ClientAddress,
    at time: Timestamp,
    _ names: borrowing NameTable,
    in block: Span<UInt8>,
    at position: Int
  ) {
    guard settings.rejections, account != NameTable.empty else { return }
    advance(to: time)
    guard let place = rejectionPlace(of: account, time) else { return }
    closeRejectionDays(place, before: time)
    let moment = rejections[place].advance(to: Moment(time))
    rejections[place].version = version
    let ratio = rejections[place].counts.add(1, at: moment, SlidingCounts.floors)
    guard ratio >= nearRatio else { return }
    let noted = self.client(client, of: account, 1, at: moment)
    watchlist.note(Watchlist.Key(account, .rejections), at: moment.time) { entry in
      if !client.isUnknown { entry.note(noted) }
      entry.note(lineIn: block, at: position)
    }
    guard let finding = rejectionsFinding(rejections[place], at: moment) else { return }
    raise(finding, account, at: moment, names)
  }

  func rejectionsFinding(_ state: RejectionState, at moment: Moment) -> Finding? {
    let worst = state.counts.worst(at: moment, SlidingCounts.floors)
    let score = naturalLogarithm(worst.ratio)
    return finding(.rejections, state.counts, worst, at: moment, score: score)
  }

  func knownRejections(of account: NameTable.ID) -> Int? {
    guard Int(account) < rejectionSlots.count else { return nil }
    let number = rejectionSlots[Int(account)]
    return number == 0 ? nil : Int(number) - 1
  }

  private mutating func rejectionPlace(of account: NameTable.ID, _ time: Timestamp) -> Int? {
    if let known = knownRejections(of: account) { return known }
    guard rejections.count < settings.accountLimit else {
      totals.unwatched += 1
      return nil
    }
    return addRejections(RejectionState(account: account, at: Moment(time)))
  }

  @discardableResult mutating func addRejections(_ state: RejectionState) -> Int {
    while rejectionSlots.count <= Int(state.account) { rejectionSlots.append(0) }
    rejections.append(state)
    rejectionSlots[Int(state.account)] = UInt32(rejections.count)
    return rejections.count - 1
  }

  mutating func closeRejectionDays(_ place: Int, before time: Timestamp) {
    let today = calendar.day(of: time)
    let last = pastCalendar.day(of: Timestamp(nanoseconds: rejections[place].last))
    guard last < today else { return }
    let days = last.distance(to: today)
    let account = rejections[place].account
    if rejections[place].hasOpenVerdict {
      ledger.closeDays(
        days,
        of: account,
        in: [.rejections],
        peaks: rejections[place].peaks,
        isCareful: rejections[place].alertDays > 0,
        version: version
      )
    }
    rejections[place].close(days: days)
    if ledger.isFiring(account, .rejections) { rejections[place].alertDays = 3 }
  }
}

extension RejectionState {
  var peaks: [Float] { (0..<3).map { counts.windows[$0].peak } }
  var records: [Float] { (0..<3).map { counts.windows[$0].record } }

  mutating func raiseRecords(to values: [Float]) {
    for (window, value) in values.enumerated() where window < 3 {
      counts.windows[window].record = max(counts.windows[window].record, value)
    }
  }

  mutating func lowerRecords(to values: [Float]) {
    for (window, value) in values.enumerated() where window < 3 {
      counts.windows[window].record = min(counts.windows[window].record, value)
    }
  }
}

extension AccountState {
  /// Those of channel A, then those of channel B.
  var peaks: [Float] {
    (0..<3).map { all.windows[$0].peak } + (0..<3).map { new.windows[$0].peak }
  }

  var records: [Float] {
    (0..<3).map { all.windows[$0].record } + (0..<3).map { new.windows[$0].record }
  }

  mutating func raiseRecords(to values: [Float]) {
    guard values.count == 6 else { return }
    for window in 0..<3 {
      all.windows[window].record = max(all.windows[window].record, values[window])
      new.windows[window].record = max(new.windows[window].record, values[window + 3])
    }
  }

  mutating func lowerRecords(to values: [Float]) {
    guard values.count == 6 else { return }
    for window in 0..<3 {
      all.windows[window].record = min(all.windows[window].record, values[window])
      new.windows[window].record = min(new.windows[window].record, values[window + 3])
    }
  }
}
