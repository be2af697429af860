import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Platform

/// A connection that is held to the limits, and what answers on it.
struct GuardedConnection: Sendable {
  private let setup: HTTP1Channel
  private let channel: HTTP1Channel.Value

  /// Libraries do not log.
  private static let logger = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }

  /// Prepares a new connection of `user`, whose requests are answered by what `respond` gives for its
  /// number; nil: there is no place for it, and it is told.
  static func open(
    _ channel: any Channel,
    of user: PeerUser,
    in connections: ConnectionTable,
    _ limits: HTTPLimits,
    _ date: ResponseDate,
    respond: (ConnectionTable.ID) -> HTTPChannelHandler.Responder
  ) -> EventLoopFuture<GuardedConnection?> {
    guard let id = connections.admit(channel, user) else {
      return channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(NoPlaceHandler(date))
        return nil
      }
    }
    channel.closeFuture.whenComplete { _ in connections.remove(id) }
    let setup = HTTP1Channel(
      responder: respond(id),
      configuration: .init(
        idleTimeout: TimeAmount(limits.idle),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headers,
          maxHeaderListSize: limits.headers,
          maxHeaderFieldCount: 200
        )
      )
    )
    return setup.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let requests = RequestGuard(limits, connections, id, date)
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(requests, position: .after(decoder))
      try pipeline.addHandler(WireHandler(requests, limits), position: .first)
      return GuardedConnection(setup: setup, channel: value)
    }
  }

  /// Answers on all connections that `server` accepts, until it is closed.
  ///
  /// Where the task is cancelled, the connections end at once. The loop itself is not cancelled:
  /// NIO ends the program where a connection was accepted and nobody took it from there.
  static func serve(_ server: NIOAsyncChannel<GuardedConnection?, Never>) async throws {
    let isCancelled = Locked(false)
    let loop = Task {
      try await server.executeThenClose { accepted in
        try await withThrowingDiscardingTaskGroup { group in
          for try await connection in accepted {
            guard let connection else { continue }
            group.addTask {
              await connection.setup.handle(value: connection.channel, logger: logger)
            }
          }
          if isCancelled.withLock({ $0 }) { group.cancelAll() }
        }
      }
    }
    try await withTaskCancellationHandler {
      try await loop.value
    } onCancel: {
      isCancelled.withLock { $0 = true }
      server.channel.close(promise: nil)
    }
  }
}
