import Platform

/// Wakes those who follow the alerts.
///
/// Who follows keeps a number only and reads what came after it: nothing is queued for anybody.
final class AlertFeed: Sendable {
  private struct State {
    var followers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var lastID: UInt64 = 0
    var isClosed = false
  }

  private let state = Locked(State())

  /// Wakes up when something may be new, and now and then; ends with the server.
  func follow() -> (id: UInt64, signals: AsyncStream<Void>) {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let id = state.withLock { state in
      state.lastID += 1
      if state.isClosed {
        continuation.finish()
      } else {
        state.followers[state.lastID] = continuation
      }
      return state.lastID
    }
    return (id, stream)
  }

  func leave(_ id: UInt64) {
    state.withLock { _ = $0.followers.removeValue(forKey: id) }
  }

  func wake() {
    for follower in state.withLock({ Array($0.followers.values) }) { follower.yield() }
  }

  /// Lets all of them go.
  func close() {
    let followers = state.withLock { state in
      state.isClosed = true
      return Array(state.followers.values)
    }
    for follower in followers { follower.finish() }
  }
}
