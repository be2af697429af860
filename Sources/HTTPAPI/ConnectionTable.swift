import NIOConcurrencyHelpers
import NIOCore

/// The open connections, bounded in all and for each user.
///
/// At a limit a new connection takes the place of the one that has kept us waiting longest: a
/// client that never sends or never reads costs the next one nothing.
final class ConnectionTable: Sendable {
  typealias ID = UInt64

  private struct Entry {
    var user: PeerUser
    var channel: any Channel
    /// Since when the client has the next move; nil: we have it.
    var waitsSince: NIODeadline?
  }

  private struct State {
    var entries: [ID: Entry] = [:]
    var lastID: ID = 0
    var isClosed = false
    var refused: UInt64 = 0
    var displaced: UInt64 = 0
  }

  private let limit: Int
  private let limitPerUser: Int
  private let state = NIOLockedValueBox(State())

  init(_ limits: HTTPLimits) {
    limit = limits.connections
    limitPerUser = limits.connectionsPerUser
  }

  /// Counts a new connection; nil if there is no place for it.
  func admit(_ channel: any Channel, _ user: PeerUser) -> ID? {
    let (id, displaced) = state.withLockedValue { state -> (ID?, (any Channel)?) in
      guard !state.isClosed else { return (nil, nil) }
      var displaced: (any Channel)?
      let isUserFull = state.entries.values.count { $0.user == user } >= limitPerUser
      if isUserFull || state.entries.count >= limit {
        guard let longest = longestWaiting(state, of: isUserFull ? user : nil) else {
          state.refused += 1
          return (nil, nil)
        }
        state.displaced += 1
        displaced = state.entries.removeValue(forKey: longest)?.channel
      }
      state.lastID += 1
      state.entries[state.lastID] = Entry(user: user, channel: channel, waitsSince: .now())
      return (state.lastID, displaced)
    }
    displaced?.close(promise: nil)
    return id
  }

  private func longestWaiting(_ state: State, of user: PeerUser?) -> ID? {
    state.entries.lazy
      .filter { $0.value.waitsSince != nil && (user == nil || $0.value.user == user) }
      .min { left, right in
        (left.value.waitsSince ?? .now(), left.key) < (right.value.waitsSince ?? .now(), right.key)
      }?.key
  }

  /// The client has the next move, or (false) we have it.
  func setWaiting(_ id: ID, _ isWaiting: Bool) {
    state.withLockedValue { $0.entries[id]?.waitsSince = isWaiting ? .now() : nil }
  }

  func remove(_ id: ID) {
    state.withLockedValue { _ = $0.entries.removeValue(forKey: id) }
  }

  /// Admits nobody from now on; returns the connections that are open.
  func close() -> [any Channel] {
    state.withLockedValue { state in
      state.isClosed = true
      return state.entries.values.map(\.channel)
    }
  }

  var counts: ConnectionCounts {
    state.withLockedValue {
      ConnectionCounts(open: $0.entries.count, refused: $0.refused, displaced: $0.displaced)
    }
  }
}

/// How many connections there are, and how many found no place.
package struct ConnectionCounts: Sendable {
  package var open: Int
  package var refused: UInt64
  package var displaced: UInt64
}
