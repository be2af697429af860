import Reports

/// The OpenAPI 3.1 document, made of the routes themselves.
struct APIDescription {
  private(set) var json = JSONWriter()

  init(_ version: String) {
    json.object { json in
      json.member("openapi", "3.1.0")
      json.object("info") { json in
        json.member("title", "Submitwatch")
        json.member("version", version)
        json.member("description", Self.description)
      }
      json.array("servers") { json in
        json.object { $0.member("url", "http://localhost") }
      }
      json.object("paths") { json in
        for route in Route.all { Self.write(route, to: &json) }
      }
      json.object("components") { json in
        json.object("schemas") { json in
          for (name, schema) in APISchemas.all { schema.write(name, to: &json) }
        }
      }
    }
  }

  private static let description = """
    Who submits mail with SMTP AUTH: the live queries of submitwatchd on its Unix socket. Reading \
    may whoever can open the socket; POST needs root, the daemon's user or the group \
    submitwatch-admin. Host must be localhost, a loopback address or a configured name. text/plain \
    is a table for people: its form may change.
    """

  private static func write(_ route: Route, to json: inout JSONWriter) {
    json.object(route.path) { json in
      for method in route.methods {
        json.object(method.lowercased()) { write(route, method, to: &$0) }
      }
    }
  }

  private static func write(_ route: Route, _ method: String, to json: inout JSONWriter) {
    let name = route.path.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    json.member(
      "operationId",
      ([method.lowercased()] + name.map(String.init)).joined(separator: "-")
    )
    json.member("summary", route.summary)
    json.array("parameters") { json in
      for parameter in route.parameters { write(parameter, in: "query", to: &json) }
      for field in route.hasTable ? Parameter.presentation : [] {
        write(field, in: "header", to: &json)
      }
    }
    if case .post(let content, _) = route.action { writeRequestBody(content, to: &json) }
    writeResponses(route, hasBody: method != "HEAD", to: &json)
  }

  private static func writeRequestBody(_ content: Route.Content, to json: inout JSONWriter) {
    json.object("requestBody") { json in
      json.member("required", true)
      json.object("content") { json in
        switch content {
        case .json(let schema): write(content.mediaType, .reference(schema), to: &json)
        case .bytes: json.object(content.mediaType) { _ in }
        }
      }
    }
  }

  private static func write(
    _ parameter: Parameter,
    in place: String,
    to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("name", parameter.name)
      json.member("in", place)
      json.member("description", parameter.summary)
      json.member("required", parameter.isRequired)
      parameter.kind.schema.write("schema", to: &json)
    }
  }

  private static func writeResponses(_ route: Route, hasBody: Bool, to json: inout JSONWriter) {
    json.object("responses") { json in
      json.object("\(route.success)") { json in
        json.member("description", "The answer.")
        writeFields(route, to: &json)
        guard hasBody else { return }
        json.object("content") { json in
          for type in route.mediaTypes {
            let schema = type == .json ? APISchema.reference(route.schema) : .string
            write(type.rawValue, schema, to: &json)
          }
        }
      }
      for (status, description) in problems(of: route) {
        json.object("\(status)") { json in
          json.member("description", description)
          guard hasBody, status != 304 else { return }
          json.object("content") { write(Problem.mediaType, .reference("Problem"), to: &$0) }
        }
      }
    }
  }

  private static func writeFields(_ route: Route, to json: inout JSONWriter) {
    guard case .get = route.action else { return }
    let isPaged = route.parameters.contains { $0.name == Parameter.cursor.name }
    json.object("headers") { json in
      for (name, description, isThere) in [
        ("ETag", "Names this state of the answer, for If-None-Match.", true),
        ("Link", "Of CSV: the next page, if there is one, with rel=\"next\".", isPaged),
        ("Submitwatch-First-Day", "The first day kept, if it is later.", route.isReport),
      ] where isThere {
        json.object(name) { json in
          json.member("description", description)
          APISchema.string.write("schema", to: &json)
        }
      }
    }
  }

  /// Writes what a body of a media type is.
  private static func write(_ type: String, _ schema: APISchema, to json: inout JSONWriter) {
    json.object(type) { schema.write("schema", to: &$0) }
  }

  private static let tooLarge = (413, "The body is larger than 1 MiB.")

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
    case .get: all += [(304, "Nothing changed."), tooLarge]
    case .post(let content, _):
      all += [
        (403, "The user, or the page in whose name the browser asks, may not do this."),
        (415, "The body is no \(content.mediaType)."),
      ]
      if case .json = content { all.append(tooLarge) }
    case .stream: break
    }
    all += route.problems.map { ($0.key, $0.value) }
    return all.sorted { $0.0 < $1.0 }
  }
}

extension Parameter.Kind {
  fileprivate var schema: APISchema {
    switch self {
    case .date: .date
    case .integer(let range): .integers(range)
    case .choice(let values): .choice(values)
    // Its name alone is enough.
    case .flag: .choice(["true", "false", ""])
    case .instant: .string
    case .host: .host
    case .text(let limit): .text(limit)
    }
  }
}
