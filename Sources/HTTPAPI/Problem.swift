import HTTPTypes
import Reports

/// A problem document, RFC 9457: what is wrong with a request, and what is allowed.
struct Problem: Error, Sendable {
  var status: HTTPResponse.Status
  /// A word for programs.
  var code: String
  /// One sentence for people.
  var detail: String
  /// The parameter that is wrong, what it was (nil: it is missing), and what it may be.
  var parameter: (name: String, value: String?, allowed: String)?
  var fields = HTTPFields()

  init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
    self.status = status
    self.code = code
    self.detail = detail
  }

  static let mediaType = "application/problem+json"

  var answer: Answer {
    var json = JSONWriter()
    json.object { json in
      json.member("type", "about:blank")
      json.member("title", status.reasonPhrase)
      json.member("status", status.code)
      json.member("code", code)
      json.member("detail", detail)
      if let parameter {
        json.member("parameter", parameter.name)
        json.member("value", parameter.value)
        json.member("allowed", parameter.allowed)
      }
    }
    var answer = Answer(json, Self.mediaType, status: status)
    for field in fields { answer.fields.append(field) }
    return answer
  }
}

extension Problem {
  static let headersTooLarge = Problem(
    .requestHeaderFieldsTooLarge,
    "headers-too-large",
    "the header fields are larger than 16 KiB"
  )
  static let targetTooLong = Problem(
    .uriTooLong,
    "target-too-long",
    "path and query are longer than 8 KiB"
  )
  static let versionNotSupported = Problem(
    .httpVersionNotSupported,
    "version-not-supported",
    "only HTTP/1.1 and HTTP/1.0 are spoken here"
  )
  static let malformedRequest = Problem(
    .badRequest,
    "malformed-request",
    "this is no HTTP/1.1 request"
  )
  static let malformedHost = Problem(
    .badRequest,
    "malformed-host",
    "a request has exactly one Host field"
  )
  static let noTunnels = Problem(.methodNotAllowed, "method-not-allowed", "there are no tunnels")
    .allowing(["GET", "HEAD"])
  static let noPlace = Problem(
    .serviceUnavailable,
    "too-many-connections",
    "too many connections are open and busy: try again"
  ).retryable()
  static let noStream = Problem(
    .serviceUnavailable,
    "too-many-streams",
    "this user follows the alerts too often already: close some pages, or ask for /v1/alerts"
  ).retryable()
  static let noRoom = Problem(
    .serviceUnavailable,
    "too-many-answers",
    "too many large answers wait for their clients: try again, or ask with a limit"
  ).retryable()
  static let bodyTooLarge = Problem(
    .contentTooLarge,
    "body-too-large",
    "the body is larger than 1 MiB"
  ).closing()

  static func foreignHost(_ host: String) -> Problem {
    Problem(
      .misdirectedRequest,
      "foreign-host",
      "this server is not '\(host)': use localhost, or list the name under http.hosts"
    )
  }

  static func notFound(_ path: String) -> Problem {
    Problem(.notFound, "not-found", "there is nothing at '\(path)': see /openapi.json")
  }

  static func unknownName(_ noun: String, _ name: String) -> Problem {
    Problem(.notFound, "unknown-\(noun)", "no message of \(noun) '\(name)' is kept")
  }

  static func methodNotAllowed(_ method: String, _ allowed: [String]) -> Problem {
    Problem(
      .methodNotAllowed,
      "method-not-allowed",
      "\(method) does nothing here: use \(allowed.joined(separator: " or "))"
    ).allowing(allowed)
  }

  static func notAcceptable(_ allowed: [String]) -> Problem {
    Problem(
      .notAcceptable,
      "not-acceptable",
      "this comes as \(allowed.joined(separator: " or ")) only: see Accept"
    )
  }

  static func unsupportedType(_ allowed: String) -> Problem {
    Problem(
      .unsupportedMediaType,
      "unsupported-media-type",
      "the body must have the Content-Type \(allowed)"
    ).closing()
  }

  static func forbidden(_ code: String, _ detail: String) -> Problem {
    Problem(.forbidden, code, detail).closing()
  }

  /// `value`: nil, it is missing.
  static func badParameter(_ name: String, _ value: String?, _ allowed: String) -> Problem {
    let wrong = value.map { "cannot be '\($0)'" } ?? "is missing"
    var problem = Problem(
      .badRequest,
      "bad-parameter",
      "\(name) \(wrong): it must be \(allowed)"
    )
    problem.parameter = (name, value, allowed)
    return problem
  }

  static func badCursor(_ cursor: String) -> Problem {
    badParameter("cursor", cursor, "the next of an answer to the same question")
  }

  static func unknownParameter(_ name: String, _ value: String, _ known: [String]) -> Problem {
    let allowed = known.isEmpty ? "no parameters" : "one of " + known.joined(separator: ", ")
    var problem = Problem(
      .badRequest,
      "unknown-parameter",
      "there is no parameter '\(name)' here: use \(allowed)"
    )
    problem.parameter = (name, value, allowed)
    return problem
  }

  private func allowing(_ methods: [String]) -> Problem {
    var problem = self
    problem.fields[.allow] = methods.joined(separator: ", ")
    return problem
  }

  private func retryable() -> Problem {
    var problem = self
    problem.fields[.retryAfter] = "1"
    return problem
  }

  /// The problem as an answer after which the rest of the request is not read.
  func closing() -> Problem {
    var problem = self
    problem.fields[.connection] = "close"
    return problem
  }
}
