import MailLog

/// The alerts that are kept: those that fire, and those that did.
struct AlertLedger: Sendable {
  private struct Key: Hashable, Sendable {
    var account: NameTable.ID
    var group: AlertGroup
  }

  /// The oldest first.
  private(set) var records: [AlertRecord] = []
  /// The number of the first record: those before it are gone.
  private var base = 0
  /// The latest of each account and group.
  private var latest: [Key: Int] = [:]
  /// The numbers of those that fire, in order.
  private(set) var firing: [Int] = []
  private(set) var changes: [AlertChange] = []
  /// Alerts that were handed out in an hour, by severity.
  var budget = Budget()
  let limit: Int

  struct Budget: Sendable, Equatable {
    var hour: Int64 = 0
    var warnings: UInt32 = 0
    var criticals: UInt32 = 0

    /// Whether one more may be handed out in that hour, and whether it is the last.
    mutating func take(
      _ severity: Alert.Severity,
      in hour: Int64,
      limit: UInt32
    ) -> (isLeft: Bool, isLast: Bool) {
      // Hours may come a little out of order; a day back, the stamp before was a wrong one.
      if hour > self.hour || hour < self.hour - 24 { self = Budget(hour: hour) }
      let used = severity == .critical ? criticals : warnings
      guard used < limit else { return (false, false) }
      if severity == .critical { criticals += 1 } else { warnings += 1 }
      return (true, used + 1 == limit)
    }
  }

  init(limit: Int) {
    self.limit = limit
  }

  subscript(_ number: Int) -> AlertRecord {
    // No _read: what the debug compiler takes out of a record that is lent may be freed too early.
    get { records[number - base] }
    _modify { yield &records[number - base] }
  }

  /// Whose alert it is, and when its figures were written last.
  func figures(of number: Int) -> (account: NameTable.ID, refreshed: Timestamp) {
    (records[number - base].account, records[number - base].refreshed)
  }

  func latest(of account: NameTable.ID, _ group: AlertGroup) -> Int? {
    latest[Key(account: account, group: group)]
  }

  func isFiring(_ account: NameTable.ID, _ group: AlertGroup) -> Bool {
    latest(of: account, group).map { self[$0].isFiring } ?? false
  }

  func number(of id: String) -> Int? {
    records.lastIndex { $0.alert.id == id }.map { $0 + base }
  }

  mutating func add(_ record: AlertRecord) {
    if records.count >= limit, let first = records.first {
      if first.isFiring { end(base, at: record.alert.started, replacedBy: nil, first.version) }
      let key = Key(account: first.account, group: first.group)
      if latest[key] == base { latest[key] = nil }
      records.removeFirst()
      base += 1
    }
    append(record)
    if !record.isSilent { changes.append(.fired(record.alert)) }
  }

  private mutating func append(_ record: AlertRecord) {
    let number = base + records.count
    records.append(record)
    latest[Key(account: record.account, group: record.group)] = number
    if record.isFiring { firing.append(number) }
  }

  /// The alert's figures are others; it fires.
  mutating func refresh(_ number: Int, _ alert: Alert, at time: Timestamp, _ version: UInt32) {
    if !self[number].isFiring { firing.append(number) }
    self[number].alert = alert
    self[number].refreshed = time
    self[number].version = version
    if !self[number].isSilent { changes.append(.refreshed(alert)) }
  }

  mutating func end(
    _ number: Int,
    at time: Timestamp,
    replacedBy successor: String?,
    _ version: UInt32
  ) {
    firing.removeAll { $0 == number }
    self[number].alert.state = .resolved
    self[number].alert.ended = time
    self[number].version = version
    guard !self[number].isSilent else { return }
    changes.append(.resolved(self[number].alert, replacedBy: successor))
  }

  /// What is known of the days of alerts, as days of their account are over.
  mutating func closeDays(
    _ days: Int,
    of account: NameTable.ID,
    in groups: [AlertGroup],
    as state: some WatchedState,
    version: UInt32
  ) {
    guard state.hasOpenVerdict else { return }
    let (peaks, last) = (state.peaks, Timestamp(nanoseconds: state.last))
    for index in records.indices
    where records[index].account == account && groups.contains(records[index].group) {
      let isCareful = state.alertDays > 0 || records[index].isLegitimate(at: last)
      records[index].closeDays(days, peaks: peaks, isCareful: isCareful)
      records[index].version = version
    }
  }

  mutating func takeChanges() -> [AlertChange] {
    defer { changes.removeAll(keepingCapacity: true) }
    return changes
  }

  /// Gives up the alerts that were over before a time.
  mutating func drop(before time: Timestamp) {
    while let first = records.first, !first.isFiring, first.alert.started < time {
      let key = Key(account: first.account, group: first.group)
      if latest[key] == base { latest[key] = nil }
      records.removeFirst()
      base += 1
    }
  }

  mutating func restore(_ records: [AlertRecord]) {
    for record in records { append(record) }
  }
}
