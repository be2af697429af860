import HTTPTypes
import HummingbirdCore
import Languages
import MailLog
import NIOCore
import NIOPosix
import Reports

/// Who asks.
struct Peer: Sendable {
  let user: PeerUser
  let connection: ConnectionTable.ID
}

/// Answers requests: from rules to route to bytes.
struct Responder: Sendable {
  let rules: RequestRules
  let options: HTTPServer.Options
  let daemon: DaemonHandlers
  let connections: ConnectionTable
  let feed: AlertFeed
  /// Reports and look-ups run here: neither an event loop nor a task may be busy for long.
  let workers: NIOThreadPool
  /// Tells this process's answers from those of one before.
  let instance: UInt64

  private static let routes = Dictionary(uniqueKeysWithValues: Route.all.map { ($0.path, $0) })

  @concurrent func respond(
    to request: Request,
    from peer: Peer,
    _ writer: consuming ResponseWriter
  ) async throws {
    let isWaitingForBody = request.headers[.expect]?.lowercased() == "100-continue"
    var answer: Answer
    var start: UInt64?
    do {
      let target = Target(request.head)
      try rules.checkHost(target.host)
      if Dashboard.includes(target.path) {
        answer = try await dashboardAnswer(target, request)
      } else {
        let route = try Self.route(target.path, request.method)
        if case .streamAlerts = route.action {
          start = try streamStart(request, target, route)
          answer = Answer("", [])
        } else if route.methods == ["POST"] {
          try await checkPost(request, peer.user, route)
          let items = try QueryItems(target.query, route.parameters)
          _ = try route.mediaType(for: request.headers[.accept])
          if isWaitingForBody {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
          }
          answer = try await postAnswer(route, request, items, peer.user)
        } else {
          answer = try await self.answer(route, target, request, peer)
        }
      }
    } catch let problem as Problem {
      answer = problem.answer
    }
    if !connections.hold(answer.body.count, for: peer.connection) { answer = Problem.noRoom.answer }
    if let start { return try await streamAlerts(after: start, request, writer, peer) }
    try await write(answer, for: request, to: writer)
  }

  private static func route(
    _ path: Substring,
    _ method: HTTPRequest.Method
  ) throws(Problem) -> Route {
    guard let route = routes[String(path)] else { throw .notFound(String(path)) }
    guard route.methods.contains(method.rawValue) else {
      throw .methodNotAllowed(method.rawValue, route.methods)
    }
    return route
  }

  private func answer(
    _ route: Route,
    _ target: Target,
    _ request: Request,
    _ peer: Peer
  ) async throws -> Answer {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }),
      length > options.limits.body
    {
      throw Problem.bodyTooLarge
    }
    let items = try QueryItems(target.query, route.parameters)
    let call = Call(
      published: daemon.published(),
      items: items,
      mediaType: try route.mediaType(for: request.headers[.accept]),
      presentation: route.hasTable ? try Presentation(request.headers, items) : Presentation(),
      language: Language(mostWelcomeTo: request.headers[.acceptLanguage]),
      path: route.path,
      connections: connections.counts
    )
    let fields = request.headers
    let varying = Self.varying(route, call.mediaType)
    // Whoever knows the tag has had the answer; whoever asks for any may be asking nonsense.
    let known = fields[.ifNoneMatch]
    if route.isReport, case let tag = tag(call), EntityTag.matches(known, tag, any: false) {
      // The answer is not made: who has it compressed knows that it is large enough for that.
      let isPacked = Self.takesGzip(fields) && EntityTag.namesPacked(known, tag)
      return notModified(tag, isPacked: isPacked, varying: varying)
    }
    guard case .get(let action) = route.action else { throw Problem.notFound(route.path) }
    return try await workers.runIfActive {
      // It may have waited for a thread longer than its client for it.
      guard connections.isOpen(peer.connection) else { throw CancellationError() }
      let answer = try action(call)
      let tag = route.isReport ? tag(call) : Self.tag(answer.body)
      return finished(answer, tag: tag, fields, varying: varying)
    }
  }

  /// The answer as it goes: with its tag, compressed where asked, or only that nothing changed.
  func finished(
    _ answer: Answer,
    tag: String,
    _ fields: HTTPFields,
    varying: [String]
  ) -> Answer {
    let isPacked = answer.body.count >= Gzip.least && Self.takesGzip(fields)
    if EntityTag.matches(fields[.ifNoneMatch], tag) {
      return notModified(tag, isPacked: isPacked, varying: varying)
    }
    var answer = answer
    if isPacked, let packed = Gzip.compress(answer.body) {
      answer.body = packed
      answer.fields[.contentEncoding] = "gzip"
      prepare(&answer, tag + EntityTag.gzipSuffix, varying: varying)
    } else {
      prepare(&answer, tag, varying: varying)
    }
    return answer
  }

  private static func takesGzip(_ fields: HTTPFields) -> Bool {
    Preferences(fields[.acceptEncoding] ?? "identity").weight(ofCoding: "gzip") > 0
  }

  /// The tag of a report: it changes with the counters, the day and the question.
  private func tag(_ call: Call) -> String {
    let published = call.published
    let question = [
      call.path, call.mediaType.rawValue, "\(published.alertGeneration)",
      call.mediaType == .text ? call.presentation.canonical : call.language.rawValue,
      published.today.text,
      "\(published.retentionDays)", call.items.canonical,
    ].joined(separator: "\0\0")
    let bytes = Array(question.utf8)
    let parts = [instance, published.generation, ByteHash.stable(bytes.span)]
    return parts.map { String($0, radix: 36) }.joined(separator: "-")
  }

  static func tag(_ body: [UInt8]) -> String {
    String(ByteHash.stable(body.span), radix: 36)
  }

  /// Has the tag of the answer that it stands for, RFC 9110, section 15.4.5.
  private func notModified(_ tag: String, isPacked: Bool, varying: [String]) -> Answer {
    var answer = Answer("", [], status: .notModified)
    answer.fields = [:]
    prepare(&answer, isPacked ? tag + EntityTag.gzipSuffix : tag, varying: varying)
    return answer
  }

  static let acceptLanguage = "accept-language"

  /// The fields of a request that an answer depends on, beside those that every one does.
  private static func varying(_ route: Route, _ mediaType: MediaType) -> [String] {
    switch mediaType {
    case .json: [acceptLanguage]
    case .text where route.hasTable: Parameter.presentation.map { $0.name.lowercased() }
    default: []
    }
  }

  private func prepare(_ answer: inout Answer, _ tag: String, varying: [String]) {
    answer.fields[.eTag] = "\"\(tag)\""
    answer.fields[.cacheControl] = "private, no-cache"
    answer.fields[.vary] = (["accept", "accept-encoding"] + varying).joined(separator: ", ")
  }

  @concurrent func write(
    _ answer: Answer,
    for request: Request,
    to writer: consuming ResponseWriter
  ) async throws {
    var fields = answer.fields
    if answer.status != .notModified { fields[.contentLength] = "\(answer.body.count)" }
    if request.hasBody, request.method != .post { fields[.connection] = "close" }
    let head = HTTPResponse(status: answer.status, headerFields: fields)
    var body = try await writer.writeHead(head)
    if request.method != .head {
      // In pieces: the client's pace is seen, and no piece is copied before its turn.
      var rest = answer.body[...]
      while !rest.isEmpty {
        try await body.write(ByteBuffer(bytes: rest.prefix(Self.piece)))
        rest = rest.dropFirst(Self.piece)
      }
    }
    try await body.finish(nil)
  }

  private static let piece = 64 * 1024
}

