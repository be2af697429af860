import Counters
import MailLog

/// What a whole period and each of its days add up to.
struct PeriodSums: Sendable {
  let total: Sums
  /// One for each day of the period, in order.
  let days: [Sums]
  private let start: CivilDate

  init(start: CivilDate, days: [Sums]) {
    var total = Sums()
    for day in days { total.add(day) }
    self.total = total
    self.days = days
    self.start = start
  }

  /// Adds up the rows of a report.
  init(_ rows: SubmissionRows) {
    let query = rows.query
    guard query.domain != nil else {
      self.init(
        start: query.start,
        days: rows.counters.totals(from: query.start, through: query.end)
      )
      return
    }
    var days = [Sums](repeating: Sums(), count: query.days.count)
    var grouper = Grouper(rows.counters, domain: query.domain, rules: rows.rules)
    grouper.forEachRow(from: query.start, through: query.end) { _, day, _, _, row in
      days[query.start.distance(to: day)].add(row)
    }
    self.init(start: query.start, days: days)
  }

  /// The days with their dates.
  var dated: [(date: CivilDate, sums: Sums)] {
    days.enumerated().map { (start.advanced(by: $0.offset), $0.element) }
  }
}
