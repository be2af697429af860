import Counters
import MailLog

/// The key figures of the insight, from one pass over the rows.
struct InsightTally: Sendable {
  private(set) var accounts = 0
  private(set) var senders = 0
  /// Accounts that sent below the minimum, and those that sent without any TLS.
  private(set) var accountsBelow = 0
  private(set) var accountsWithoutTLS = 0
  let sums: PeriodSums

  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let account = Marks(rawValue: 1)
    static let sender = Marks(rawValue: 2)
    static let below = Marks(rawValue: 4)
    static let withoutTLS = Marks(rawValue: 8)
  }

  init(_ rows: SubmissionRows) {
    let query = rows.query
    var marks = [Marks](repeating: [], count: rows.counters.names.count)
    var grouper = Grouper(rows.counters, domain: query.domain, rules: rows.rules)
    let below = TLSVersion.allCases.filter { $0.isBelow(query.minimum) }
    grouper.forEachSum(from: query.start, through: query.end) { _, account, sender, _, row in
      var seen: Marks = .account
      if row.count(.none) > 0 { seen.insert(.withoutTLS) }
      if below.contains(where: { row.count($0) > 0 }) { seen.insert(.below) }
      marks[Int(account)].formUnion(seen)
      marks[Int(sender)].insert(.sender)
    }
    for mark in marks {
      if mark.contains(.account) { accounts += 1 }
      if mark.contains(.sender) { senders += 1 }
      if mark.contains(.below) { accountsBelow += 1 }
      if mark.contains(.withoutTLS) { accountsWithoutTLS += 1 }
    }
    sums = PeriodSums(rows)
  }
}
