import Yams

extension Section {
  /// A whole number.
  package func integer(_ key: String, in range: ClosedRange<Int>, _ expected: String) -> Int? {
    entry(key)?.value(expected) { $0.integer.flatMap { range.contains($0) ? $0 : nil } }
  }

  /// A count of entries, as a limit has it.
  package func count(_ key: String, in range: ClosedRange<Int>) -> Int? {
    integer(key, in: range, "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  package func flag(_ key: String) -> Bool? {
    entry(key)?.value("true or false") { scalar in
      guard scalar.style == .plain else { return nil }
      return scalar.string == "true" ? true : scalar.string == "false" ? false : nil
    }
  }

  /// One of the words that are the keys of `choices`.
  package func choice<Value>(_ key: String, _ choices: KeyValuePairs<String, Value>) -> Value? {
    entry(key)?.value(choices.map(\.key).joined(separator: " or "), isText: true) { scalar in
      choices.first { $0.key == scalar.string }?.value
    }
  }

  package func duration(
    _ key: String,
    in range: ClosedRange<Duration>,
    _ expected: String
  ) -> Duration? {
    entry(key)?.value(expected) { scalar in
      scalar.duration.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A text that passes `check`, which may change it.
  package func text<Value>(_ key: String, _ expected: String, _ check: (String) -> Value?) -> Value?
  {
    entry(key)?.text(expected, check)
  }

  /// The texts of a list, each of which passes `check`.
  package func texts(_ key: String, _ expected: String, _ check: (String) -> String?) -> [String]? {
    list(key, of: expected)?.compactMap { $0.text(expected, check) }
  }
}

extension Section {
  /// The addresses of a list that must be given, and name at least one.
  package func addresses(_ key: String) -> [String] {
    guard let entry = entry(key) else {
      reportMissing(key)
      return []
    }
    if entry.isEmptyList { entry.report("is empty; name at least one address") }
    return texts(key, Check.addressExpected, Check.address) ?? []
  }
}

extension Section.Entry {
  package func text<Value>(_ expected: String, _ check: (String) -> Value?) -> Value? {
    value(expected, isText: true) { $0.text.flatMap(check) }
  }
}

extension Node.Scalar {
  /// A text; nil: it is empty, or without quotes a number or truth value.
  fileprivate var text: String? {
    if style == .plain, integer != nil || ["true", "false", "null", "~"].contains(string) {
      return nil
    }
    return string.isEmpty ? nil : string
  }

  fileprivate var integer: Int? {
    let digits = string.drop { $0 == "-" }
    guard style == .plain, string.utf8.count - digits.utf8.count <= 1,
      digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    // A zero in front would mean octal to YAML 1.1.
    return digits.count > 1 && digits.hasPrefix("0") ? nil : Int(string)
  }

  /// `500ms`, `10s`, `5m`, `1h`.
  fileprivate var duration: Duration? {
    guard let (number, unit) = measure else { return nil }
    switch unit {
    case "ms": return .milliseconds(number)
    case "s": return .seconds(number)
    case "m": return .seconds(number * 60)
    case "h": return .seconds(number * 3600)
    default: return nil
    }
  }

  /// A number that is small enough to reckon with, and the unit behind it.
  private var measure: (number: Int, unit: Substring)? {
    let digits = string.prefix { $0.isASCII && $0.isNumber }
    guard style == .plain, digits.count <= 9, let number = Int(digits) else { return nil }
    let rest = string.dropFirst(digits.count)
    return (number, rest.hasPrefix(" ") ? rest.dropFirst() : rest)
  }
}
