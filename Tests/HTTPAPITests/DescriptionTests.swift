import MailLog
import Reports
import TestSupport
import Testing

@testable import HTTPAPI

/// The OpenAPI document against what the routes really do.
struct DescriptionTests {
  /// What each route is asked, and the schema of its answer.
  private static let questions: [(path: String, queries: [String])] = [
    ("/v1/insight", ["", "by=account", "by=domain&minimum=1.3&days=90"]),
    ("/v1/report/volume", ["", "by=account&per-day=true&days=90", "by=domain&limit=1"]),
    ("/v1/report/tls", ["", "by=account&per-day=true&days=90", "by=domain&limit=1"]),
    ("/v1/domains", ["", "limit=1"]),
    ("/v1/failures", ["", "by=network&per-day=true"]),
    ("/v1/cutoff", ["", "by=domain&minimum=1.3&per-day=true"]),
    ("/v1/idle", ["days=30", "days=30&by=sender", "days=30&by=domain"]),
    ("/v1/sender", ["address=sales@example.net"]), ("/v1/account", ["name=bob"]),
    ("/v1/alerts", ["", "state=firing&limit=1", "since=2026-11-21"]),
    ("/v1/status", [""]), ("/healthz", [""]), ("/openapi.json", [""]),
  ]

  @Test func `answers are what the description says`() async throws {
    var log = try ServedLog.sample()
    log.published.status.warnings = [
      .tlsNotLogged(host: "mx1", .postfix), .gap(source: "mail.log", detail: "2 files"),
    ]
    try await log.serve { log in
      let document = try JSONValue(log.ask("/openapi.json"))
      #expect(document["openapi"].text == "3.1.0")
      for (path, queries) in Self.questions {
        let responses = document["paths"][path]["get"]["responses"]
        let schema = responses["200"]["content"]["application/json"]["schema"]
        for query in queries {
          let answer = try JSONValue(log.ask(path + "?" + query))
          let problems = SchemaCheck(document).problems(answer, schema, at: path + "?" + query)
          #expect(problems == [])
        }
      }
      let problem = try JSONValue(log.ask("/v1/insight?x"))
      let schema = document["components"]["schemas"]["Problem"]
      #expect(SchemaCheck(document).problems(problem, schema, at: "problem") == [])
    }
  }

  @Test func `every route and parameter is described, and no other`() async throws {
    try await ServedLog.sample().serve { log in
      let paths = try JSONValue(log.ask("/openapi.json"))["paths"]
      #expect(Set(paths.members.keys) == Set(Route.all.map(\.path)))
      let asked = Set(Self.questions.map(\.path)).union([
        "/metrics", "/v1/import", "/v1/alerts/stream", "/v1/alerts/verdict", "/v1/alerts/test",
        "/v1/mail-report",
      ])
      #expect(asked == Set(paths.members.keys))
      for route in Route.all {
        for method in route.methods {
          let operation = paths[route.path][method.lowercased()]
          let names = operation["parameters"].items.compactMap { $0["name"].text }
          let fields = route.hasTable ? Parameter.presentation : []
          #expect(names == (route.parameters + fields).map(\.name))
          let places = operation["parameters"].items.compactMap { $0["in"].text }
          #expect(places.filter { $0 == "header" }.count == fields.count)
          for status in ["\(route.success)", "400", "406", "414", "421", "431", "503"] {
            #expect(!operation["responses"][status].isNull, "\(method) \(route.path) \(status)")
          }
        }
      }
    }
  }

  @Test func `operations have names of their own`() async throws {
    try await ServedLog.sample().serve { log in
      let paths = try JSONValue(log.ask("/openapi.json"))["paths"]
      let names = paths.members.keys.flatMap { path in
        paths[path].members.keys.map { paths[path][$0]["operationId"].text }
      }
      #expect(Set(names).count == names.count)
    }
  }
}

/// The part of JSON Schema that the description uses.
struct SchemaCheck {
  let document: JSONValue

  init(_ document: JSONValue) { self.document = document }

  /// What of `value` the schema does not allow.
  func problems(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    if let reference = schema["$ref"].text {
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      let found = document["components"]["schemas"][name]
      return found.isNull ? ["\(place): no \(name)"] : problems(value, found, at: place)
    }
    if case let choices = schema["anyOf"].items, !choices.isEmpty {
      let all = choices.map { problems(value, $0, at: place) }
      return all.contains([]) ? [] : all.flatMap(\.self)
    }
    if let constant = schema["const"].text {
      return value.text == constant ? [] : ["\(place): not \(constant)"]
    }
    switch schema["type"].text {
    case "object": return objectProblems(value, schema, at: place)
    case "array":
      guard value.value is [Any] else { return ["\(place): no array"] }
      return value.items.enumerated().flatMap {
        problems($0.element, schema["items"], at: "\(place)[\($0.offset)]")
      }
    case "string":
      guard let text = value.text else { return ["\(place): no string"] }
      let choices = schema["enum"].items.compactMap(\.text)
      return choices.isEmpty || choices.contains(text) ? [] : ["\(place): \(text)"]
    case "boolean": return value.value is Bool ? [] : ["\(place): no boolean"]
    case "integer", "number": return value.number == nil ? ["\(place): no number"] : []
    case "null": return value.isNull ? [] : ["\(place): not null"]
    case nil: return schema.value is [String: Any] ? [] : ["\(place): no schema"]
    case let type?: return ["\(place): unknown type \(type)"]
    }
  }

  private func objectProblems(
    _ value: JSONValue,
    _ schema: JSONValue,
    at place: String
  ) -> [String] {
    guard value.value is [String: Any] else { return ["\(place): no object"] }
    let missing = schema["required"].items.compactMap(\.text).filter { value.members[$0] == nil }
    return missing.map { "\(place): no \($0)" }
      + value.members.keys.flatMap { key in
        let known = schema["properties"][key]
        let other = schema["additionalProperties"]
        if known.isNull, other.members.isEmpty { return ["\(place): unexpected \(key)"] }
        return problems(value[key], known.isNull ? other : known, at: "\(place).\(key)")
      }
  }
}
