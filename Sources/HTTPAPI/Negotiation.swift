import Languages

/// What a client takes: the values of `Accept` or `Accept-Encoding` with their weights, RFC 9110,
/// section 12.5.
struct Preferences: Sendable {
  private var weights: [(value: String, weight: Int)] = []

  /// Reads a field; without one all is welcome.
  init(_ field: String?) {
    for item in (field ?? "*").split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard let value = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
      weights.append((value.lowercased(), Self.thousandths(weight?.dropFirst(2))))
    }
  }

  /// How welcome a media type is, 0 to 1000: the most exact range counts.
  func weight(ofMediaType type: String) -> Int {
    let group = type.prefix { $0 != "/" } + "/*"
    for range in [type, String(group), "*/*", "*"] {
      if let found = weights.first(where: { $0.value == range }) { return found.weight }
    }
    return 0
  }

  /// How welcome a coding is that is named, or covered by `*`.
  func weight(ofCoding coding: String) -> Int {
    for name in [coding, "*"] {
      if let found = weights.first(where: { $0.value == name }) { return found.weight }
    }
    return 0
  }

  /// How welcome a language is, by its own name, with a region or covered by `*`.
  func weight(ofLanguage language: String) -> Int {
    let named = weights.filter { $0.value == language || $0.value.hasPrefix(language + "-") }
    return named.map(\.weight).max() ?? weights.first { $0.value == "*" }?.weight ?? 0
  }

  /// `0.5` is 500; what is no weight is taken for none given.
  private static func thousandths(_ text: Substring?) -> Int {
    guard let text else { return 1000 }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isNumber = parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard parts.count <= 2, isNumber, let whole = Int(parts[0]), whole <= 1 else { return 1000 }
    let fraction = parts.count > 1 ? parts[1].prefix(3) : ""
    let zeros = String(repeating: "0", count: 3 - fraction.count)
    return min(1000, whole * 1000 + (Int(fraction + zeros) ?? 0))
  }
}

extension Route {
  /// The most welcome of what the route can answer with.
  ///
  /// A field without a value says as little as none.
  func mediaType(for accept: String?) throws(Problem) -> MediaType {
    let isEmpty = accept?.allSatisfy { $0 == " " || $0 == "\t" || $0 == "," } ?? true
    let preferences = Preferences(isEmpty ? nil : accept)
    let weighed = mediaTypes.map { ($0, preferences.weight(ofMediaType: $0.rawValue)) }
    let best = weighed.map(\.1).max() ?? 0
    guard best > 0, let found = weighed.first(where: { $0.1 == best }) else {
      throw .notAcceptable(mediaTypes.map(\.rawValue))
    }
    return found.0
  }
}

extension Language {
  /// The most welcome of the languages, RFC 9110, section 12.5.4; English where none is named.
  init(mostWelcomeTo acceptLanguage: String?) {
    let preferences = Preferences(acceptLanguage ?? Self.english.rawValue)
    let weighed = Self.allCases.map { ($0, preferences.weight(ofLanguage: $0.rawValue)) }
    let best = weighed.map(\.1).max() ?? 0
    self = weighed.first { best > 0 && $0.1 == best }?.0 ?? .english
  }
}

/// Entity tags, RFC 9110, section 8.8.3.
enum EntityTag {
  /// Whether `If-None-Match` names the tag of the answer that is compressed.
  static func namesPacked(_ field: String?, _ tag: String) -> Bool {
    field?.contains("\"\(tag)\(gzipSuffix)\"") ?? false
  }

  /// Whether `If-None-Match` names the tag, whatever the coding of the answer that had it.
  ///
  /// `any`: `*` names it, too, as it does any answer that is one (RFC 9110, section 13.1.2).
  static func matches(_ field: String?, _ tag: String, any: Bool = true) -> Bool {
    guard let field else { return false }
    return field.split(separator: ",").contains { item in
      var item = item.filter { $0 != " " && $0 != "\t" }[...]
      if item == "*" { return any }
      if item.hasPrefix("W/") { item = item.dropFirst(2) }
      guard item.count >= 2, item.first == "\"", item.last == "\"" else { return false }
      item = item.dropFirst().dropLast()
      return item == tag || item == tag + gzipSuffix
    }
  }

  /// Tells the compressed answer from the plain one.
  static let gzipSuffix = "-gzip"
}
