import Reports

/// The OpenAPI 3.1 document, made of the routes themselves.
struct APIDescription {
  let bytes: [UInt8]

  init(_ version: String) {
    var json = JSONWriter()
    json.beginObject()
    json.member("openapi", "3.1.0")
    json.key("info")
    json.beginObject()
    json.member("title", "Submitwatch")
    json.member("version", version)
    json.member("description", Self.description)
    json.endObject()
    json.key("servers")
    json.beginArray()
    json.beginObject()
    json.member("url", "http://localhost")
    json.endObject()
    json.endArray()
    json.key("paths")
    json.beginObject()
    for route in Route.all { Self.write(route, to: &json) }
    json.endObject()
    json.key("components")
    json.beginObject()
    json.key("schemas")
    json.beginObject()
    for (name, schema) in APISchemas.all {
      json.key(name)
      schema.write(to: &json)
    }
    json.endObject()
    json.endObject()
    json.endObject()
    json.output.append("\n")
    bytes = json.output.bytes
  }

  private static let description = """
    Who submits mail with SMTP AUTH: the live queries of submitwatchd on its Unix socket. Reading \
    may whoever can open the socket; POST needs root, the daemon's user or the group \
    submitwatch-admin. Host must be localhost, a loopback address or a configured name. text/plain \
    is a table for people: its form may change.
    """

  private static func write(_ route: Route, to json: inout JSONWriter) {
    json.key(route.path)
    json.beginObject()
    for method in route.methods {
      json.key(method.lowercased())
      json.beginObject()
      let name = route.path.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
      json.member(
        "operationId",
        ([method.lowercased()] + name.map(String.init)).joined(separator: "-")
      )
      json.member("summary", route.summary)
      json.key("parameters")
      json.beginArray()
      for parameter in route.parameters { write(parameter, in: "query", to: &json) }
      for field in route.hasTable ? Parameter.presentation : [] {
        write(field, in: "header", to: &json)
      }
      json.endArray()
      if route.methods == ["POST"] { writeRequestBody(route, to: &json) }
      writeResponses(route, hasBody: method != "HEAD", to: &json)
      json.endObject()
    }
    json.endObject()
  }

  private static func writeRequestBody(_ route: Route, to json: inout JSONWriter) {
    json.key("requestBody")
    json.beginObject()
    json.key("required")
    json.value(true)
    json.key("content")
    json.beginObject()
    if let schema = route.bodySchema {
      write(route.bodyType, schema, to: &json)
    } else {
      json.key(route.bodyType)
      json.beginObject()
      json.endObject()
    }
    json.endObject()
    json.endObject()
  }

  private static func write(
    _ parameter: Parameter,
    in place: String,
    to json: inout JSONWriter
  ) {
    json.beginObject()
    json.member("name", parameter.name)
    json.member("in", place)
    json.member("description", parameter.summary)
    json.key("required")
    json.value(parameter.isRequired)
    json.key("schema")
    json.beginObject()
    switch parameter.kind {
    case .date:
      json.member("type", "string")
      json.member("format", "date")
    case .integer(let range): json.integer(range)
    case .choice(let values): json.choice(values)
    // Its name alone is enough.
    case .flag: json.choice(["true", "false", ""])
    case .instant: json.member("type", "string")
    case .text(let limit):
      json.member("type", "string")
      json.key("minLength")
      json.value(1)
      json.key("maxLength")
      json.value(limit)
      // No control character.
      json.member("pattern", #"^[^\x00-\x1f\x7f]+$"#)
    }
    json.endObject()
    json.endObject()
  }

  private static func writeResponses(_ route: Route, hasBody: Bool, to json: inout JSONWriter) {
    json.key("responses")
    json.beginObject()
    json.key("\(route.success)")
    json.beginObject()
    json.member("description", "The answer.")
    writeFields(route, to: &json)
    if hasBody {
      json.key("content")
      json.beginObject()
      for type in route.mediaTypes { write(type, route.schema, to: &json) }
      json.endObject()
    }
    json.endObject()
    for (status, description) in problems(of: route) {
      json.key("\(status)")
      json.beginObject()
      json.member("description", description)
      if hasBody, status != 304 {
        json.key("content")
        json.beginObject()
        write(Problem.mediaType, "Problem", to: &json)
        json.endObject()
      }
      json.endObject()
    }
    json.endObject()
  }

  private static func writeFields(_ route: Route, to json: inout JSONWriter) {
    guard case .get = route.action else { return }
    json.key("headers")
    json.beginObject()
    let isPaged = route.parameters.contains { $0.name == Parameter.cursor.name }
    for (name, description) in [
      ("ETag", "Names this state of the answer, for If-None-Match."),
      ("Link", "Of CSV: the next page, if there is one, with rel=\"next\"."),
    ] where name != "Link" || isPaged {
      json.key(name)
      json.beginObject()
      json.member("description", description)
      json.key("schema")
      APISchema.string.write(to: &json)
      json.endObject()
    }
    json.endObject()
  }

  private static func write(_ type: MediaType, _ schema: String, to json: inout JSONWriter) {
    if type == .json { return write(type.rawValue, schema, to: &json) }
    json.key(type.rawValue)
    json.beginObject()
    json.key("schema")
    APISchema.string.write(to: &json)
    json.endObject()
  }

  private static func write(_ type: String, _ schema: String, to json: inout JSONWriter) {
    json.key(type)
    json.beginObject()
    json.key("schema")
    APISchema.reference(schema).write(to: &json)
    json.endObject()
  }

  /// All that can come but success, in the order of the numbers.
  private static func problems(of route: Route) -> [(Int, String)] {
    var all = [
      (400, "A parameter or a field is unknown or wrong, or this is no HTTP request."),
      (406, "The answer has no form that Accept allows."),
      (414, "The target is longer than 8 KiB."),
      (421, "Host is neither localhost nor a configured name."),
      (431, "The header fields are larger than 16 KiB."),
      (503, "Too many connections are busy, or the daemon does not do its work."),
    ]
    switch route.action {
    case .get: all += [(304, "Nothing changed."), (413, "The body is larger than 1 MiB.")]
    case .streamAlerts: break
    case .judgeAlert, .sendTrial, .mailReport:
      all += [
        (403, "The user, or the page in whose name the browser asks, may not do this."),
        (413, "The body is larger than 1 MiB."), (415, "The body is no application/json."),
      ]
    case .importLog:
      all += [
        (403, "The user, or the page in whose name the browser asks, may not do this."),
        (409, "Another import is going on."), (415, "The body is no application/octet-stream."),
        (422, "The data is no log, or damaged; nothing of it is counted."),
      ]
    }
    if route.problems.contains(404) { all.append((404, "There is nothing of this name.")) }
    return all.sorted { $0.0 < $1.0 }
  }
}
