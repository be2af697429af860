import MailLog
import Reports

extension ReportQuery {
  /// The question that the parameters ask.
  init(_ view: ReportView, _ items: QueryItems, _ published: Published) throws(Problem) {
    let days =
      view == .idle
      ? published.firstDay...published.today : try Self.period(items, published.today)
    self.init(start: days.lowerBound, end: days.upperBound, zone: published.zone)
    if view == .idle { try setIdle(items) }
    if let zone = items.zone(.timezone), zone != published.zone.name {
      throw .badParameter(
        "timezone",
        zone,
        "'\(published.zone.name)', the zone in which the daemon counts days"
      )
    }
    isPaged = true
    domain = items[.domain]
    grouping = items.value("by").flatMap(Grouping.init(rawValue:))
    isPerDay = items.has(.perDay)
    sort = items[.sort]
    search = items[.search]
    limit = items[.limit].flatMap(Parameter.integer)
    if let version = items[.minimum].flatMap(TLSVersion.init(label:)) { minimum = version }
  }

  /// Days are counted back from the last one; idle names show in all the days there are.
  private mutating func setIdle(_ items: QueryItems) throws(Problem) {
    if let days = items[.idleDays].flatMap(Parameter.integer) { idleDays = days }
    let first = items[.start].flatMap(Parameter.date)
    let last = items[.end].flatMap(Parameter.date) ?? max(end, first ?? end)
    try set(first ?? min(start, last), last, items)
  }

  private static func period(
    _ items: QueryItems,
    _ today: CivilDate
  ) throws(Problem) -> ClosedRange<CivilDate> {
    let count = items[.days].flatMap(Parameter.integer)
    let first = items[.start].flatMap(Parameter.date)
    let last = items[.end].flatMap(Parameter.date)
    if let days = items[.days], first != nil, last != nil {
      throw .badParameter("days", days, "left out where start and end are given")
    }
    if let first, last == nil, let count { return first...first.advanced(by: count - 1) }
    let end = last ?? max(today, first ?? today)
    let start = first ?? end.advanced(by: 1 - (count ?? 7))
    try check(start, end, items)
    return start...end
  }

  private mutating func set(
    _ first: CivilDate,
    _ last: CivilDate,
    _ items: QueryItems
  ) throws(Problem) {
    try Self.check(first, last, items)
    (start, end) = (first, last)
  }

  private static func check(
    _ start: CivilDate,
    _ end: CivilDate,
    _ items: QueryItems
  ) throws(Problem) {
    let given = items[.end] == nil ? Parameter.start : Parameter.end
    let value = items[given] ?? ""
    guard start <= end else {
      throw .badParameter(given.name, value, "so that the period does not end before it starts")
    }
    let longest = CivilDate.periodLengths.upperBound
    guard start.distance(to: end) < longest else {
      throw .badParameter(given.name, value, "so that the period has at most \(longest) days")
    }
  }
}
