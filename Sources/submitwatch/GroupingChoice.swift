import ArgumentParser
import Reports

/// What a row of a command's report can stand for.
protocol GroupingChoice: Sendable {
  static var groupings: [Grouping] { get }
}

extension GroupingChoice {
  static var words: String { groupings.map(\.rawValue).joined(separator: "|") }
}

enum SubmissionGroupings: GroupingChoice {
  static var groupings: [Grouping] { ReportQuery.groupings(of: .volume) }
}

enum CutoffGroupings: GroupingChoice {
  static var groupings: [Grouping] { ReportQuery.groupings(of: .cutoff) }
}

enum IdleGroupings: GroupingChoice {
  static var groupings: [Grouping] { ReportQuery.groupings(of: .idle) }
}

enum FailureGroupings: GroupingChoice {
  static var groupings: [Grouping] { ReportQuery.groupings(of: .failures) }
}

/// Those of all reports, for a command that makes them all.
enum AllGroupings: GroupingChoice {
  static var groupings: [Grouping] { Grouping.allCases }
}

/// A grouping; those that help does not list are refused in words of the report's own.
struct ChosenGrouping<Choice: GroupingChoice>: ExpressibleByArgument {
  var value: Grouping

  init?(argument: String) {
    guard let value = Grouping(rawValue: argument) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { Choice.groupings.map(\.rawValue) }
}
