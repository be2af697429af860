import Glibc
import Logging
import MailLog
import Platform
import Settings
import TestSupport
import Testing

@testable import Daemon
@testable import HTTPAPI

/// A service that begins, ends, and leaves nothing behind.
struct ServiceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var settings: Settings {
    var settings = Settings()
    settings.socket = folder.path("socket")
    settings.database = folder.path("counts.db")
    settings.sources = [.file(FollowedFile(path: folder.path("mail.log")))]
    settings.timezone = .utc
    return settings
  }

  private func begin() throws -> Service {
    try Service(
      settings,
      listening: { try ListeningSocket.binding(settings.socket, group: nil) },
      log: .silent,
      started: .now,
      refused: Locked(nil)
    )
  }

  // A service waits for its server, which needs the threads that tests run on: hence `blocking`.

  @Test func `a server that fails gives the order to stop, and is known to have failed`()
    async throws
  {
    let (orders, order) = AsyncStream.makeStream(of: Void.self)
    let noSocket = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    let handlers = DaemonHandlers(
      published: { preconditionFailure("nobody can ask") },
      importLog: { _ in throw ImportRefusal(.busy, "") },
      mailReport: { _ in }
    )
    let answering = Answering(
      ListeningSocket(descriptor: noSocket, file: nil),
      HTTPServer.Options(),
      handlers,
      log: .silent,
      failed: { order.finish() }
    )
    answering.start()
    for await _ in orders {}
    #expect(answering.failure != nil)
    try await blocking { answering.stop() }
  }

  @Test func `nothing of a service is left once it has stopped`() async throws {
    try await blocking {
      weak var service: Service?
      weak var keeper: Keeper?
      weak var reporting: Reporting?
      try {
        let begun = try begin()
        (service, keeper, reporting) = (begun, begun.books.keeper, begun.books.reporting)
        #expect(begun.stop())
      }()
      // What the queues were just busy with goes a moment later.
      _ = try poll("nothing of the service is left") {
        service == nil && keeper == nil && reporting == nil ? true : nil
      }
    }
  }
}
