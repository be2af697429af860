import HTTPTypes
import HummingbirdCore
package import MailLog
import NIOCore
import NIOPosix

/// Lets one person's browser reach the daemon's socket, on a port of the loopback interface.
///
/// Any user of the machine can connect to the port. So only who has the token gets a session, and
/// only once; the page itself, which holds no figures, is for all.
package final class DashboardProxy: Sendable {
  private let socket: String
  private let session = ProxySession()
  private let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let limits: HTTPLimits
  private let connections: ConnectionTable
  private let date: ResponseDate

  /// - Parameters:
  ///   - socket: the path of the daemon's socket.
  ///   - limits: what clients may take of this process; whose they are nobody tells.
  ///   - now: the wall clock, for the `Date` of its own responses; nil: they have none.
  package init(
    socket: String,
    limits: HTTPLimits = HTTPLimits(),
    now: (@Sendable () -> Timestamp)? = nil
  ) {
    self.socket = socket
    date = ResponseDate(now)
    self.limits = limits
    var table = limits
    table.connectionsPerUser = limits.connections
    connections = ConnectionTable(table)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Parameters:
  ///   - port: the port of 127.0.0.1 to listen on; 0: a free one.
  ///   - isReady: takes the address of the page, with the token that opens it once.
  /// - Throws: `ListeningSocketError` if the port cannot be had.
  package func run(port: Int, isReady: @Sendable (String) throws -> Void) async throws {
    do {
      try await serve(port, isReady)
    } catch {
      try? await loops.shutdownGracefully()
      throw error
    }
    try await loops.shutdownGracefully()
  }

  private func serve(_ port: Int, _ isReady: @Sendable (String) throws -> Void) async throws {
    let server = try await bind(port)
    let bound = server.channel.localAddress?.port ?? port
    try isReady("http://127.0.0.1:\(bound)/#token=\(session.token)")
    try await GuardedConnection.serve(server)
  }

  private func bind(_ port: Int) async throws -> NIOAsyncChannel<GuardedConnection?, Never> {
    do {
      return try await ServerBootstrap(group: loops)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: "127.0.0.1", port: port) { [connections, limits, date] channel in
          let upstream = Upstream(of: channel)
          return GuardedConnection.open(channel, of: .own, in: connections, limits, date) { _ in
            { try await self.respond(to: $0, $1, on: $2, through: upstream) }
          }
        }
    } catch let error as IOError {
      throw ListeningSocketError.failed(port: port, error.errnoCode)
    }
  }

  @concurrent private func respond(
    to request: Request,
    _ writer: consuming ResponseWriter,
    on channel: any Channel,
    through upstream: Upstream
  ) async throws {
    var own: Answer?
    do {
      own = try await ownAnswer(request, port: channel.localAddress?.port ?? 0)
    } catch let problem as Problem {
      own = problem.answer
    }
    if let own { return try await own.write(to: writer) }
    try await ProxiedExchange(socket: socket, loops: loops, upstream: upstream)
      .run(request, writer)
  }

  /// The answer to a request that does not go to the daemon.
  ///
  /// - Throws: `Problem` if it may not.
  private func ownAnswer(_ request: Request, port: Int) async throws -> Answer? {
    // Another name that points here is a foreign page's.
    let host = request.head.authority ?? ""
    guard ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host.lowercased()) else {
      throw Problem.foreignHost(host)
    }
    let path = Target(request.head).path
    if path == Self.sessionPath {
      guard request.method == .post else {
        throw Problem.methodNotAllowed(request.method.rawValue, ["POST"])
      }
      try RequestRules.checkPage(request.head)
      let token = try await request.body.collect(upTo: 1024)
      guard session.redeem(String(buffer: token)) else { throw Problem.badToken }
      var answer = Answer("text/plain; charset=utf-8", [])
      answer.fields[.setCookie] =
        "\(Self.cookieName(port))=\(session.secret); Path=/; HttpOnly; SameSite=Strict"
      answer.fields[.cacheControl] = "no-store"
      return answer
    }
    let isPage = Dashboard.includes(path) && [.get, .head].contains(request.method)
    guard isPage || session.isOpen(for: request.headers, cookie: Self.cookieName(port)) else {
      throw Problem.noSession
    }
    return nil
  }

  static let sessionPath = "/session"

  /// Cookies know no ports: two proxies of one host must not share theirs.
  private static func cookieName(_ port: Int) -> String { "submitwatch-\(port)" }
}

extension Answer {
  /// Writes the whole of it.
  @concurrent func write(to writer: consuming ResponseWriter) async throws {
    try await writer.write(
      response: HTTPResponse(status: status, headerFields: fields),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
    )
  }
}

extension Problem {
  fileprivate static let badToken = Problem(
    .forbidden,
    "bad-token",
    "this address was used already, or is not of this 'submitwatch dashboard'"
  )
  fileprivate static let noSession = Problem(
    .unauthorized,
    "no-session",
    "open the address that 'submitwatch dashboard' prints; each is good once"
  )
}
