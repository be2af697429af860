import MailLog
import Reports

/// A query parameter: what it may be, and what it is for.
struct Parameter: Sendable {
  enum Kind: Sendable {
    case date
    case integer(ClosedRange<Int>)
    case choice([String])
    case flag
    /// A day, or a time.
    case instant
    /// A host's name or address.
    case host
    /// Text of so many bytes at most.
    case text(Int)
  }

  let name: String
  let kind: Kind
  /// One sentence for the API's description.
  let summary: String
  var isRequired = false

  /// What it may be, for a problem document.
  var allowed: String {
    switch kind {
    case .date: "a date from 1970-01-01 to 9999-12-31, written YYYY-MM-DD"
    case .integer(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let values): "one of " + values.joined(separator: ", ")
    case .flag: "true or false"
    case .instant: "a date, YYYY-MM-DD, or a time such as 2026-11-21T10:00:00Z"
    case .host: "a host's name: 1 to 255 letters, digits and . - _ :"
    case .text(let limit): "text of 1 to \(limit) bytes, none of them a control character"
    }
  }

  func isValid(_ value: String) -> Bool {
    switch kind {
    case .date: Self.date(value) != nil
    case .integer(let range): Self.integer(value).map(range.contains) ?? false
    case .choice(let values): values.contains(value)
    case .flag: ["true", "false", ""].contains(value)
    case .instant: Self.instant(value, .utc) != nil
    case .host: HostKey.isName(value)
    case .text(let limit): !value.isEmpty && value.utf8.count <= limit && !value.hasControls
    }
  }

  static func date(_ value: String) -> CivilDate? {
    CivilDate(value).flatMap { $0.daysSince1970 >= 0 ? $0 : nil }
  }

  static func integer(_ value: String) -> Int? {
    value.utf8.allSatisfy { (48...57).contains($0) } ? Int(value) : nil
  }

  /// A number without a sign.
  static func unsigned(_ value: String) -> UInt64? {
    value.utf8.allSatisfy { (48...57).contains($0) } ? UInt64(value) : nil
  }
}

extension Parameter {
  static let start = Parameter(
    name: "start",
    kind: .date,
    summary: "First day, included; default: so that the period has `days` days."
  )
  static let end = Parameter(
    name: "end",
    kind: .date,
    summary: "Last day, included; default: today."
  )
  static let days = Parameter(
    name: "days",
    kind: .integer(CivilDate.periodLengths),
    summary: "How many days, up to the last one; default: 7. Not with both `start` and `end`."
  )
  static let idleDays = Parameter(
    name: "days",
    kind: .integer(CivilDate.periodLengths),
    summary: "Who sent nothing on so many days, up to the last one; default: 60."
  )
  static let domain = Parameter(
    name: "domain",
    kind: .text(1024),
    summary: "Only this domain, as reports show it; `(none)` for names without one."
  )
  static let perDay = Parameter(
    name: "per-day",
    kind: .flag,
    summary: "A row for each day and name."
  )
  static let sort = Parameter(
    name: "sort",
    kind: .text(64),
    summary: "A column of the report as its CSV names it, with `-` in front in reverse."
  )
  static let search = Parameter(
    name: "search",
    kind: .text(1024),
    summary: "Only rows whose shown name holds this, whatever the case of its ASCII letters; totals"
      + " and days are those of all rows."
  )
  static let limit = Parameter(
    name: "limit",
    kind: .integer(0...1_000_000),
    summary: "The most rows; default: all (insight: 10)."
  )
  static let cursor = Parameter(
    name: "cursor",
    kind: .text(64),
    summary: "The `next` of the page before, with the same other parameters. Each page is of the"
      + " moment in which it is asked for: rows that change place meanwhile can come twice or not at"
      + " all. Who needs each row once leaves `limit` out."
  )
  static let timezone = Parameter(
    name: "timezone",
    kind: .text(64),
    summary: "Days are counted in the daemon's zone: any other is refused."
  )
  static let minimum = Parameter(
    name: "minimum",
    kind: .choice(["ssl3", "1.0", "1.1", "1.2", "1.3"]),
    summary: "The TLS version that the server is supposed to require; default: 1.2."
  )
  static let address = Parameter(
    name: "address",
    kind: .text(4096),
    summary: "The sender as reports show it; bytes may be written `\\xHH`. `<>`: the null sender.",
    isRequired: true
  )
  static let account = Parameter(
    name: "name",
    kind: .text(4096),
    summary: "The account as reports show it; bytes may be written `\\xHH`.",
    isRequired: true
  )

  static func grouping(_ view: ReportView) -> Parameter {
    let groupings = ReportQuery.groupings(of: view)
    return Parameter(
      name: "by",
      kind: .choice(groupings.map(\.rawValue)),
      summary: "What a row stands for; default: \(groupings[0].rawValue)."
    )
  }

  static let period = [start, end, days]
  static let paging = [search, limit, cursor]
}
