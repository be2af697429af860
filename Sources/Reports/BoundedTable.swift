/// The tables whose size is bounded, and what is no longer whole once one of them was full.
package enum BoundedTable: String, CaseIterable, Sendable {
  case sessions, waiting, early, plain, noted, delivering, senders, accounts, details, edges

  /// What is wrong with the figures of whoever found no room; the end of `linesDropped`'s terms.
  enum Loss: String {
    case none, versions, messages, failures, bounces, details, twice
  }

  var loss: Loss {
    switch self {
    case .sessions, .plain: .versions
    case .waiting, .early: .messages
    case .noted: .failures
    case .delivering: .bounces
    case .senders, .accounts: .none
    case .details: .details
    case .edges: .twice
    }
  }
}

extension BoundedTable.Loss {
  var text: String {
    switch self {
    case .none: "totals stay right, these names are counted as '(other)'"
    case .versions: "totals stay right, TLS of some messages may show as unknown"
    case .messages: "as many messages may not be counted"
    case .failures: "as many failed logins may not be counted"
    case .bounces: "as many bounces were not seen by the rule 'rejections'"
    case .details: "totals stay right, clients and mechanisms of some accounts are missing"
    case .twice: "an import of the same lines may count as many messages again"
    }
  }
}

extension [BoundedTable: UInt64] {
  /// The same by the names of the tables.
  package var named: [String: UInt64] {
    [String: UInt64](uniqueKeysWithValues: map { ($0.key.rawValue, $0.value) })
  }
}
