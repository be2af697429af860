package import MailLog

// What the days of a period add up to.
extension CounterSnapshot {
  /// A day that is over, without its messages that may turn out to have used no TLS.
  package typealias ClosedDay = (day: CivilDate, rows: DaySegment)

  package enum NameRole: Sendable {
    case account, sender
  }

  /// Visits the rows of a period added up as far as that is known: an account and sender may come
  /// more than once, in no order, each time with a day on which they sent; the last is among them.
  package func forEachSum(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, CivilDate, Sums) -> Void
  ) {
    visitSums(from: start, through: end, body)
  }

  /// As `forEachSum`, of the rows whose account, or sender, is wanted: by its number.
  package func forEachSum(
    from start: CivilDate,
    through end: CivilDate,
    of role: NameRole,
    in wanted: [Bool],
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, CivilDate, Sums) -> Void
  ) {
    visitSums(from: start, through: end) { account, sender, day, sums in
      if wanted[Int(role == .account ? account : sender)] { body(account, sender, day, sums) }
    }
  }

  /// The messages of each account, or sender, in a period, by its number; nil: at all versions.
  package func messages(
    from start: CivilDate,
    through end: CivilDate,
    of role: NameRole,
    at version: TLSVersion?
  ) -> [UInt64] {
    var messages = [UInt64](repeating: 0, count: names.count)
    visitSums(from: start, through: end) { account, sender, _, sums in
      let name = Int(role == .account ? account : sender)
      messages[name] &+= version.map { sums.count($0) } ?? sums.messages
    }
    return messages
  }

  /// What each day of a period adds up to.
  package func totals(from start: CivilDate, through end: CivilDate) -> [Sums] {
    guard start <= end else { return [] }
    var totals = [Sums](repeating: Sums(), count: start.distance(to: end) + 1)
    let closed = closedDays(from: start, through: end)
    if let summing, !closed.isEmpty {
      for (day, sums) in zip(closed, summing(closed).totals) {
        totals[start.distance(to: day.day)].add(sums)
      }
    } else {
      for day in closed {
        day.rows.forEach(as: Sums.self) { totals[start.distance(to: day.day)].add($2) }
      }
    }
    visitRest(from: start, through: end) { totals[start.distance(to: $2)].add($3) }
    return totals
  }

  @inline(__always) private func visitSums(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, CivilDate, Sums) -> Void
  ) {
    let closed = closedDays(from: start, through: end)
    if let summing, !closed.isEmpty {
      summing(closed).forEach(body)
    } else {
      for (day, rows) in closed { rows.forEach(as: Sums.self) { body($0, $1, day, $2) } }
    }
    visitRest(from: start, through: end) { body($0, $1, $2, Sums($3)) }
  }

  /// Visits the rows that are in no closed day.
  @inline(__always) private func visitRest(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, CivilDate, CounterRow) -> Void
  ) {
    for set in sets {
      for day in set.days where day >= start && day <= end {
        if set.number == decided.number, set.closed[day] != nil { continue }
        set.forEachRow(of: day) { body($0, $1, day, $2) }
      }
    }
  }

  private func closedDays(from start: CivilDate, through end: CivilDate) -> [ClosedDay] {
    decided.closed.filter { $0.key >= start && $0.key <= end }
      .map { (day: $0.key, rows: $0.value) }
      .sorted { $0.day < $1.day }
  }
}
