/// A language that pages and mails speak, by its tag (BCP 47).
package enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case german = "de"
  case dutch = "nl"

  /// What such a tag may be, for messages.
  package static let expected = allCases.map(\.rawValue).joined(separator: ", ")

  /// Its table of terms as the sources have it: JSON, for pages that fill in terms themselves.
  package var table: [UInt8] {
    switch self {
    case .english: PackageResources.en_json
    case .german: PackageResources.de_json
    case .dutch: PackageResources.nl_json
    }
  }

  private static let terms = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, TermTable($0.table)) }
  )

  /// Whether there is a term for `key`.
  package func has(_ key: String) -> Bool { Self.terms[self]?.terms[key] != nil }

  /// The term of a key.
  ///
  /// - Parameters:
  ///   - key: one of the table; of any other it is the key itself.
  ///   - values: what stands for `{name}` in the term.
  /// - Returns: the text for people to read.
  package func term(_ key: String, _ values: [String: String] = [:]) -> String {
    filled(Self.terms[self]?.terms[key]?.many ?? key, values)
  }

  /// The term of a key for a number, which stands for `{n}` in it.
  package func term(_ key: String, n: UInt64, _ values: [String: String] = [:]) -> String {
    let term = Self.terms[self]?.terms[key]
    let text = n == 1 ? term?.one : term?.many
    return filled(text ?? key, values.merging(["n": number(n)]) { $1 })
  }

  /// In one pass: what a value brings is not looked at again.
  private func filled(_ text: String, _ values: [String: String]) -> String {
    var (result, rest) = ("", text[...])
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      result += rest[..<start]
      let name = String(rest[rest.index(after: start)..<end])
      result += values[name] ?? "{\(name)}"
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
