import MailLog

/// Why a configuration cannot be used: everything that is wrong with it, in the order of its lines.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Equatable, Sendable {
    case missing
    case permissionDenied
    /// It can be opened, but not read: a directory, a failing disk.
    case unreadable
    /// It is read, and holds what is not allowed.
    case invalid
  }

  package struct Problem: Equatable, Sendable {
    /// The line in the file, from 1; nil: the file as a whole.
    package var line: Int?
    /// As `http.hosts` or `sources[2].file`; nil where no key is to blame.
    package var key: String?
    /// What is wrong, with the value, and what is allowed.
    package var message: String
  }

  package let code: Code
  /// As the user gave it.
  package let file: String
  package let problems: [Problem]

  init(_ code: Code, file: String, _ problems: [Problem]) {
    self.code = code
    self.file = file
    self.problems = problems
  }

  /// One line for each problem: `FILE:LINE: KEY: MESSAGE`.
  package var description: String {
    problems.map { $0.description(in: file) }.joined(separator: "\n")
  }
}

extension SettingsError.Problem {
  func description(in file: String) -> String {
    let name = escapedText(file.utf8)
    let place = line.map { "\(name):\($0)" } ?? name
    let key = key.map { "\($0): " } ?? ""
    return "\(place): \(key)\(message)"
  }
}

/// Takes up the problems of one file.
final class ProblemList {
  private var problems: [SettingsError.Problem] = []
  /// What the daemon can begin with, but not come far.
  private(set) var notes: [SettingsError.Problem] = []

  var count: Int { problems.count }

  func add(_ message: String, line: Int?, key: String?) {
    problems.append(SettingsError.Problem(line: line, key: key, message: message))
  }

  func note(_ message: String, line: Int?, key: String?) {
    notes.append(SettingsError.Problem(line: line, key: key, message: message))
  }

  /// What was taken up, in the order of the lines; nil: nothing.
  func error(file: String) -> SettingsError? {
    guard !problems.isEmpty else { return nil }
    let ordered = problems.enumerated().sorted { left, right in
      (left.element.line ?? 0, left.offset) < (right.element.line ?? 0, right.offset)
    }
    return SettingsError(.invalid, file: file, ordered.map(\.element))
  }
}
