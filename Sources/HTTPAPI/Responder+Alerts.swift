import HTTPTypes
import HummingbirdCore
import Languages
import MailLog
import NIOCore
import Reports

extension Responder {
  /// Sends what is told of alerts, as Server-Sent Events, until the client or the server ends.
  ///
  /// The connection is a busy one: it makes no place for others while its client takes what comes.
  /// Source: WHATWG HTML, section 9.2, Server-sent events.
  @concurrent func streamAlerts(
    after start: UInt64,
    _ request: Request,
    _ writer: consuming ResponseWriter,
    _ peer: Peer
  ) async throws {
    let (id, signals) = feed.follow()
    defer { feed.leave(id) }
    let zone = daemon.published().zone
    let language = Language(mostWelcomeTo: request.headers[.acceptLanguage])
    var last = start
    var body = try await writer.writeHead(
      HTTPResponse(status: .ok, headerFields: Self.streamFields)
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

  /// The number of the event after which a client goes on.
  func streamStart(
    _ request: Request,
    _ target: Target,
    _ route: Route
  ) throws(Problem) -> UInt64 {
    _ = try QueryItems(target.query, route.parameters)
    _ = try route.mediaType(for: request.headers[.accept])
    guard let given = request.headers[.lastEventID] else {
      return daemon.alerts.events(0).last?.number ?? 0
    }
    guard let number = Parameter.unsigned(given) else {
      throw .badParameter("Last-Event-ID", given, "the id of an event of this stream")
    }
    return number
  }

  private static let streamFields: HTTPFields = [
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
    event.alert.writeJSON(to: &json, zone, in: language)
    json.output.append("\n\n")
    return json.output.bytes
  }
}

extension Responder {
  /// Notes a verdict, RFC 9110's POST: the answer is the alert.
  func judgeAnswer(_ request: Request, _ user: PeerUser) async throws -> Answer {
    let asked = try await JudgementRequest(Self.body(of: request, options.limits))
    let judgement = AlertJudgement(
      asked.verdict,
      note: asked.note,
      user: user.id,
      time: daemon.published().status.time
    )
    let judged: KeptAlert?
    do {
      judged = try await daemon.alerts.judge(asked.id, judgement)
    } catch {
      throw Problem(.serviceUnavailable, "not-saved", "the verdict is not saved: \(error)")
    }
    guard let kept = judged else {
      throw Problem(.notFound, "unknown-alert", "there is no alert '\(asked.id)': see /v1/alerts")
    }
    var json = JSONWriter()
    let language = Language(mostWelcomeTo: request.headers[.acceptLanguage])
    kept.writeJSON(to: &json, daemon.published().zone, in: language)
    return Answer(json)
  }

  /// Sends a trial alert.
  func trialAnswer(_ request: Request) async throws -> Answer {
    let asked = try await TrialRequest(Self.body(of: request, options.limits))
    let delivered: Bool
    let detail: String
    switch await daemon.alerts.sendTrial(asked.sink) {
    case .unknown(let sinks):
      throw Problem(
        .notFound,
        "unknown-sink",
        "there is no sink '\(asked.sink)': there \(sinks.count == 1 ? "is" : "are") \(sinks.joined(separator: ", "))"
      )
    case .delivered(let text): (delivered, detail) = (true, text)
    case .failed(let text): (delivered, detail) = (false, text)
    }
    var json = JSONWriter()
    json.object { json in
      json.member("sink", asked.sink)
      json.member("delivered", delivered)
      json.member("detail", detail)
    }
    return Answer(json)
  }

  static func body(of request: Request, _ limits: HTTPLimits) async throws -> [UInt8] {
    do {
      return Array(buffer: try await request.body.collect(upTo: limits.body))
    } catch is NIOTooManyBytesError {
      throw Problem.bodyTooLarge
    }
  }
}

extension HTTPField.Name {
  fileprivate static let lastEventID = HTTPField.Name.named("last-event-id")
  fileprivate static let xAccelBuffering = HTTPField.Name.named("x-accel-buffering")
}
