import MailLog
import Reports

extension ReportQuery {
  /// The most days of one question: as many as can be kept.
  private static let longest = 730

  /// The question that the parameters ask.
  init(_ view: ReportView, _ call: Call) throws(Problem) {
    let (items, published) = (call.items, call.published)
    let days = view == .idle ? published.firstDay...published.today : try Self.period(call)
    self.init(start: days.lowerBound, end: days.upperBound, zone: published.zone)
    if view == .idle { try setIdle(call) }
    if let zone = items[.timezone], zone != published.zone.name {
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
  private mutating func setIdle(_ call: Call) throws(Problem) {
    if let days = call.items[.idleDays].flatMap(Parameter.integer) { idleDays = days }
    let first = call.items[.start].flatMap(Parameter.date)
    let last = call.items[.end].flatMap(Parameter.date) ?? max(end, first ?? end)
    try set(first ?? min(start, last), last, call)
  }

  private static func period(_ call: Call) throws(Problem) -> ClosedRange<CivilDate> {
    let items = call.items
    let count = items[.days].flatMap(Parameter.integer)
    let first = items[.start].flatMap(Parameter.date)
    let last = items[.end].flatMap(Parameter.date)
    if let days = items[.days], first != nil, last != nil {
      throw .badParameter("days", days, "left out where start and end are given")
    }
    if let first, last == nil, let count { return first...first.advanced(by: count - 1) }
    let today = call.published.today
    let end = last ?? max(today, first ?? today)
    let start = first ?? end.advanced(by: 1 - (count ?? 7))
    try check(start, end, call)
    return start...end
  }

  private mutating func set(_ first: CivilDate, _ last: CivilDate, _ call: Call) throws(Problem) {
    try Self.check(first, last, call)
    (start, end) = (first, last)
  }

  private static func check(
    _ start: CivilDate,
    _ end: CivilDate,
    _ call: Call
  ) throws(Problem) {
    let given = call.items[.end] == nil ? Parameter.start : Parameter.end
    let value = call.items[given] ?? ""
    guard start <= end else {
      throw .badParameter(given.name, value, "so that the period does not end before it starts")
    }
    guard start.distance(to: end) < longest else {
      throw .badParameter(given.name, value, "so that the period has at most \(longest) days")
    }
  }
}
