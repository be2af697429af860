package import MailLog

/// Rows of several days, and when and how each account was last seen at each TLS version.
package struct CounterSet: Sendable {
  package private(set) var days: [CivilDate: DayCounters] = [:]
  private var lastSeen = LastSeenTable()
  /// The day that is being counted, kept out of `days` while it is: logs are in order of time.
  private var current = DayCounters()
  private var currentDay: CivilDate?

  package init() {}

  package var isEmpty: Bool { days.isEmpty && currentDay == nil }

  mutating func add(_ submission: borrowing Submission, on day: CivilDate) {
    open(day)
    current.add(submission)
  }

  mutating func subtract(_ submission: borrowing Submission, on day: CivilDate) {
    open(day)
    current.subtract(submission)
  }

  mutating func see(_ account: NameTable.ID, _ tls: TLSVersion, _ seen: LastSeen) {
    lastSeen.see(account, tls, seen)
  }

  package func lastSeen(_ account: NameTable.ID, _ tls: TLSVersion) -> LastSeen? {
    lastSeen.find(account, tls)
  }

  /// All days with rows, unordered.
  package var allDays: [CivilDate] {
    Array(days.keys) + (currentDay.map { [$0] } ?? [])
  }

  package func rows(of day: CivilDate) -> DayCounters? {
    day == currentDay ? current : days[day]
  }

  /// Adds what `other` counted; its `unknown` messages become `tls`.
  mutating func merge(_ other: CounterSet, unknownAs tls: TLSVersion) {
    for day in other.allDays {
      guard let rows = other.rows(of: day) else { continue }
      open(day)
      for row in 0..<rows.count {
        var counts = rows.counts(row)
        let moved = counts.tls[Int(TLSVersion.unknown.rawValue)]
        counts.tls[Int(TLSVersion.unknown.rawValue)] = 0
        counts.tls[Int(tls.rawValue)] &+= moved
        current.add(counts, account: rows.account(row), sender: rows.sender(row))
      }
    }
    lastSeen.merge(other.lastSeen, unknownAs: tls)
  }

  private mutating func open(_ day: CivilDate) {
    guard day != currentDay else { return }
    if let currentDay { days[currentDay] = current }
    current = days.removeValue(forKey: day) ?? DayCounters()
    currentDay = day
  }
}
