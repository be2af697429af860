import NIOCore
import Platform

/// What one connection asks the daemon: it ends when the client goes away.
///
/// Else the daemon would go on with a stream for a page that was closed, until its next write.
final class Upstream: Sendable {
  private struct State {
    var channel: (any Channel)?
    var isOver = false
  }

  private let state = Locked(State())

  /// For the requests of `client`, one after the other.
  init(of client: any Channel) {
    client.closeFuture.whenComplete { _ in
      let channel = self.state.withLock { state in
        state.isOver = true
        return state.channel
      }
      channel?.close(promise: nil)
    }
  }

  /// A request goes on to the daemon by `channel`.
  func begin(_ channel: any Channel) {
    let isOver = state.withLock { state in
      state.channel = channel
      return state.isOver
    }
    if isOver { channel.close(promise: nil) }
  }

  /// The request is answered.
  func end() { state.withLock { $0.channel = nil } }
}
