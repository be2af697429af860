import HTTPTypes
import HummingbirdCore
import Languages
import NIOCore

/// What an administrator sends, and what it takes to do it.
struct Order: Sendable {
  let request: Request
  let items: QueryItems
  let user: PeerUser
  let daemon: DaemonHandlers
  let options: HTTPServer.Options

  /// The most welcome one.
  var language: Language { Language(mostWelcomeTo: request.headers[.acceptLanguage]) }

  /// The whole body, for which there is a limit.
  func body() async throws -> [UInt8] {
    do {
      return Array(buffer: try await request.body.collect(upTo: options.limits.body))
    } catch is NIOTooManyBytesError {
      throw Problem.bodyTooLarge
    }
  }
}
