package import MailLog

/// Everything that is counted: submissions per day, account and sender; failed AUTH.
///
/// Messages of a host that has not yet shown whether it logs TLS are kept apart, and shown as
/// `unknown`, until it does. Reports read a `CounterSnapshot`.
package struct Counters: Sendable {
  package var names: NameTable
  package var failures: FailureCounters
  /// What is known of each account beyond its messages; nil: nobody asks.
  package var details: AccountDetails?
  var decided: CounterSet
  var undecided: [HostKey: CounterSet] = [:]
  private var nextSet = 1
  private var calendar: LocalDays
  var context: CountingContext

  /// Counters whose days are those of `zone`; `parts`: what is kept beside their messages.
  package init(
    zone: ZoneRules,
    foldsCase: Bool = true,
    limits: CounterLimits? = nil,
    parts: CounterParts = [.lastSeen, .failures]
  ) {
    names = NameTable(foldsCase: foldsCase)
    failures = FailureCounters(
      foldsCase: foldsCase,
      limit: (limits ?? CounterLimits()).failures
    )
    calendar = LocalDays(zone: zone)
    context = CountingContext(
      limits: limits,
      other: limits == nil ? NameTable.empty : names.intern("(other)"),
      parts: parts
    )
    decided = CounterSet(number: 0, lastSeenLimit: limits?.accountEntries)
    if parts.contains(.details) { details = AccountDetails(limits: limits ?? CounterLimits()) }
  }

  /// What went beyond the limits so far.
  package var drops: CounterDrops { context.drops }

  package mutating func record(_ submission: borrowing Submission) {
    let day = calendar.day(of: submission.time)
    if submission.isUndecided {
      recordUndecided(submission, on: day)
    } else {
      decided.add(submission, on: day, &context)
      // Else with `closePlain`, or `retract`.
      if !submission.isProvisional { see(submission) }
    }
  }

  private mutating func recordUndecided(_ submission: borrowing Submission, on day: CivilDate) {
    if undecided[submission.logger] == nil { addSet(of: submission.logger) }
    undecided[submission.logger]?.add(submission, on: day, &context)
  }

  mutating func addSet(of host: HostKey) {
    undecided[host] = CounterSet(number: nextSet, lastSeenLimit: context.limits?.accountEntries)
    nextSet += 1
  }

  /// A session without TLS is over, and nothing showed otherwise: `last` was its last message.
  package mutating func closePlain(_ last: borrowing Submission) {
    let seen = LastSeen(time: last.time, client: last.client)
    if undecided[last.logger]?.see(last.account, .unknown, seen, &context) == nil {
      decided.see(last.account, .none, seen, &context)
    }
  }

  /// Counts a message as `unknown` that was taken for one without TLS.
  package mutating func retract(_ submission: borrowing Submission) {
    let day = calendar.day(of: submission.time)
    var corrected = copy submission
    if undecided[submission.logger] != nil {
      corrected.tls = .unknown
      undecided[submission.logger]?.subtract(corrected, on: day, &context)
    } else {
      corrected.tls = .none
      decided.subtract(corrected, on: day, &context)
      corrected.tls = .unknown
    }
    corrected.isUndecided = false
    decided.add(corrected, on: day, &context)
    see(corrected)
  }

  /// `host` logs TLS: its messages without a sign of TLS had none.
  package mutating func decide(_ host: HostKey) {
    guard let waiting = undecided.removeValue(forKey: host) else { return }
    decided.merge(waiting, unknownAs: .none, &context)
  }

  package mutating func record(_ failure: borrowing AuthFailure, name: Span<UInt8>) {
    guard context.parts.contains(.failures) else { return }
    failures.record(failure, name: name, on: calendar.day(of: failure.time))
  }

  /// The instant at which a day of the reports' zone begins.
  package func start(of day: CivilDate) -> Timestamp {
    calendar.start(of: day)
  }

  private mutating func see(_ submission: borrowing Submission) {
    let seen = LastSeen(time: submission.time, client: submission.client)
    decided.see(submission.account, submission.tls, seen, &context)
  }
}

