import Counters
import MailLog

/// The key figures of the insight, from one pass over the rows.
struct InsightTally: Sendable {
  private(set) var accounts = 0
  private(set) var senders = 0
  /// Accounts that sent below the minimum, how many messages, and accounts that sent without any TLS:
  /// by the account's domain, as `CutoffReport` has it.
  private(set) var accountsBelow = 0
  private(set) var messagesBelow: UInt64 = 0
  private(set) var accountsWithoutTLS = 0
  let sums: PeriodSums

  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let account = Marks(rawValue: 1)
    static let sender = Marks(rawValue: 2)
    static let below = Marks(rawValue: 4)
    static let withoutTLS = Marks(rawValue: 8)
    static let names: Marks = [.account, .sender]
    static let cutoff: Marks = [.below, .withoutTLS]
  }

  init(_ rows: SubmissionRows) {
    let query = rows.query
    var marks = [Marks](repeating: [], count: rows.counters.names.count)
    var messagesBelow: UInt64 = 0
    func note(_ wanted: Marks, _ rules: Grouper.Rules) {
      var grouper = Grouper(rows.counters, domain: query.domain, rules: rules)
      grouper.forEachSum(from: query.start, through: query.end) { _, account, sender, _, row in
        var seen: Marks = .account
        let below = row.below(query.minimum)
        if row.count(.none) > 0 { seen.insert(.withoutTLS) }
        if below > 0 { seen.insert(.below) }
        if wanted.contains(.below) { messagesBelow += below }
        marks[Int(account)].formUnion(seen.intersection(wanted))
        marks[Int(sender)].formUnion(wanted.intersection(.sender))
      }
    }
    if query.domain == nil {
      note([.names, .cutoff], rows.rules)
    } else {
      note(.names, rows.rules)
      note(.cutoff, CutoffReport.rules(.account))
    }
    self.messagesBelow = messagesBelow
    for mark in marks {
      if mark.contains(.account) { accounts += 1 }
      if mark.contains(.sender) { senders += 1 }
      if mark.contains(.below) { accountsBelow += 1 }
      if mark.contains(.withoutTLS) { accountsWithoutTLS += 1 }
    }
    sums = PeriodSums(rows)
  }
}
