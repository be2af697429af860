import MailLog
import Yams

/// The tree of a YAML text, of which only the plain parts of the language are allowed.
enum Document {
  /// The top of the tree; nil: the text is empty, or there are problems.
  static func root(of bytes: [UInt8], problems: ProblemList) -> Node? {
    guard bytes.count <= Settings.sizeLimit else {
      problems.add("the file is larger than 1 MiB: is it a configuration?", line: nil, key: nil)
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      problems.add("the file is not UTF-8; save it as UTF-8", line: line(notUTF8: bytes), key: nil)
      return nil
    }
    let aliases = linesWithAliases(in: text)
    guard aliases.isEmpty else {
      for line in aliases { problems.add(aliasMessage, line: line, key: nil) }
      return nil
    }
    do {
      // `basic` leaves it to us what is a number: YAML 1.1 has `yes`, `1:30` and `0o17`.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      let root = try parser.singleRoot()
      // The parser holds the anchors, the nodes refer to them weakly.
      return withExtendedLifetime(parser) {
        var isPlain = true
        if let root { check(root, problems, &isPlain) }
        return isPlain ? root : nil
      }
    } catch {
      add(error, of: text, to: problems)
      return nil
    }
  }

  private static let aliasMessage =
    "anchors (&name) and aliases (*name) are not allowed; write the value out, and put text that"
    + " begins with & or * in quotes"

  /// Finds what may be an anchor or alias before a tree is built: a tree in which each branch names
  /// another one twice takes time without end to compare.
  ///
  /// Knows quotes only within a line: text that goes on over lines is looked at as well.
  private static func linesWithAliases(in text: String) -> [Int] {
    var line = 1
    var found: [Int] = []
    for part in text.utf8.split(omittingEmptySubsequences: false, whereSeparator: isLineEnd) {
      if hasAlias(part) { found.append(line) }
      // A pair of both is one end.
      if part.endIndex == text.endIndex || text.utf8[part.endIndex] == UInt8(ascii: "\n") {
        line += 1
      }
    }
    return found
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private static func hasAlias(_ line: Substring.UTF8View) -> Bool {
    var quote: UInt8?
    // Where a value can begin; within a word both characters stand for themselves.
    var isStart = true
    var isBehindQuote = false
    for byte in line {
      if let open = quote {
        if byte == open { (quote, isBehindQuote) = (nil, true) }
        continue
      }
      switch byte {
      case UInt8(ascii: "#") where isStart: return false
      case UInt8(ascii: "&") where isStart, UInt8(ascii: "*") where isStart: return true
      case UInt8(ascii: "\"") where isStart, UInt8(ascii: "'") where isStart: quote = byte
      default: break
      }
      switch byte {
      case 0x09, 0x0d, 0x20, UInt8(ascii: ","): isStart = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): break
      default: isStart = byte == UInt8(ascii: ":") && isBehindQuote
      }
      isBehindQuote = false
    }
    return false
  }

  private static func check(_ node: Node, _ problems: ProblemList, _ isPlain: inout Bool) {
    let line = node.mark?.line
    if node.anchor != nil {
      problems.add(aliasMessage, line: line, key: nil)
      isPlain = false
    }
    let tag = node.tag.description
    if !["str", "seq", "map"].contains(where: { tag == "tag:yaml.org,2002:\($0)" }) {
      problems.add(
        "the tag \(escapedText(tag.utf8)) is not allowed; leave it out",
        line: line,
        key: nil
      )
      isPlain = false
    }
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        check(key, problems, &isPlain)
        check(value, problems, &isPlain)
      }
    case .sequence(let sequence):
      for item in sequence { check(item, problems, &isPlain) }
    case .scalar, .alias: break
    }
  }

  private static func add(_ error: any Error, of text: String, to problems: ProblemList) {
    switch error {
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      for key in keys {
        let lines = lines(of: key, besideKeyAt: context.mark, in: text)
        let first = lines.count > 1 ? lines.first.map { ", first in line \($0)" } : nil
        for line in first == nil ? [context.mark.line] : lines.dropFirst() {
          problems.add(
            "the key '\(escapedText(key.utf8))' is given twice in one place\(first ?? "");"
              + " keep one of them",
            line: line,
            key: nil
          )
        }
      }
    case YamlError.composer(_, _, let mark, _):
      problems.add(
        "a second document begins; keep one, without a line of ---",
        line: mark.line,
        key: nil
      )
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _):
      problems.add("no valid YAML: \(problem)", line: mark.line, key: nil)
    case YamlError.reader(let problem, let offset, _, let text):
      let line = offset.map { text.prefix($0).count { $0.isNewline } + 1 }
      problems.add("no valid YAML: \(problem)", line: line, key: nil)
    default:
      problems.add("no valid YAML: \(error)", line: nil, key: nil)
    }
  }

  private static func line(notUTF8 bytes: [UInt8]) -> Int? {
    var line = 1
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { return line }
      line += 1
    }
    return nil
  }
}
