import Counters
import MailLog

/// The rows of a report about submissions, made while they are visited.
///
/// Rows per day are grouped, sorted and handed out a day at a time: memory is one day's.
struct SubmissionRows: Sendable {
  struct Row {
    /// nil: the row stands for the whole period.
    var date: CivilDate?
    /// The place of the name in the order of names.
    var place: Int
    /// The group's name, domain and number, as the grouper has them.
    var name: NameTable.ID
    var domain: NameTable.ID
    var number: UInt32
    var lastDay: CivilDate

    init(_ group: Grouper.Group, date: CivilDate?, place: Int) {
      self.date = date
      self.place = place
      name = group.name
      domain = group.domain
      number = group.number
      lastDay = group.lastDay
    }
  }

  /// What one report wants of the groups beyond what all have.
  struct Selection {
    var isListed: ((Grouper.Group) -> Bool)?
    /// The value of a column that only this report has, and whether the largest comes first.
    var value: (Column.Content, Row, Sums, RowNames) -> (UInt64?, Bool) = { _, _, _, _ in
      (nil, false)
    }
  }

  let counters: CounterSnapshot
  let query: ReportQuery
  let rules: Grouper.Rules
  let order: RowOrder

  init(_ counters: CounterSnapshot, _ query: ReportQuery, rules: Grouper.Rules, order: RowOrder) {
    self.counters = counters
    self.query = query
    self.rules = rules
    self.order = order
  }

  /// Visits the rows in order, the first `limit` of them.
  ///
  /// - Parameters:
  ///   - limit: the most rows to visit; nil: all.
  ///   - counts: whether to count the rows beyond the limit too.
  ///   - selection: which groups are rows.
  ///   - body: takes a row, its figures and the names; false: enough.
  /// - Returns: the number of rows.
  @discardableResult func forEach(
    limit: Int?,
    counts: Bool = false,
    selection: Selection = Selection(),
    _ body: (Row, Sums, RowNames) -> Bool
  ) -> Int {
    guard query.isPerDay else {
      let isWhole = counts || selection.isListed != nil
      let grouper = collected(leading: isWhole ? nil : limit)
      let listed = listed(grouper, selection)
      let groups = limit.map { candidates(listed, limit: $0) } ?? listed
      let names = RowNames(grouper, of: groups)
      visit(groups, date: nil, names, limit: limit, selection: selection, body)
      return listed.count
    }
    var grouper = makeGrouper()
    if grouper.rules.numbersDomains || rules.grouping == .domain { grouper.numberAllDomains() }
    var names = RowNames(grouper)
    var count = 0
    for date in order.reversesDates ? query.days.reversed() : Array(query.days) {
      guard counts || count < limit ?? .max else { break }
      grouper.collect(from: date, through: date)
      let groups = listed(grouper, selection)
      names.update(grouper, date: date)
      let room = limit.map { max(0, $0 - count) }
      guard visit(groups, date: date, names, limit: room, selection: selection, body) else { break }
      count += groups.count
    }
    return count
  }

  /// The groups of the whole period; `limit`: how many are going to be shown, others may be left
  /// out then.
  func collected(leading limit: Int? = nil) -> Grouper {
    var grouper = makeGrouper()
    let leaders = limit.flatMap { Leaders(grouper, counters, query, order, limit: $0) }
    grouper.collect(from: query.start, through: query.end, of: leaders?.names)
    return grouper
  }

  /// The groups that can be among the first `limit`: names need not be sorted for the others.
  func candidates(_ groups: [Grouper.Group], limit: Int) -> [Grouper.Group] {
    guard order.column == nil || order.column == .messages && !order.isReversed,
      limit > 0, groups.count > limit
    else { return groups }
    let counts = groups.map { ~$0.sums.messages }
    let last = RowOrder.sorted(count: counts.count, by: [counts])[limit - 1]
    let least = groups[Int(last)].sums.messages
    return groups.filter { $0.sums.messages >= least }
  }

  private func makeGrouper() -> Grouper {
    var rules = rules
    rules.numbersDomains = rules.numbersDomains || order.column == .domain
    return Grouper(counters, domain: query.domain, rules: rules)
  }

  private func listed(_ grouper: Grouper, _ selection: Selection) -> [Grouper.Group] {
    let groups = selection.isListed.map { grouper.groups.filter($0) } ?? grouper.groups
    guard let search = query.search.map(NameSearch.init) else { return groups }
    return groups.filter { search.matches(grouper.bytes(of: $0), empty: grouper.emptyName) }
  }

  /// Sorts and visits groups; false if `body` had enough.
  @discardableResult func visit(
    _ groups: [Grouper.Group],
    date: CivilDate?,
    _ names: RowNames,
    limit: Int?,
    selection: Selection = Selection(),
    _ body: (Row, Sums, RowNames) -> Bool
  ) -> Bool {
    guard !groups.isEmpty, limit != 0 else { return true }
    let places = groups.indices.map { UInt64(names.place(groups[$0], $0)) }
    let keys = sortKeys(groups, places, date: date, names, selection: selection)
    let sorted = RowOrder.sorted(count: groups.count, by: keys)
    for index in sorted.prefix(limit ?? .max).lazy.map(Int.init) {
      let row = Row(groups[index], date: date, place: Int(places[index]))
      guard body(row, groups[index].sums, names) else { return false }
    }
    return true
  }

  /// The keys of the query's column, messages, name and domain, the last first.
  private func sortKeys(
    _ groups: [Grouper.Group],
    _ places: [UInt64],
    date: CivilDate?,
    _ names: RowNames,
    selection: Selection
  ) -> [[UInt64]] {
    var keys: [[UInt64]] = []
    if names.hasDomains { keys.append(groups.map { UInt64(names.domainPlace($0)) }) }
    let messages = groups.map(\.sums.messages)
    if messages.allSatisfy({ $0 <= UInt32.max }) {
      // Two keys in one; the numbers of names have 32 bits.
      keys.append(groups.indices.map { ~messages[$0] << 32 | places[$0] })
    } else {
      keys += [places, messages.map { ~$0 }]
    }
    guard let column = order.column, column != .date else { return keys }
    keys.append(
      groups.indices.map { index in
        let (group, sums) = (groups[index], groups[index].sums)
        return switch column {
        case .name: order.key(places[index], largestFirst: false)
        case .domain: order.key(UInt64(names.domainPlace(group)), largestFirst: false)
        case .messages: order.key(sums.messages, largestFirst: true)
        case .recipients: order.key(sums.recipients, largestFirst: true)
        case .bytes: order.key(sums.bytes, largestFirst: true)
        case .tls(let version): order.key(sums.count(version), largestFirst: true)
        default:
          {
            let row = Row(group, date: date, place: Int(places[index]))
            let (value, largestFirst) = selection.value(column, row, sums, names)
            return order.key(value, largestFirst: largestFirst)
          }()
        }
      }
    )
    return keys
  }
}
