package import Counters
package import Languages
package import MailLog

/// What a report is about.
package enum ReportView: String, CaseIterable, Sendable {
  case insight, volume, tls, failures, cutoff, idle

  /// What the report shows beside the messages of each day.
  package var parts: CounterParts {
    switch self {
    case .insight, .failures: .failures
    case .cutoff: .lastSeen
    case .volume, .tls, .idle: []
    }
  }
}

/// What one row of a report stands for.
package enum Grouping: String, CaseIterable, Sendable {
  case sender, account, domain, network
}

/// The question that a report answers, the same for every view.
package struct ReportQuery: Sendable {
  /// The first and the last day, both included.
  package var start: CivilDate
  package var end: CivilDate
  /// The zone of the times that a report shows; its name is the report's `timezone`.
  package var zone: ZoneRules
  /// Only what belongs to this domain, as reports show it; `(none)` for what has none.
  package var domain: String?
  /// nil: `sender`; for `cutoff`, `idle` and `failures`: `account`.
  package var grouping: Grouping?
  /// One row a day and name in place of one a name.
  package var isPerDay = false
  /// A column of the report, with `-` in front in reverse; nil: `messages` or `failures`.
  ///
  /// Numbers and times go from the largest, names, versions and dates from the smallest. Rows per
  /// day are in the order of their dates first.
  package var sort: String?
  /// Only rows whose name holds this, as reports show it; totals and days are those of all rows.
  package var search: String?
  /// Whether the rows behind the limit can be asked for.
  package var isPaged = false
  /// How many rows are left out in front, in JSON and CSV: see `nextCursor`.
  package var offset = 0
  /// The most rows to show; nil: all in JSON and CSV, 25 in tables, 10 in the insight.
  package var limit: Int?
  /// The version that `cutoff` supposes the server to require.
  package var minimum = defaultMinimum
  /// `idle` lists who sent nothing on so many days up to `end`.
  package var idleDays = 60
  /// The language of the alerts' sentences in JSON.
  package var language = Language.english

  package init(start: CivilDate, end: CivilDate, zone: ZoneRules) {
    self.start = start
    self.end = end
    self.zone = zone
  }

  /// Every day of the period, in order.
  var days: ClosedRange<CivilDate> { start...end }

  /// The rows of a table that nobody gave a limit.
  package static let tableLimit = 25
  package static let defaultMinimum = TLSVersion.tls12
}

extension ReportQuery {
  /// The grouping to use for `view`.
  ///
  /// - Throws: if the question makes no sense for `view`.
  func checkedGrouping(for view: ReportView) throws(ReportError) -> Grouping {
    guard start <= end else { throw .emptyPeriod(start: start, end: end) }
    if let limit, limit < 0 { throw ReportError(.limit, "\(limit)", allowed: "0 or more") }
    guard idleDays > 0 else { throw ReportError(.days, "\(idleDays)", allowed: "1 or more") }
    if isPerDay, view == .idle || view == .insight {
      throw ReportError(.perDay, "true", allowed: "left out")
    }
    if view == .cutoff, minimum == .none || minimum == .unknown {
      throw .unusableMinimum(minimum)
    }
    let allowed = Self.groupings(of: view)
    let asked = grouping ?? allowed[0]
    guard allowed.contains(asked) else {
      throw .unusableGrouping(asked, allowed: allowed)
    }
    return asked
  }

  /// The groupings that `view` has, its default first.
  package static func groupings(of view: ReportView) -> [Grouping] {
    switch view {
    case .insight, .volume, .tls: [.sender, .account, .domain]
    case .idle: [.account, .sender, .domain]
    // When an account was last seen is not kept per sender.
    case .cutoff: [.account, .domain]
    case .failures: [.account, .network]
    }
  }
}
