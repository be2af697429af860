import Reports

/// A JSON Schema, as far as the answers need it.
indirect enum APISchema: Sendable {
  case string
  case date
  case time
  /// Text of so many bytes at most, as `Parameter.Kind.text`.
  case text(Int)
  /// The name of a host, as `Parameter.Kind.host`.
  case host
  case choice([String])
  case integers(ClosedRange<Int>)
  case number
  case boolean
  case constant(String)
  case array(APISchema)
  /// All members are always there, and no others.
  case object([(String, APISchema)])
  /// As `object`, with members that may be missing.
  case open(required: [(String, APISchema)], optional: [(String, APISchema)])
  /// A number for each name.
  case counts
  case nullable(APISchema)
  case reference(String)
  case anything

  /// A number without a sign.
  static let integer = integers(0...Int.max)

  /// Writes the schema, as a member if it has a name.
  func write(_ name: String? = nil, to json: inout JSONWriter) {
    json.object(name) { writeMembers(to: &$0) }
  }

  private func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .string: json.member("type", "string")
    case .date: json.string(format: "date")
    case .time: json.string(format: "date-time")
    case .text(let limit):
      json.member("type", "string")
      json.member("minLength", 1)
      json.member("maxLength", limit)
      // No control character.
      json.member("pattern", #"^[^\x00-\x1f\x7f]+$"#)
    case .host:
      json.member("type", "string")
      json.member("pattern", "^[0-9A-Za-z._:-]{1,255}$")
    case .choice(let values):
      json.member("type", "string")
      json.array("enum", of: values)
    case .integers(let range):
      json.member("type", "integer")
      json.member("minimum", range.lowerBound)
      if range.upperBound < .max { json.member("maximum", range.upperBound) }
    case .number: json.member("type", "number")
    case .boolean: json.member("type", "boolean")
    case .constant(let value): json.member("const", value)
    case .array(let item):
      json.member("type", "array")
      item.write("items", to: &json)
    case .object(let members): Self.write(members, [], to: &json)
    case .open(let required, let optional): Self.write(required, optional, to: &json)
    case .counts:
      json.member("type", "object")
      Self.integer.write("additionalProperties", to: &json)
    case .nullable(let schema):
      json.array("anyOf") { json in
        schema.write(to: &json)
        json.object { $0.member("type", "null") }
      }
    case .reference(let name): json.member("$ref", "#/components/schemas/\(name)")
    case .anything: break
    }
  }

  private static func write(
    _ required: [(String, APISchema)],
    _ optional: [(String, APISchema)],
    to json: inout JSONWriter
  ) {
    json.member("type", "object")
    json.object("properties") { json in
      for (name, schema) in required + optional { schema.write(name, to: &json) }
    }
    json.array("required", of: required.map(\.0))
    json.member("additionalProperties", false)
  }
}

extension JSONWriter {
  fileprivate mutating func string(format: String) {
    member("type", "string")
    member("format", format)
  }
}
