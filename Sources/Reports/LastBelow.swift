import Counters
import MailLog

/// The last message below the minimum of each account, or of each domain's accounts.
///
/// The counters keep the last message of an account at each version, whatever its day and its sender.
/// Where that one is later than a row's days, or may be of a sender in another domain than the row's,
/// the row's last message is not known.
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
  /// The last messages of each domain's accounts at each version; nil: one of them is not known.
  private var byDomain: [ArraySlice<UInt8>: [Message]?] = [:]
  /// Accounts without a domain of their own that sent below the minimum in several domains.
  private var scattered: Set<NameTable.ID> = []

  init(_ rows: SubmissionRows) {
    counters = rows.counters
    query = rows.query
    goesByDomain = rows.rules.grouping == .domain
    if goesByDomain || query.domain != nil { scattered = findScattered() }
    let grouper = grouper(ofDomain: query.domain)
    var seen: Set<NameTable.ID> = []
    let domains = RowNames.shown(grouper.domains.domains)
    for group in grouper.groups where group.sums.below(query.minimum) > 0 {
      seen.insert(group.name)
      guard goesByDomain else { continue }
      let domain = domains.bytes(Int(domains.places[Int(group.domain)]))
      if let known = byDomain[domain, default: []], let new = messages(of: group.name, group.sums) {
        byDomain[domain] = known + new
      } else {
        byDomain[domain] = .some(nil)
      }
    }
    accounts = seen.count
  }

  /// The accounts of the period, each once for every domain that it sent in.
  private func grouper(ofDomain domain: String?) -> Grouper {
    let rules = Grouper.Rules(grouping: .account, numbersDomains: true)
    var grouper = Grouper(counters, domain: domain, rules: rules)
    grouper.collect(from: query.start, through: query.end)
    return grouper
  }

  private func findScattered() -> Set<NameTable.ID> {
    var (seen, scattered): (Set<NameTable.ID>, Set<NameTable.ID>) = ([], [])
    for group in grouper(ofDomain: nil).groups where group.sums.below(query.minimum) > 0 {
      if !seen.insert(group.name).inserted { scattered.insert(group.name) }
    }
    return scattered
  }

  /// The last message of a row, which counts `sums`, if it is known.
  func callAsFunction(_ row: SubmissionRows.Row, _ sums: Sums, _ names: RowNames) -> Message? {
    let found = goesByDomain ? byDomain[names.name(row)] ?? nil : messages(of: row.name, sums)
    let days = row.date.map { $0...$0 } ?? query.days
    var calendar = LocalDays(zone: query.zone)
    var last: Message?
    for message in found ?? [] {
      let day = calendar.day(of: message.seen.time)
      if day > days.upperBound { return nil }
      if days.contains(day), last.map({ $0.seen.time < message.seen.time }) ?? true {
        last = message
      }
    }
    return last
  }

  /// The account's last messages at the versions that `sums` counts; nil: they may be of another
  /// domain.
  private func messages(of account: NameTable.ID, _ sums: Sums) -> [Message]? {
    guard !scattered.contains(account) else { return nil }
    return TLSVersion.allCases.compactMap { version in
      guard version.isBelow(query.minimum), sums.count(version) > 0 else { return nil }
      return counters.lastSeen(account, version).map { Message(version: version, seen: $0) }
    }
  }
}
