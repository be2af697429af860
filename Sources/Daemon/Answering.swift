import Dispatch
import HTTPAPI
import Logging
import Platform

/// The server of the socket, as it runs.
final class Answering: Sendable {
  private let server: HTTPServer
  private let log: Logger
  private let failed: @Sendable () -> Void
  private let ended = DispatchSemaphore(value: 0)
  private let error = Locked<(any Error)?>(nil)

  /// Why it ended by itself; nil: it did not.
  var failure: (any Error)? { error.withLock { $0 } }

  init(
    _ socket: ListeningSocket,
    _ options: HTTPServer.Options,
    _ handlers: DaemonHandlers,
    log: Logger,
    failed: @escaping @Sendable () -> Void = Signals.orderStop
  ) {
    server = HTTPServer(socket, options, handlers)
    self.log = log
    self.failed = failed
  }

  func start() {
    Task { [self] in
      do {
        try await server.run()
      } catch {
        // Without its socket the daemon is of no use: the service manager starts it anew.
        log.critical("the socket cannot be served", metadata: ["error": "\(error)"])
        self.error.withLock { $0 = error }
        failed()
      }
      ended.signal()
    }
  }

  /// Tells those who follow the alerts that there is a new one.
  func announceAlerts() { server.announceAlerts() }

  /// Answers what was asked, and ends.
  func stop() {
    server.stop()
    ended.wait()
  }
}
