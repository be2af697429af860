package import MailLog

// Behind a good filter a spam cannon makes no submissions at all.
extension SpikeDetector {
  /// Notes that messages of an account were refused or bounced, `count` in one line.
  package mutating func observeRejection(
    of account: NameTable.ID,
    from client: ClientAddress,
    at time: Timestamp,
    count: UInt32 = 1,
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
    let ratio = rejections[place].counts.add(count, at: moment, SlidingCounts.floors)
    guard ratio >= nearRatio else { return }
    let noted = self.client(client, of: account, count, at: moment)
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

  private mutating func rejectionPlace(of account: NameTable.ID, _ time: Timestamp) -> Int? {
    if let known = rejections.place(of: account) { return known }
    guard rejections.count < settings.accountLimit else {
      totals.unwatched += 1
      return nil
    }
    return rejections.add(RejectionState(at: Moment(time)), of: account)
  }

  mutating func closeRejectionDays(_ place: Int, before time: Timestamp) {
    let today = calendar.day(of: time)
    let last = pastCalendar.day(of: Timestamp(nanoseconds: rejections[place].last))
    guard last < today else { return }
    let days = last.distance(to: today)
    let account = rejections.accounts[place]
    ledger.closeDays(
      days,
      of: account,
      in: [.rejections],
      as: rejections[place],
      version: version
    )
    rejections[place].closeDays(days)
    if ledger.isFiring(account, .rejections) { rejections[place].alertDays = 3 }
  }
}
