import MailLog

/// A question that a report cannot answer: wrong usage.
///
/// What the fields are called, and how the sentence goes, is up to who was asked: a command has
/// options, the socket has parameters.
package struct ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What of the question is wrong.
  package enum Field: String, CaseIterable, Sendable {
    case end, days, limit, grouping, sort, minimum, perDay, format
  }

  package let field: Field
  /// As it was asked for: not escaped.
  package let value: String
  /// What it may be, as it goes on behind "it must be".
  package let allowed: String

  init(_ field: Field, _ value: String, allowed: String) {
    self.field = field
    self.value = value
    self.allowed = allowed
  }

  package var description: String {
    let shown = plainText(escapedText(value.utf8))
    return "the report's \(field.rawValue) cannot be '\(shown)': it must be \(allowed)"
  }

  static func emptyPeriod(start: CivilDate, end: CivilDate) -> ReportError {
    ReportError(.end, end.text, allowed: "\(start.text), the first day, or later")
  }

  static func unusableGrouping(_ grouping: Grouping, allowed: [Grouping]) -> ReportError {
    let names = allowed.map(\.rawValue).joined(separator: ", ")
    return ReportError(.grouping, grouping.rawValue, allowed: "one of \(names)")
  }

  static func unknownColumn(_ name: String, allowed: [String]) -> ReportError {
    let names = allowed.joined(separator: ", ")
    return ReportError(
      .sort,
      name,
      allowed: "one of \(names), with - in front for the reverse"
    )
  }

  static func unusableMinimum(_ version: TLSVersion) -> ReportError {
    ReportError(.minimum, version.label, allowed: "ssl3, 1.0, 1.1, 1.2 or 1.3")
  }

  static func unusableFormat(_ format: OutputFormat) -> ReportError {
    ReportError(.format, format.rawValue, allowed: "table or json")
  }
}
