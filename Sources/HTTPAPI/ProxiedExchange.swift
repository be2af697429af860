import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// One request that is passed on to a Unix socket, on a connection of its own.
struct ProxiedExchange {
  private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  let socket: String
  let loops: MultiThreadedEventLoopGroup
  let upstream: Upstream

  /// Passes the request on and the answer back, each as it comes and is taken.
  @concurrent func run(_ request: Request, _ writer: consuming ResponseWriter) async throws {
    guard let daemon = try? await connect() else {
      return try await Problem.noDaemon(socket).answer.write(to: writer)
    }
    upstream.begin(daemon.channel)
    defer { upstream.end() }
    var pending: ResponseWriter? = writer
    try await daemon.executeThenClose { inbound, outbound in
      try await outbound.write(.head(Self.head(of: request)))
      for try await part in request.body { try await outbound.write(.body(.byteBuffer(part))) }
      try await outbound.write(.end(nil))
      var parts = inbound.makeAsyncIterator()
      var head: HTTPResponse?
      while head == nil, let part = try await parts.next() {
        if case .head(let found) = part, found.status.code >= 200 { head = Self.head(found) }
      }
      guard let head, let writer = pending.take() else { throw ChannelError.eof }
      var body = try await writer.writeHead(head)
      while let part = try await parts.next() {
        if case .body(let bytes) = part { try await body.write(bytes) }
        if case .end = part { break }
      }
      try await body.finish(nil)
    }
  }

  private func connect() async throws -> Connection {
    try await ClientBootstrap(group: loops).connect(unixDomainSocketPath: socket) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHTTPClientHandlers()
        return try Connection(wrappingChannelSynchronously: channel)
      }
    }
  }

  /// Fields that are of one connection, RFC 9110, section 7.6.1, and the cookie, which is ours.
  private static let own: Set<String> = [
    "connection", "cookie", "expect", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "host",
  ]

  private static func head(of request: Request) -> HTTPRequestHead {
    var fields = HTTPHeaders()
    fields.add(name: "host", value: request.head.authority ?? "localhost")
    for field in request.headers where !own.contains(field.name.canonicalName) {
      fields.add(name: field.name.rawName, value: field.value)
    }
    if request.headers[.transferEncoding] != nil {
      fields.add(name: "transfer-encoding", value: "chunked")
    }
    fields.add(name: "connection", value: "close")
    return HTTPRequestHead(
      version: .http1_1,
      method: HTTPMethod(rawValue: request.method.rawValue),
      uri: request.head.path ?? "/",
      headers: fields
    )
  }

  private static func head(_ head: HTTPResponseHead) -> HTTPResponse {
    var fields = HTTPFields()
    for (name, value) in head.headers where !own.contains(name.lowercased()) {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    return HTTPResponse(
      status: HTTPResponse.Status(
        code: Int(head.status.code),
        reasonPhrase: head.status.reasonPhrase
      ),
      headerFields: fields
    )
  }
}

extension Problem {
  fileprivate static func noDaemon(_ socket: String) -> Problem {
    Problem(
      .badGateway,
      "no-daemon",
      "no daemon answers at '\(socket)'; see 'systemctl status submitwatchd'"
    )
  }
}
