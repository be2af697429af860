import MailLog
import Yams

/// A mapping of the file: its keys are asked for one by one, what is left is unknown.
package final class Section {
  private let path: String
  private let problems: ProblemList
  private var values: [String: Node] = [:]
  private var lines: [(key: String, line: Int?)] = []
  private var asked: [String] = []
  private let line: Int?

  /// The section that `node` is; an empty one if it is none, which is a problem.
  init(_ node: Node?, path: String, problems: ProblemList) {
    self.path = path
    self.problems = problems
    line = node?.mark?.line
    switch node {
    case nil: break
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          problems.add("a key must be a word", line: key.mark?.line, key: nil)
          continue
        }
        values[name.string] = value
        lines.append((name.string, name.mark?.line))
      }
    case .some(let node) where node.isEmpty: break
    case .some(let node):
      problems.add(
        "\(node.shown) is not allowed; use keys with values, each on a line of its own",
        line: node.mark?.line,
        key: path.isEmpty ? nil : path
      )
    }
  }

  /// A value and where it stands.
  package struct Entry {
    let node: Node
    let key: String
    let problems: ProblemList

    /// The value that `read` makes of the text; nil, and a problem, if it makes none.
    func value<Value>(
      _ expected: String,
      isText: Bool = false,
      _ read: (Node.Scalar) -> Value?
    ) -> Value? {
      guard case .scalar(let scalar) = node else {
        refuse(expected)
        return nil
      }
      if let value = read(scalar) { return value }
      let isQuoted = scalar.style != .plain
      refuse(isQuoted && !isText ? "\(expected), without quotes" : expected)
      return nil
    }

    var isSection: Bool {
      if case .mapping = node { true } else { false }
    }

    var isEmptyList: Bool {
      if case .sequence(let items) = node { items.isEmpty } else { false }
    }

    package func refuse(_ expected: String) {
      report("\(node.shown) is not allowed; use \(expected)")
    }

    package func report(_ message: String) {
      problems.add(message, line: node.mark?.line, key: key)
    }
  }

  /// The secret that a key names; a file that is not there may come before it is needed.
  package func secret(_ key: String) -> Secret? {
    let secret = text(key, Secret.expected, Secret.check)
    if let secret, secret.isMissing, let entry = entry(key) {
      let message = "'\(secret.place)' is not there; write the secret to it, in one line"
      problems.note(message, line: entry.node.mark?.line, key: entry.key)
    }
    return secret
  }

  /// The file with certificates of authorities that a key names; it may come later as well.
  package func authorities(_ key: String) -> String? {
    let path = text(key, "the absolute path of a file", Check.path)
    if let path, Check.isMissing(path), let entry = entry(key) {
      let message = "'\(path)' is not there; write the authorities' certificates to it, in PEM"
      problems.note(message, line: entry.node.mark?.line, key: entry.key)
    }
    return path
  }

  func has(_ key: String) -> Bool { entry(key) != nil }

  /// The value of a key; nil: the key is not given.
  package func entry(_ key: String) -> Entry? {
    if !asked.contains(key) { asked.append(key) }
    return values[key].map { Entry(node: $0, key: name(of: key), problems: problems) }
  }

  /// The section of a key, empty if it is not given.
  package func section(_ key: String) -> Section {
    if !asked.contains(key) { asked.append(key) }
    return Section(values[key], path: name(of: key), problems: problems)
  }

  /// The values of a list; nil: the key is not given, or is no list, which is a problem.
  package func list(_ key: String, of expected: String) -> [Entry]? {
    guard let entry = entry(key) else { return nil }
    guard case .sequence(let items) = entry.node else {
      entry.refuse("a list: \(expected), each on a line of its own behind a -")
      return nil
    }
    return items.enumerated().map { number, item in
      Entry(node: item, key: "\(entry.key)[\(number + 1)]", problems: problems)
    }
  }

  /// Says that a key must be given.
  package func reportMissing(_ key: String) {
    problems.add("'\(key)' is missing; it must be given", line: line, key: path)
  }

  /// Says which keys nobody asked for.
  func end() {
    for (key, line) in lines where !asked.contains(key) {
      problems.add(
        "unknown key; known here: \(asked.joined(separator: ", "))",
        line: line,
        key: name(of: escapedText(key.utf8.prefix(100)))
      )
    }
  }

  private func name(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension Node {
  /// Nothing, or one of the words for it.
  var isEmpty: Bool {
    guard case .scalar(let scalar) = self else { return false }
    return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }

  /// The value in a message.
  var shown: String {
    switch self {
    case .scalar where isEmpty: "an empty value"
    case .scalar(let scalar):
      "'\(escapedText(scalar.string.utf8.prefix(100)))'\(scalar.string.utf8.count > 100 ? "…" : "")"
    case .mapping: "a section"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
