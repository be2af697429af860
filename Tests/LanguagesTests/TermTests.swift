import Foundation
import MailLog
import Testing

@testable import Languages

/// The tables against each other, and against what asks them.
struct TermTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let english = TermTable(Language.english.table).terms

  /// An alert's sentence is the daemon's own in English.
  private static func isSentence(_ key: String) -> Bool { key.hasPrefix("sentence-") }

  @Test(arguments: Language.allCases)
  func `a table has every term once, and none too many`(language: Language) {
    let terms = TermTable(language.table).terms
    #expect(terms.keys.filter { !Self.isSentence($0) }.sorted() == Self.english.keys.sorted())
    let lines = String(decoding: language.table, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == terms.count + 2)
    #expect(terms.values.allSatisfy { !$0.one.isEmpty && !$0.many.isEmpty })
    #expect(language.term("weekdays").split(separator: " ").count == 7)
    #expect(language.term("months").split(separator: " ").count == 12)
  }

  @Test func `a term takes the same values in every language`() {
    let german = TermTable(Language.german.table).terms
    for language in Language.allCases {
      for (key, term) in TermTable(language.table).terms {
        let reference = Self.english[key] ?? german[key]
        #expect(Self.names(term) == reference.map(Self.names), "\(language) \(key)")
      }
    }
  }

  @Test func `each term is asked for somewhere, and what is asked for is there`() throws {
    let text = try Self.sources()
    let literals = Set(text.matches(of: /"([a-z0-9.-]+)"/).map { String($0.1) })
    let prefixes = Set(text.matches(of: /["`]([a-z-]+-)(?:\$\{|\\\()/).map { String($0.1) })
    let keys = Set(TermTable(Language.german.table).terms.keys)
    let unused = keys.filter { key in
      !literals.contains(key) && !prefixes.contains { key.hasPrefix($0) }
        // Of an account or a sender in turn.
        && !(key.hasSuffix("s") && literals.contains(String(key.dropLast())))
    }
    #expect(unused.isEmpty)
    for match in text.matches(of: /\b(?:t|term|has)\(\s*"([^"\\]+)"/) {
      #expect(keys.contains(String(match.1)), "no term '\(match.1)'")
    }
  }

  @Test func `everything that an alert can be has its terms`() {
    for language in Language.allCases {
      for rule in Alert.Rule.allCases {
        #expect(language.has("rule-\(rule.rawValue)"))
        #expect(language.has("sentence-\(rule.rawValue)") == (language != .english))
      }
      for severity in Alert.Severity.allCases {
        #expect(language.has("severity-\(severity.rawValue)"))
      }
      for verdict in AlertVerdict.allCases { #expect(language.has("verdict-\(verdict.rawValue)")) }
      for version in TLSVersion.allCases { #expect(language.has("tls-\(version.label)")) }
    }
  }

  private static func names(_ term: TermTable.Term) -> [String] {
    [term.one, term.many].map { text in
      Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) }).subtracting(["n"]).sorted()
        .joined(separator: " ")
    }
  }

  /// The page's scripts, and the Swift of what writes to people.
  private static func sources() throws -> String {
    try ["HTTPAPI/Dashboard", "Languages", "Alerts", "Reports/MailReport"].map { folder in
      let url = root.appending(path: "Sources/\(folder)")
      return try FileManager.default.contentsOfDirectory(atPath: url.path)
        .filter { $0.hasSuffix(".js") || $0.hasSuffix(".swift") }
        .map { try String(contentsOf: url.appending(path: $0), encoding: .utf8) }.joined()
    }.joined()
  }
}
