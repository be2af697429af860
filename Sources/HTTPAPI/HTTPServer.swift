import HummingbirdCore
package import MailLog
import NIOCore
import NIOPosix
import Platform

/// Answers the daemon's live queries on a Unix socket.
package final class HTTPServer: Sendable {
  package struct Options: Sendable {
    /// Names, beside localhost, under which a browser may reach the daemon.
    package var hosts: [String] = []
    /// The file in which people allow what is refused.
    package var configuration = "/etc/submitwatch/submitwatch.yaml"
    package var limits = HTTPLimits()
    package var administrators = Administrators()
    package var chartLibrary = ChartLibrary()
    /// The wall clock, for the `Date` of responses; nil: they have none.
    package var now: (@Sendable () -> Timestamp)?

    package init() {}
  }

  private struct State {
    var channel: (any Channel)?
    var isStopped = false
  }

  private let socket: ListeningSocket
  private let options: Options
  private let daemon: DaemonHandlers
  private let feed = AlertFeed()
  private let connections: ConnectionTable
  private let state = Locked(State())

  /// - Parameters:
  ///   - socket: where clients come; closed at the end, and its file left to who made it.
  ///   - options: limits, and who may do what.
  ///   - daemon: what it asks of the daemon.
  package init(
    _ socket: ListeningSocket,
    _ options: Options,
    _ daemon: DaemonHandlers
  ) {
    self.socket = socket
    self.options = options
    self.daemon = daemon
    connections = ConnectionTable(options.limits)
  }

  /// Answers until `stop` is called or the task is cancelled.
  package func run() async throws {
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let workers = NIOThreadPool(numberOfThreads: 2)
    workers.start()
    do {
      try await serve(loops, workers)
    } catch {
      try? await workers.shutdownGracefully()
      try? await loops.shutdownGracefully()
      throw error
    }
    try await workers.shutdownGracefully()
    try await loops.shutdownGracefully()
  }

  /// Tells those who follow the alerts that there is a new one; from any thread.
  package func announceAlerts() { feed.wake() }

  /// Takes no more connections; what is being answered is finished first, in a few seconds.
  package func stop() {
    let channel = state.withLock { state in
      state.isStopped = true
      return state.channel
    }
    channel?.close(promise: nil)
    feed.close()
    for channel in connections.close() {
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      channel.eventLoop.scheduleTask(in: Self.grace) { channel.close(promise: nil) }
    }
  }

  private static let grace = TimeAmount.seconds(5)

  private func serve(_ loops: MultiThreadedEventLoopGroup, _ workers: NIOThreadPool) async throws {
    let responder = Responder(
      rules: RequestRules(hosts: options.hosts),
      options: options,
      daemon: daemon,
      connections: connections,
      feed: feed,
      workers: workers,
      instance: UInt64.random(in: 0 ... .max)
    )
    let server = try await ServerBootstrap(group: loops)
      // A client may end its side once it has asked: nc -N.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(socket.descriptor) { self.open($0, responder) }
    let isStopped = state.withLock { state in
      state.channel = server.channel
      return state.isStopped
    }
    if isStopped { server.channel.close(promise: nil) }
    let pause = TimeAmount(options.limits.heartbeat)
    let heartbeat = loops.next()
      .scheduleRepeatedTask(initialDelay: pause, delay: pause) { [feed] _ in feed.wake() }
    defer { heartbeat.cancel() }
    try await withTaskCancellationHandler {
      try await GuardedConnection.serve(server)
    } onCancel: {
      stop()
    }
  }

  /// Prepares a new connection; fails where the system does not tell whose it is.
  private func open(
    _ channel: any Channel,
    _ responder: Responder
  ) -> EventLoopFuture<GuardedConnection?> {
    let (limits, date) = (options.limits, ResponseDate(options.now))
    return PeerUser.connected(to: channel).flatMap { [connections] user in
      GuardedConnection.open(channel, of: user, in: connections, limits, date) { id in
        let peer = Peer(user: user, connection: id)
        return { request, writer, _ in
          try await responder.respond(to: request, from: peer, writer)
        }
      }
    }
  }
}
