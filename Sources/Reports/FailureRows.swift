import Counters
import MailLog

/// The failed AUTH of a period, by login name or by client network.
struct FailureRows: Sendable {
  struct Row: Sendable {
    /// nil: the row stands for the whole period.
    var date: CivilDate?
    /// The number of the name or network among `names`.
    var name: NameTable.ID
    var failures: UInt64
    /// How many networks for a name, how many names for a network.
    var counterparts: UInt64
    var first: Timestamp
    var last: Timestamp
  }

  private(set) var rows: [Row] = []
  /// The rows that the query's page shows, and whether more follow.
  var page: (rows: ArraySlice<Row>, hasMore: Bool) {
    let rest = rows.dropFirst(offset)
    let page = limit.map { rest.prefix($0) } ?? rest
    return (page, page.endIndex < rows.endIndex)
  }

  private(set) var total: UInt64 = 0
  private(set) var days: [UInt64]
  private let names: ShownNames
  private let offset: Int
  private let limit: Int?

  /// One combination of day, name and network.
  private struct Entry {
    var day: CivilDate
    var name: NameTable.ID
    var counterpart: NameTable.ID
    var count: FailureCounts.Count
  }

  init(_ failures: FailureCounts, _ query: ReportQuery, grouping: Grouping, order: RowOrder) {
    var networks = NameTable(foldsCase: false)
    var numbers: [ClientAddress: NameTable.ID] = [:]
    var domains = DomainTable(names: failures.names)
    var filter = query.domain.map { DomainFilter($0, nameCount: failures.names.count) }
    var days = [UInt64](repeating: 0, count: query.days.count)
    var entries: [Entry] = []
    failures.forEach { key, count in
      guard query.days.contains(key.day) else { return }
      let isWanted =
        domains.hasDomain(key.name)
        ? filter?.matches(key.name, domains) : filter?.wantsNone
      guard isWanted != false else { return }
      let network = numbers[key.network] ?? networks.intern(key.network.networkText)
      numbers[key.network] = network
      let (name, counterpart) = grouping == .network ? (network, key.name) : (key.name, network)
      entries.append(Entry(day: key.day, name: name, counterpart: counterpart, count: count))
      days[query.start.distance(to: key.day)] += count.failures
    }
    self.days = days
    total = days.reduce(0, +)
    let table = grouping == .network ? networks.list : failures.names
    names = ShownNames(table, 0..<UInt32(table.count), empty: "(unknown)")
    (offset, limit) = (query.offset, query.limit)
    rows = Self.joined(entries, isPerDay: query.isPerDay)
    if let search = query.search.map(NameSearch.init) {
      rows.removeAll { !search.matches(table.bytes($0.name), empty: "(unknown)") }
    }
    sort(order)
  }

  /// The name or network as reports show it.
  func name(_ row: Row) -> ArraySlice<UInt8> { names.bytes(Int(names.places[Int(row.name)])) }

  /// A row for each name, or for each day and name.
  private static func joined(_ entries: [Entry], isPerDay: Bool) -> [Row] {
    let sorted = RowOrder.sorted(
      count: entries.count,
      by: [
        entries.map { UInt64($0.counterpart) },
        entries.map { UInt64($0.name) },
        isPerDay ? entries.map { dateKey($0.day) } : [],
      ].filter { !$0.isEmpty }
    )
    var rows: [Row] = []
    var lastCounterpart: NameTable.ID?
    for index in sorted {
      let entry = entries[Int(index)]
      let date = isPerDay ? entry.day : nil
      if rows.last?.name != entry.name || rows.last?.date != date {
        let (first, last) = (entry.count.first, entry.count.last)
        rows.append(
          Row(date: date, name: entry.name, failures: 0, counterparts: 0, first: first, last: last)
        )
        lastCounterpart = nil
      }
      let row = rows.count - 1
      rows[row].failures += entry.count.failures
      if lastCounterpart != entry.counterpart { rows[row].counterparts += 1 }
      rows[row].first = min(rows[row].first, entry.count.first)
      rows[row].last = max(rows[row].last, entry.count.last)
      lastCounterpart = entry.counterpart
    }
    return rows
  }

  /// By date, the query's column, failures and name.
  private mutating func sort(_ order: RowOrder) {
    var keys = [rows.map { UInt64(names.places[Int($0.name)]) }, rows.map { ~$0.failures }]
    if let column = order.column, column != .date {
      keys.append(
        rows.map { row in
          switch column {
          case .name: order.key(UInt64(names.places[Int(row.name)]), largestFirst: false)
          case .counterparts: order.key(row.counterparts, largestFirst: true)
          case .first: order.key(Self.timeKey(row.first), largestFirst: true)
          case .last: order.key(Self.timeKey(row.last), largestFirst: true)
          default: order.key(row.failures, largestFirst: true)
          }
        }
      )
    }
    if rows.first?.date != nil {
      keys.append(
        rows.map { row in
          let key = row.date.map(Self.dateKey) ?? 0
          return order.reversesDates ? ~key : key
        }
      )
    }
    rows = RowOrder.sorted(count: rows.count, by: keys).map { rows[Int($0)] }
  }

  private static func dateKey(_ date: CivilDate) -> UInt64 {
    UInt64(bitPattern: Int64(date.daysSince1970)) ^ 1 << 63
  }

  private static func timeKey(_ time: Timestamp) -> UInt64 {
    UInt64(bitPattern: time.nanoseconds) ^ 1 << 63
  }
}