// What is stored and shown.
extension Counters {
  /// The counters as they are now; they may go on, the snapshot does not.
  package var snapshot: CounterSnapshot {
    CounterSnapshot(
      version: context.version,
      foldsCase: names.foldsCase,
      names: names.list,
      failures: failures.counted,
      details: details,
      drops: context.drops,
      nextSet: nextSet,
      decided: decided.snapshot,
      undecided: undecided.mapValues(\.snapshot)
    )
  }

  /// A snapshot to be stored: what changes from now on is told from what it holds.
  package mutating func cut() -> CounterSnapshot {
    let cut = snapshot
    setVersion(context.version + 1)
    return cut
  }

  /// Packs the days before `day`: they then take a seventh of the room.
  ///
  /// A message that is counted on such a day all the same unpacks it. Takes about 0.2 s for a
  /// million rows.
  package mutating func close(before day: CivilDate) {
    decided.close(before: day, version: context.version)
    for host in undecided.keys { undecided[host]?.close(before: day, version: context.version) }
  }

  /// The days before `day` that are not packed, or were counted again.
  package func openDays(before day: CivilDate) -> Set<CivilDate> {
    undecided.values.reduce(into: Set(decided.openDays(before: day))) {
      $0.formUnion($1.openDays(before: day))
    }
  }

  /// Packs one day, if it is not packed.
  package mutating func close(_ day: CivilDate) {
    decided.close(day, version: context.version)
    for host in undecided.keys { undecided[host]?.close(day, version: context.version) }
  }

  /// Gives up the days before `day`, and what was last seen before it; names stay.
  package mutating func drop(before day: CivilDate) {
    let start = calendar.start(of: day)
    decided.drop(before: day, start: start, version: context.version)
    for host in undecided.keys {
      undecided[host]?.drop(before: day, start: start, version: context.version)
    }
    undecided = undecided.filter { !$0.value.isEmpty }
    failures.drop(before: day)
    details?.drop(before: start)
  }

  package func forEachRow(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (CivilDate, _ account: NameTable.ID, _ sender: NameTable.ID, CounterRow) -> Void
  ) {
    snapshot.forEachRow(from: start, through: end, body)
  }

  package func lastSeen(_ account: NameTable.ID, _ version: TLSVersion) -> LastSeen? {
    snapshot.lastSeen(account, version)
  }
}

// What comes back from where it is stored.
extension Counters {
  mutating func restore(nextSet: Int, drops: CounterDrops, hosts: [(HostKey, set: Int)]) {
    self.nextSet = nextSet
    context.drops = drops
    for (host, set) in hosts {
      undecided[host] = CounterSet(number: set, lastSeenLimit: context.limits?.accountEntries)
    }
  }

  /// Changes the set with that number; nil if there is none.
  mutating func withSet<Result>(
    _ number: Int,
    _ body: (inout CounterSet, inout CountingContext) throws -> Result
  ) rethrows -> Result? {
    if number == 0 { return try body(&decided, &context) }
    guard let host = undecided.first(where: { $0.value.number == number })?.key else { return nil }
    guard var set = undecided.removeValue(forKey: host) else { return nil }
    defer { undecided[host] = set }
    return try body(&set, &context)
  }

  /// Adds names in the order of their numbers, the first of which every table has.
  mutating func restore(names stored: [ArraySlice<UInt8>]) {
    names = NameTable(foldsCase: names.foldsCase)
    for name in stored.dropFirst() { names.restore(name.span) }
    let other = context.limits == nil ? NameTable.empty : names.intern("(other)")
    context = CountingContext(limits: context.limits, other: other, parts: context.parts)
  }

  /// What is read back has version 0, which is before every cut, and no limit changes it.
  mutating func beginRestoring() {
    setVersion(0)
    context.isRestoring = true
  }

  mutating func finishRestoring() {
    context.isRestoring = false
    setVersion(1)
  }

  private mutating func setVersion(_ version: UInt32) {
    context.version = version
    failures.version = version
    details?.version = version
  }
}
