import MailLog

/// The parameters of a request, each of them known, valid and given once.
struct QueryItems: Sendable {
  private var values: [String: String] = [:]

  /// Reads the part of a target behind its `?`.
  init(_ query: Substring, _ parameters: [Parameter]) throws(Problem) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let raw = parts.count > 1 ? String(parts[1]) : ""
      let name = percentDecoded(parts[0]) ?? String(parts[0])
      let value = percentDecoded(parts.count > 1 ? parts[1] : "")
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw .unknownParameter(name, value ?? raw, parameters.map(\.name))
      }
      guard let value else {
        throw .badParameter(name, raw, "UTF-8, its bytes written %HH; \(parameter.allowed)")
      }
      try take(value, parameter)
    }
    for parameter in parameters where parameter.isRequired && values[parameter.name] == nil {
      throw .badParameter(parameter.name, nil, parameter.allowed)
    }
  }

  /// Takes values, each of a known parameter.
  init(_ items: [(name: String, value: String)], _ parameters: [Parameter]) throws(Problem) {
    for (name, value) in items {
      for parameter in parameters where parameter.name == name { try take(value, parameter) }
    }
  }

  private mutating func take(_ value: String, _ parameter: Parameter) throws(Problem) {
    guard parameter.isValid(value) else {
      throw .badParameter(parameter.name, value, parameter.allowed)
    }
    guard values.updateValue(value, forKey: parameter.name) == nil else {
      throw .badParameter(parameter.name, value, "given once")
    }
  }

  subscript(_ parameter: Parameter) -> String? { values[parameter.name] }

  /// The name of a zone: a plus in it, typed as it is, comes with a space in its place.
  func zone(_ parameter: Parameter) -> String? { self[parameter]?.replacing(" ", with: "+") }

  func value(_ name: String) -> String? { values[name] }

  func has(_ parameter: Parameter) -> Bool {
    self[parameter].map { $0 != "false" } ?? false
  }

  /// All of them in one text, the same for the same parameters in any order.
  var canonical: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\0")
  }
}

extension QueryItems {
  /// The query with another value of one parameter, as a target has it.
  func encoded(replacing parameter: Parameter, _ value: String) -> String {
    values.merging([parameter.name: value]) { $1 }.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(percentEncoded($0.value))" }.joined(separator: "&")
  }
}
