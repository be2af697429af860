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
    let reply: Reply
    do {
      reply = try await self.reply(to: request, from: peer, writer)
    } catch let problem as Problem {
      reply = .answer(problem.answer)
    }
    switch reply {
    case .answer(let answer):
      let hasRoom = connections.hold(answer.body.count, for: peer.connection)
      try await write(hasRoom ? answer : Problem.noRoom.answer, for: request, to: writer)
    case .stream(let stream):
      // It takes its turn among the answers, and no room.
      _ = connections.hold(0, for: peer.connection)
      try await stream.write(to: writer, feed)
    }
  }

  /// What is sent back.
  private enum Reply {
    case answer(Answer)
    case stream(AlertStream)
  }

  @concurrent private func reply(
    to request: Request,
    from peer: Peer,
    _ writer: borrowing ResponseWriter
  ) async throws -> Reply {
    let target = Target(request.head)
    try rules.checkHost(target.host)
    if Dashboard.includes(target.path) {
      return .answer(try await dashboardAnswer(target, request))
    }
    let route = try Self.route(target.path, request.method)
    switch route.action {
    case .get(let action):
      return .answer(try await answer(route, target, request, peer, action))
    case .post(let content, let action):
      try await checkPost(request, peer.user, content)
      let order = Order(
        request: request,
        items: try Self.items(route, target, request),
        user: peer.user,
        daemon: daemon,
        options: options
      )
      if request.headers[.expect]?.lowercased() == "100-continue" {
        try await writer.writeInformationalHead(HTTPResponse(status: .continue))
      }
      return .answer(try await action(order))
    case .stream(let open):
      _ = try Self.items(route, target, request)
      let stream = try open(request, daemon)
      guard connections.follow(peer.connection) else { throw Problem.noStream }
      return .stream(stream)
    }
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
    _ peer: Peer,
    _ action: @escaping @Sendable (Call) throws -> Answer
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
  /// The parameters of a request whose client takes what the route gives.
  private static func items(
    _ route: Route,
    _ target: Target,
    _ request: Request
  ) throws(Problem) -> QueryItems {
    let items = try QueryItems(target.query, route.parameters)
    _ = try route.mediaType(for: request.headers[.accept])
    return items
  }

  private func checkPost(
    _ request: Request,
    _ user: PeerUser,
    _ content: Route.Content
  ) async throws {
    try rules.checkPost(request.head, contentType: content.mediaType)
    let administrators = options.administrators
    guard try await workers.runIfActive({ administrators.includes(user) }) else {
      throw Problem.forbidden("not-an-administrator", "this user may not: \(administrators.remedy)")
    }
  }
}

extension Request {
  /// A body follows the head.
  fileprivate var hasBody: Bool {
    headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0"
  }
}