extension Responder {
  private func postAnswer(
    _ route: Route,
    _ request: Request,
    _ items: QueryItems,
    _ user: PeerUser
  ) async throws -> Answer {
    switch route.action {
    case .importLog: try await importAnswer(request, items, user)
    case .judgeAlert: try await judgeAnswer(request, user)
    case .sendTrial: try await trialAnswer(request)
    case .mailReport: try await mailReportAnswer(request, user)
    case .get, .streamAlerts: throw Problem.notFound(route.path)
    }
  }

  private func checkPost(_ request: Request, _ user: PeerUser, _ route: Route) async throws {
    try rules.checkPost(request.head, contentType: route.bodyType)
    let administrators = options.administrators
    guard try await workers.runIfActive({ administrators.includes(user) }) else {
      throw Problem.forbidden("not-an-administrator", "this user may not: \(administrators.remedy)")
    }
  }

  private func importAnswer(
    _ request: Request,
    _ items: QueryItems,
    _ user: PeerUser
  ) async throws -> Answer {
    let outcome: ImportOutcome
    do {
      outcome = try await daemon.importLog(
        ImportRequest(items, user: user, body: ImportBody(request.body))
      )
    } catch let refusal as ImportRefusal {
      throw Problem(refusal, items)
    } catch {
      throw Problem(ImportRefusal(.unavailable, "the import failed: \(error)"), items)
    }
    var json = JSONWriter()
    json.object { json in
      json.member("lines", outcome.lines)
      json.member("submissions", outcome.submissions)
      json.member("alreadyCounted", outcome.alreadyCounted)
      json.member("tooOld", outcome.tooOld)
      json.member("used", outcome.used)
      json.counts("passedOver", outcome.passedOver)
    }
    return Answer(json)
  }
}

extension Problem {
  init(_ refusal: ImportRefusal, _ items: QueryItems) {
    let status: HTTPResponse.Status =
      switch refusal.code {
      case .busy: .conflict
      case .badData: .unprocessableContent
      case .unavailable: .serviceUnavailable
      case .unknownZone: .badRequest
      }
    self.init(status, refusal.code.rawValue, refusal.detail)
    if refusal.code == .unknownZone {
      let allowed = "a time zone such as \(ZoneRules.examples)"
      self = .badParameter("log-timezone", items[.logTimezone] ?? "", allowed)
    }
    fields[.connection] = "close"
  }
}

extension Request {
  /// A body follows the head.
  fileprivate var hasBody: Bool {
    headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0"
  }
}
