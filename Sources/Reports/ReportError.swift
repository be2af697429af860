import MailLog

/// A question that a report cannot answer: wrong usage.
package struct ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Sendable {
    case emptyPeriod, outOfRange, notPerDay, unusableGrouping, unknownColumn, unusableMinimum
    case unusableFormat
  }

  package let code: Code
  /// What is wrong and what is allowed, one sentence.
  package let description: String

  static func emptyPeriod(start: CivilDate, end: CivilDate) -> ReportError {
    ReportError(
      code: .emptyPeriod,
      description: "the period ends on \(end.text), before it starts on \(start.text)"
    )
  }

  static func outOfRange(_ option: String, value: Int, expected: String) -> ReportError {
    ReportError(
      code: .outOfRange,
      description: "--\(option) \(value) is out of range: it must be \(expected)"
    )
  }

  static func notPerDay(_ view: ReportView) -> ReportError {
    ReportError(
      code: .notPerDay,
      description: "\(view.rawValue) has no rows per day: leave out --per-day"
    )
  }

  static func unusableMinimum(_ version: TLSVersion) -> ReportError {
    ReportError(
      code: .unusableMinimum,
      description: "cutoff cannot require TLS version '\(version.label)': "
        + "use ssl3, 1.0, 1.1, 1.2 or 1.3"
    )
  }

  static func unusableGrouping(
    _ grouping: Grouping,
    view: ReportView,
    allowed: [Grouping]
  ) -> ReportError {
    let names = allowed.map(\.rawValue).joined(separator: ", ")
    return ReportError(
      code: .unusableGrouping,
      description: "\(view.rawValue) cannot go by \(grouping.rawValue): use one of \(names)"
    )
  }

  static func unknownColumn(_ name: String, allowed: [String]) -> ReportError {
    ReportError(
      code: .unknownColumn,
      description: "cannot sort by '\(plainText(escapedText(name.utf8)))': use one of "
        + allowed.joined(separator: ", ") + ", with - in front for the reverse"
    )
  }

  static func unusableFormat(_ format: OutputFormat, view: ReportView) -> ReportError {
    ReportError(
      code: .unusableFormat,
      description: "\(view.rawValue) has no \(format.rawValue): use table or json"
    )
  }
}
