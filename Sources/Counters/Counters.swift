package import MailLog

/// Everything that is counted: submissions per day, account and sender; failed AUTH.
///
/// Messages of a host that has not yet shown whether it logs TLS are kept apart, and shown as
/// `unknown`, until it does.
package struct Counters: Sendable {
  package var names: NameTable
  package var failures: FailureCounters
  package private(set) var decided = CounterSet()
  package private(set) var undecided: [HostKey: CounterSet] = [:]
  private var calendar: Calendar

  /// Counters whose days are those of `zone`.
  package init(zone: ZoneRules, foldsCase: Bool = true) {
    names = NameTable(foldsCase: foldsCase)
    failures = FailureCounters(foldsCase: foldsCase)
    calendar = Calendar(zone: zone)
  }

  package mutating func record(_ submission: borrowing Submission) {
    let day = calendar.day(of: submission.time)
    if submission.isUndecided {
      undecided[submission.host, default: CounterSet()].add(submission, on: day)
    } else {
      decided.add(submission, on: day)
      // A session without TLS may still turn out not to have logged it: see `close`.
      if submission.tls != .none { see(submission) }
    }
  }

  /// A session without TLS is over, and nothing showed otherwise: `last` was its last message.
  package mutating func closePlain(_ last: borrowing Submission) {
    let seen = LastSeen(time: last.time, client: last.client)
    if undecided[last.host]?.see(last.account, .unknown, seen) == nil {
      decided.see(last.account, .none, seen)
    }
  }

  /// Counts a message as `unknown` that was taken for one without TLS.
  package mutating func retract(_ submission: borrowing Submission) {
    let day = calendar.day(of: submission.time)
    var corrected = copy submission
    if undecided[submission.host] != nil {
      corrected.tls = .unknown
      undecided[submission.host]?.subtract(corrected, on: day)
    } else {
      corrected.tls = .none
      decided.subtract(corrected, on: day)
      corrected.tls = .unknown
    }
    corrected.isUndecided = false
    decided.add(corrected, on: day)
    see(corrected)
  }

  /// `host` logs TLS: its messages without a sign of TLS had none.
  package mutating func decide(_ host: HostKey) {
    guard let waiting = undecided.removeValue(forKey: host) else { return }
    decided.merge(waiting, unknownAs: .none)
  }

  package mutating func record(_ failure: borrowing AuthFailure, name: Span<UInt8>) {
    failures.record(failure, name: name, on: calendar.day(of: failure.time))
  }

  /// The day of an instant in the reports' zone.
  package mutating func day(of time: Timestamp) -> CivilDate {
    calendar.day(of: time)
  }

  /// Visits every row from `start` to `end`, days in order, rows in no order; an account and
  /// sender may come more than once a day.
  package func forEachRow(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (CivilDate, _ account: NameTable.ID, _ sender: NameTable.ID, CounterRow) -> Void
  ) {
    let sets = [decided] + undecided.values
    let days = Set(sets.flatMap(\.allDays)).filter { $0 >= start && $0 <= end }
    for day in days.sorted() {
      for set in sets {
        guard let rows = set.rows(of: day) else { continue }
        for row in 0..<rows.count {
          body(day, rows.account(row), rows.sender(row), rows.counts(row))
        }
      }
    }
  }

  /// When and from where `account` last sent at `version`.
  package func lastSeen(_ account: NameTable.ID, _ version: TLSVersion) -> LastSeen? {
    let sets = version == .unknown ? [decided] + undecided.values : [decided]
    return sets.compactMap { $0.lastSeen(account, version) }.max { $0.time < $1.time }
  }

  private mutating func see(_ submission: borrowing Submission) {
    let seen = LastSeen(time: submission.time, client: submission.client)
    decided.see(submission.account, submission.tls, seen)
  }
}
