import HTTPTypes
import HummingbirdCore
import Languages
import MailLog
import NIOCore
import Reports

/// What is told of alerts, as Server-Sent Events: WHATWG HTML, section 9.2.
struct AlertStream: Sendable {
  private let daemon: DaemonHandlers
  private let language: Language
  /// The number of the event after which the client goes on.
  private let start: UInt64

  init(_ request: Request, _ daemon: DaemonHandlers) throws(Problem) {
    self.daemon = daemon
    language = Language(mostWelcomeTo: request.headers[.acceptLanguage])
    let newest = daemon.alerts.events(0).last?.number ?? 0
    guard let given = request.headers[.lastEventID] else {
      start = newest
      return
    }
    guard let number = Parameter.unsigned(given) else {
      throw .badParameter("Last-Event-ID", given, "the id of an event of this stream")
    }
    // Behind one that nobody has, as of a database that was replaced, nothing would come any more.
    start = min(number, newest)
  }

  /// Sends what is told whenever `feed` wakes it, until the client or the server ends.
  ///
  /// The connection is a busy one: it makes no place for others while its client takes what comes.
  @concurrent func write(
    to writer: consuming ResponseWriter,
    _ feed: AlertFeed
  ) async throws {
    let (id, signals) = feed.follow()
    defer { feed.leave(id) }
    let zone = daemon.published().zone
    var last = start
    var body = try await writer.writeHead(
      HTTPResponse(status: .ok, headerFields: Self.fields)
    )
    // Whoever comes back goes on from here, even if nothing came.
    try await body.write(ByteBuffer(string: "retry: 2000\nid: \(last)\n\n"))
    var iterator = signals.makeAsyncIterator()
    repeat {
      let events = daemon.alerts.events(last)
      if events.isEmpty { try await body.write(ByteBuffer(string: ":\n\n")) }
      for event in events {
        try await body.write(ByteBuffer(bytes: Self.bytes(event, zone, language)))
        last = event.number
      }
    } while await iterator.next() != nil
    try await body.finish(nil)
  }

  private static let fields: HTTPFields = [
    .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
    .xContentTypeOptions: "nosniff",
    // nginx would keep events back, ngx_http_proxy_module.
    .xAccelBuffering: "no",
  ]

  private static func bytes(
    _ event: AlertEvent,
    _ zone: ZoneRules,
    _ language: Language
  ) -> [UInt8] {
    var json = JSONWriter()
    json.output.append("id: \(event.number)\nevent: alert\ndata: ")
    event.writeJSON(to: &json, zone, in: language)
    json.output.append("\n\n")
    return json.output.bytes
  }
}

extension HTTPField.Name {
  fileprivate static let lastEventID = HTTPField.Name.named("last-event-id")
  fileprivate static let xAccelBuffering = HTTPField.Name.named("x-accel-buffering")
}
