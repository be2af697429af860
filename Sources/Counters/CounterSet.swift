package import MailLog

/// Rows of several days, and when and how each account was last seen at each TLS version.
struct CounterSet: Sendable {
  /// The set's number where it is stored, never used again.
  let number: Int
  private(set) var closed: [CivilDate: DaySegment] = [:]
  private var open: [CivilDate: DayCounters] = [:]
  private(set) var lastSeen: LastSeenTable
  /// The day that is being counted, kept out of `open` while it is: logs are in order of time.
  private var current = DayCounters()
  private var currentDay: CivilDate?

  init(number: Int, lastSeenLimit: Int?) {
    self.number = number
    lastSeen = LastSeenTable(limit: lastSeenLimit)
  }

  var isEmpty: Bool {
    closed.isEmpty && open.isEmpty && currentDay == nil && lastSeen.chains.entries.isEmpty
  }

  mutating func add(
    _ submission: borrowing Submission,
    on day: CivilDate,
    _ context: inout CountingContext
  ) {
    open(day, &context)
    current.add(submission, &context)
  }

  mutating func subtract(
    _ submission: borrowing Submission,
    on day: CivilDate,
    _ context: inout CountingContext
  ) {
    open(day, &context)
    current.subtract(submission, &context)
  }

  mutating func see(
    _ account: NameTable.ID,
    _ tls: TLSVersion,
    _ seen: LastSeen,
    _ context: inout CountingContext
  ) {
    guard context.parts.contains(.lastSeen) else { return }
    lastSeen.see(account, tls, seen, &context)
  }

  /// Adds what `other` counted; its `unknown` messages become `tls`, its names what `naming` says.
  mutating func merge(
    _ other: CounterSet,
    unknownAs tls: TLSVersion,
    naming: (NameTable.ID) -> NameTable.ID = { $0 },
    _ context: inout CountingContext
  ) {
    let cut = other.snapshot
    for day in cut.days {
      let isClosed = other.closed[day] != nil
      cut.forEachRow(of: day) { account, sender, row in
        var counts = row
        let moved = counts.tls[Int(TLSVersion.unknown.rawValue)]
        counts.tls[Int(TLSVersion.unknown.rawValue)] = 0
        counts.tls[Int(tls.rawValue)] &+= moved
        add(counts, account: naming(account), sender: naming(sender), on: day, &context)
      }
      if isClosed { close(day, version: context.version) }
    }
    lastSeen.merge(other.lastSeen, unknownAs: tls, naming: naming, &context)
  }

  mutating func add(
    _ counts: CounterRow,
    account: NameTable.ID,
    sender: NameTable.ID,
    on day: CivilDate,
    _ context: inout CountingContext
  ) {
    open(day, &context)
    current.add(counts, account: account, sender: sender, &context)
  }

  @inline(__always)
  private mutating func open(_ day: CivilDate, _ context: inout CountingContext) {
    if day != currentDay { goTo(day, &context) }
  }

  @inline(never) private mutating func goTo(_ day: CivilDate, _ context: inout CountingContext) {
    setCurrentAside()
    if let known = open.removeValue(forKey: day) {
      current = known
    } else {
      current = DayCounters(version: context.version)
      // What was dropped when the day was counted first is not dropped again.
      let drops = context.drops
      closed.removeValue(forKey: day)?.forEach(as: CounterRow.self) { account, sender, counts in
        current.add(counts, account: account, sender: sender, &context)
      }
      context.drops = drops
    }
    currentDay = day
  }

  private mutating func setCurrentAside() {
    if let currentDay { open[currentDay] = current }
    current = DayCounters()
    currentDay = nil
  }
}

// Days that are over, and days that are no longer kept.
extension CounterSet {
  /// Packs the days before `day`; one that is counted again afterwards is unpacked.
  mutating func close(before day: CivilDate, version: UInt32) {
    if let currentDay, currentDay < day { setCurrentAside() }
    for past in open.keys where past < day { close(past, version: version) }
  }

  /// The days before `day` that are not packed.
  func openDays(before day: CivilDate) -> [CivilDate] {
    (open.keys + [currentDay].compactMap(\.self)).filter { $0 < day }
  }

  mutating func close(_ day: CivilDate, version: UInt32) {
    if day == currentDay { setCurrentAside() }
    guard let rows = open.removeValue(forKey: day) else { return }
    closed[day] = DaySegment(rows.content, version: version)
  }

  mutating func drop(before day: CivilDate, start: Timestamp, version: UInt32) {
    if let currentDay, currentDay < day { setCurrentAside() }
    open = open.filter { $0.key >= day }
    closed = closed.filter { $0.key >= day }
    lastSeen.drop(before: start, version: version)
  }

  /// The set as it is now.
  var snapshot: CounterSetSnapshot {
    var rows = open.mapValues(\.content)
    if let currentDay { rows[currentDay] = current.content }
    return CounterSetSnapshot(number: number, closed: closed, open: rows, lastSeen: lastSeen)
  }

  /// A day as it was stored.
  mutating func restore(_ segment: DaySegment, on day: CivilDate) {
    closed[day] = segment
  }

  mutating func restoreLastSeen(_ block: inout PackedReader) -> Bool {
    lastSeen.restore(&block)
  }
}

/// A set of one moment.
package struct CounterSetSnapshot: Sendable {
  package let number: Int
  package let closed: [CivilDate: DaySegment]
  package let open: [CivilDate: DayRows]
  let lastSeen: LastSeenTable

  /// All days with rows, unordered.
  var days: [CivilDate] { Array(closed.keys) + Array(open.keys) }

  @inline(__always)
  func forEachRow(
    of day: CivilDate,
    _ body: (_ account: NameTable.ID, _ sender: NameTable.ID, CounterRow) -> Void
  ) {
    closed[day]?.forEach(as: CounterRow.self, body)
    open[day]?.rows.forEach { row in
      body(
        UInt32(truncatingIfNeeded: row.key >> 32),
        UInt32(truncatingIfNeeded: row.key),
        row.counts
      )
    }
  }
}
