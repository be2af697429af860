import Counters
import MailLog

/// The last message below the minimum of each account, or of each domain's accounts.
///
/// The counters keep the last message of an account at each version, whatever its day: on other
/// days than that message's, a row per day has none.
struct LastBelow: Sendable {
  struct Message: Sendable {
    var version: TLSVersion
    var seen: LastSeen

    /// nil: the log does not tell.
    var client: String? { seen.client.isUnknown ? nil : seen.client.text }
  }

  /// How many accounts sent below the minimum in the period.
  private(set) var accounts = 0
  private let counters: CounterSnapshot
  private let query: ReportQuery
  private let goesByDomain: Bool
  /// The messages of each domain, latest first at each version.
  private var byDomain: [ArraySlice<UInt8>: [Message]] = [:]

  init(_ rows: SubmissionRows) {
    counters = rows.counters
    query = rows.query
    goesByDomain = rows.rules.grouping == .domain
    let rules = Grouper.Rules(
      grouping: .account,
      splitsByDomain: goesByDomain,
      numbersDomains: goesByDomain
    )
    var grouper = Grouper(counters, domain: query.domain, rules: rules)
    grouper.collect(from: query.start, through: query.end)
    var seen: Set<NameTable.ID> = []
    let domains = RowNames.shown(grouper.domains.domains)
    for group in grouper.groups where group.sums.below(query.minimum) > 0 {
      seen.insert(group.name)
      guard goesByDomain else { continue }
      byDomain[domains.bytes(Int(domains.places[Int(group.domain)])), default: []] += messages(
        of: group.name
      )
    }
    accounts = seen.count
  }

  /// The last message of a row, if it is known.
  func callAsFunction(_ row: SubmissionRows.Row, _ names: RowNames) -> Message? {
    var found = goesByDomain ? byDomain[names.name(row)] ?? [] : messages(of: row.name)
    if let date = row.date {
      var calendar = Calendar(zone: query.zone)
      found.removeAll { calendar.day(of: $0.seen.time) != date }
    }
    return found.max { $0.seen.time < $1.seen.time }
  }

  private func messages(of account: NameTable.ID) -> [Message] {
    TLSVersion.allCases.filter { $0.isBelow(query.minimum) }.compactMap { version in
      counters.lastSeen(account, version).map { Message(version: version, seen: $0) }
    }
  }
}
