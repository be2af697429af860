import HTTPTypes
import HummingbirdCore
import Languages
import Reports

/// What a route can answer with, by `Accept`.
enum MediaType: String, Sendable {
  case json = "application/json"
  case csv = "text/csv"
  case openMetrics = "application/openmetrics-text"
  case text = "text/plain"
  case eventStream = "text/event-stream"

  /// As `Content-Type` says it.
  var contentType: String {
    switch self {
    case .json: rawValue
    case .csv: "text/csv; charset=utf-8; header=present"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    case .text, .eventStream: "\(rawValue); charset=utf-8"
    }
  }
}

/// What a route has to answer.
struct Call: Sendable {
  var published: Published
  var items: QueryItems
  var mediaType: MediaType
  /// How to write a table.
  var presentation: Presentation
  /// The most welcome one.
  var language: Language
  var path: String
  var connections: ConnectionCounts
}

/// One path of the API: the same value answers requests and describes the route.
struct Route: Sendable {
  /// What a client can do there.
  enum Action: Sendable {
    /// Answers from what is published, on a thread that may be busy for long.
    case get(@Sendable (Call) throws -> Answer)
    /// Does what an administrator sends.
    case post(Content, @Sendable (Order) async throws -> Answer)
    /// Answers without an end.
    case stream(@Sendable (Request, DaemonHandlers) throws -> AlertStream)
  }

  /// What the body of a request is.
  enum Content: Sendable {
    /// JSON of a schema, by its name in `APISchemas`.
    case json(String)
    /// Bytes without a limit, which are taken as they come.
    case bytes

    var mediaType: String {
      switch self {
      case .json: "application/json"
      case .bytes: "application/octet-stream"
      }
    }
  }

  let path: String
  let summary: String
  var parameters: [Parameter] = []
  /// What the answer can be; the first one where the client does not mind.
  var mediaTypes: [MediaType] = [.json]
  /// The schema of the JSON answer, by its name in `APISchemas`.
  let schema: String
  /// Whether the answer follows from the counters and the query alone.
  var isReport = false
  /// What can come beyond the problems that every route of its kind has, by status.
  var problems: [Int: String] = [:]
  /// The status of an answer that is no problem.
  var success = 200
  let action: Action

  /// Whether the answer can be a table for people; `Parameter.presentation` says how wide.
  var hasTable: Bool { mediaTypes.contains(.json) && mediaTypes.contains(.text) }

  var methods: [String] {
    switch action {
    case .get: ["GET", "HEAD"]
    case .post: ["POST"]
    case .stream: ["GET"]
    }
  }

  /// Problems of a route where a client names something.
  static let unknownName = [404: "There is nothing of this name."]
}
