package import MailLog

/// The counters of one moment, to be read by reports and to be stored.
///
/// Shares its memory with the counters and with other snapshots, but for the pages that changed
/// in between.
package struct CounterSnapshot: Sendable {
  /// Which cut it is: the number of those before it.
  package let version: UInt32
  package let foldsCase: Bool
  package let names: NameList
  package let failures: FailureCounts
  package let details: AccountDetails?
  package let drops: CounterDrops
  let nextSet: Int
  let decided: CounterSetSnapshot
  let undecided: [HostKey: CounterSetSnapshot]
  /// Adds up days that are over, or knows what they add up to; nil: they are added up at each
  /// question, row by row.
  package var summing: (@Sendable ([ClosedDay]) -> PeriodSegment)?

  /// Those that are decided first.
  package var sets: [CounterSetSnapshot] { [decided] + undecided.values }

  /// All days with rows, in order.
  package var days: [CivilDate] {
    Set(sets.flatMap(\.days)).sorted()
  }

  /// How many rows there are of all days.
  package var rowCount: UInt64 {
    sets.reduce(0) { sum, set in
      sum + set.closed.values.reduce(0) { $0 + UInt64($1.count) }
        + set.open.values.reduce(0) { $0 + UInt64($1.rows.count) }
    }
  }

  /// Visits every row from `start` to `end`, days in order, rows in no order; an account and
  /// sender may come more than once a day.
  package func forEachRow(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (CivilDate, _ account: NameTable.ID, _ sender: NameTable.ID, CounterRow) -> Void
  ) {
    let sets = sets
    for day in days where day >= start && day <= end {
      for set in sets {
        set.forEachRow(of: day) { body(day, $0, $1, $2) }
      }
    }
  }

  /// When and from where `account` last sent at `version`.
  package func lastSeen(_ account: NameTable.ID, _ version: TLSVersion) -> LastSeen? {
    let sets = version == .unknown ? sets : [decided]
    return sets.compactMap { $0.lastSeen.find(account, version) }.max { $0.time < $1.time }
  }
}
