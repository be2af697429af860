import Counters
import MailLog

/// Joins the rows of the counters into the groups that a query asks for, one period at a time.
struct Grouper: Sendable {
  struct Group: Sendable {
    /// A name, or the number of a domain when the groups are domains.
    var name: NameTable.ID
    /// The number of the domain, or `ownDomain`.
    var domain: NameTable.ID
    /// The place among all groups of the period.
    var number: UInt32
    /// The next group of the same name, plus 1; 0 for none.
    fileprivate var next: UInt32
    /// The last day with a message.
    var lastDay: CivilDate
    var sums: Sums
  }

  /// How groups are told apart.
  struct Rules: Sendable {
    var grouping: Grouping
    /// Names without a domain of their own have a group for each domain of their counterpart.
    var splitsByDomain = true
    /// Every group gets the number of its domain: needed to sort by domains.
    var numbersDomains = false
    /// Domains are those of the accounts rather than of the senders.
    var prefersAccount = false
  }

  /// The domain is what follows the last `@` of the group's name.
  static let ownDomain = UInt32.max

  let rules: Rules
  private let counters: CounterSnapshot
  private(set) var domains: DomainTable
  private(set) var groups: [Group] = []
  private var filter: DomainFilter?
  /// By name: the number of its first group, plus 1.
  private var slots: [UInt32]

  init(_ counters: CounterSnapshot, domain: String?, rules: Rules) {
    self.rules = rules
    self.counters = counters
    domains = DomainTable(names: counters.names)
    filter = domain.map { DomainFilter($0, nameCount: counters.names.count) }
    // There are no more domains than names, and the one for names without a domain.
    slots = [UInt32](repeating: 0, count: counters.names.count + 1)
  }

  var names: NameList { counters.names }

  /// The name of a group, not escaped.
  func bytes(of group: Group) -> ArraySlice<UInt8> {
    rules.grouping == .domain ? domains.domains.bytes(group.name) : names.bytes(group.name)
  }

  /// What is shown for a group whose name is empty.
  var emptyName: String {
    switch rules.grouping {
    case .domain: DomainFilter.none
    case .account: "(unknown)"
    default: "<>"
    }
  }

  mutating func numberAllDomains() { domains.numberAll() }

  /// Replaces the groups by those of a period.
  ///
  /// - Parameters:
  ///   - start: the first day.
  ///   - end: the last day.
  ///   - wanted: by the numbers of names, which of them have groups; nil: all.
  mutating func collect(
    from start: CivilDate,
    through end: CivilDate,
    of wanted: [Bool]? = nil
  ) {
    for group in groups { slots[Int(group.name)] = 0 }
    groups.removeAll(keepingCapacity: true)
    guard let wanted else {
      return forEachSum(from: start, through: end) { grouper, account, sender, day, sums in
        grouper.add(sums, account: account, sender: sender, day: day)
      }
    }
    let counters = counters
    counters.forEachSum(from: start, through: end, of: leadingRole, in: wanted) {
      guard $3.messages > 0, isWanted(account: $0, sender: $1) else { return }
      add($3, account: $0, sender: $1, day: $2)
    }
  }

  /// Visits the rows of a period that pass the filter and hold messages, added up as far as that is
  /// known, each with a day on which they were sent; the last is among them.
  mutating func forEachSum(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (
      inout Grouper, _ account: NameTable.ID, _ sender: NameTable.ID, CivilDate, Sums
    ) -> Void
  ) {
    let counters = counters
    counters.forEachSum(from: start, through: end) { account, sender, day, sums in
      guard sums.messages > 0, isWanted(account: account, sender: sender) else { return }
      body(&self, account, sender, day, sums)
    }
  }

  /// Visits the rows of a period that pass the filter and hold messages, days in order.
  mutating func forEachRow(
    from start: CivilDate,
    through end: CivilDate,
    _ body: (
      inout Grouper, CivilDate, _ account: NameTable.ID, _ sender: NameTable.ID, CounterRow
    ) -> Void
  ) {
    let counters = counters
    counters.forEachRow(from: start, through: end) { day, account, sender, row in
      // Corrections can leave a row without messages.
      guard row.messages > 0, isWanted(account: account, sender: sender) else { return }
      body(&self, day, account, sender, row)
    }
  }

  /// The number of the group of a row, if there is one.
  mutating func existingGroup(account: NameTable.ID, sender: NameTable.ID) -> Int? {
    let (name, domain) = key(account: account, sender: sender)
    return find(name, domain)
  }

  private func find(_ name: NameTable.ID, _ domain: NameTable.ID) -> Int? {
    var slot = slots[Int(name)]
    while slot != 0 {
      let index = Int(slot) &- 1
      if groups[index].domain == domain { return index }
      slot = groups[index].next
    }
    return nil
  }

  /// Whose name is that of a group, if the groups are not domains.
  var leadingRole: CounterSnapshot.NameRole { leadsWithAccount ? .account : .sender }

  private var leadsWithAccount: Bool { rules.prefersAccount || rules.grouping == .account }

  private mutating func isWanted(account: NameTable.ID, sender: NameTable.ID) -> Bool {
    guard filter != nil else { return true }
    let first = leadsWithAccount ? account : sender
    let second = leadsWithAccount ? sender : account
    if domains.hasDomain(first) { return filter?.matches(first, domains) == true }
    if domains.hasDomain(second) { return filter?.matches(second, domains) == true }
    return filter?.wantsNone == true
  }

  private mutating func key(
    account: NameTable.ID,
    sender: NameTable.ID
  ) -> (name: NameTable.ID, domain: NameTable.ID) {
    let first = leadsWithAccount ? account : sender
    let second = leadsWithAccount ? sender : account
    if rules.grouping == .domain {
      let number = domains.number(of: domains.hasDomain(first) ? first : second)
      return (number, Self.ownDomain)
    }
    guard rules.splitsByDomain else { return (first, Self.ownDomain) }
    if rules.numbersDomains, domains.hasDomain(first) { return (first, domains.number(of: first)) }
    return (first, domain(account: account, sender: sender))
  }

  /// The domain of a row's name, or the number of that of its counterpart.
  mutating func domain(account: NameTable.ID, sender: NameTable.ID) -> NameTable.ID {
    let first = leadsWithAccount ? account : sender
    let second = leadsWithAccount ? sender : account
    return domains.hasDomain(first) ? Self.ownDomain : domains.number(of: second)
  }

  private mutating func add(
    _ sums: Sums,
    account: NameTable.ID,
    sender: NameTable.ID,
    day: CivilDate
  ) {
    let (name, domain) = key(account: account, sender: sender)
    if let known = find(name, domain) {
      groups[known].sums.add(sums)
      groups[known].lastDay = max(day, groups[known].lastDay)
      return
    }
    let number = UInt32(truncatingIfNeeded: groups.count)
    let next = slots[Int(name)]
    groups.append(
      Group(
        name: name,
        domain: domain,
        number: number,
        next: next,
        lastDay: day,
        sums: sums
      )
    )
    slots[Int(name)] = number &+ 1
  }
}
