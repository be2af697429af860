import Reports

/// A JSON Schema, as far as the answers need it.
indirect enum APISchema: Sendable {
  case string
  case date
  case time
  case choice([String])
  case integer
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

  func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  private func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .string: json.member("type", "string")
    case .date: json.string(format: "date")
    case .time: json.string(format: "date-time")
    case .choice(let values): json.choice(values)
    case .integer: json.integer(0...Int.max)
    case .number: json.member("type", "number")
    case .boolean: json.member("type", "boolean")
    case .constant(let value): json.member("const", value)
    case .array(let item):
      json.member("type", "array")
      json.key("items")
      item.write(to: &json)
    case .object(let members): Self.write(members, [], to: &json)
    case .open(let required, let optional): Self.write(required, optional, to: &json)
    case .counts:
      json.member("type", "object")
      json.key("additionalProperties")
      Self.integer.write(to: &json)
    case .nullable(let schema):
      json.key("anyOf")
      json.beginArray()
      schema.write(to: &json)
      json.beginObject()
      json.member("type", "null")
      json.endObject()
      json.endArray()
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
    json.key("properties")
    json.beginObject()
    for (name, schema) in required + optional {
      json.key(name)
      schema.write(to: &json)
    }
    json.endObject()
    json.key("required")
    json.list(required.map(\.0))
    json.key("additionalProperties")
    json.value(false)
  }
}

extension JSONWriter {
  mutating func list(_ values: [String]) {
    beginArray()
    for value in values { self.value(value) }
    endArray()
  }

  fileprivate mutating func string(format: String) {
    member("type", "string")
    member("format", format)
  }

  mutating func choice(_ values: [String]) {
    member("type", "string")
    key("enum")
    list(values)
  }

  mutating func integer(_ range: ClosedRange<Int>) {
    member("type", "integer")
    key("minimum")
    value(range.lowerBound)
    guard range.upperBound < .max else { return }
    key("maximum")
    value(range.upperBound)
  }
}
