import NIOCore
import Platform

/// The open connections, bounded in all and for each user.
///
/// At a limit a new connection takes the place of the one that has kept us waiting longest: a
/// client that never sends or never reads costs the next one nothing. Where all are being answered,
/// as those are that follow the alerts, the new one finds no place.
final class ConnectionTable: Sendable {
  typealias ID = UInt64

  private struct Entry {
    var user: PeerUser
    var channel: any Channel
    /// Since when the client has the next move; nil: we have it.
    var waitsSince: NIODeadline?
    /// It follows the alerts, until it is closed.
    var isStream = false
    /// The sizes of the answers that are being sent, in their order.
    var held: [Int] = []
    var heldBytes: Int { held.reduce(0, +) }
  }

  private struct State {
    var entries: [ID: Entry] = [:]
    var lastID: ID = 0
    var heldBytes = 0
    var isClosed = false
    var refused: UInt64 = 0
    var displaced: UInt64 = 0
  }

  private let limit: Int
  private let limitPerUser: Int
  /// What is left is for requests: all who read through another server are one user.
  private var streamLimit: Int { limitPerUser - limitPerUser / 8 }
  private let heldLimit: Int
  private let state = Locked(State())

  init(_ limits: HTTPLimits) {
    limit = limits.connections
    limitPerUser = limits.connectionsPerUser
    heldLimit = limits.heldBytes
  }

  /// Counts a new connection; nil if there is no place for it.
  func admit(_ channel: any Channel, _ user: PeerUser) -> ID? {
    let (id, displaced) = state.withLock { state -> (ID?, (any Channel)?) in
      guard !state.isClosed else { return (nil, nil) }
      var displaced: (any Channel)?
      let isUserFull = state.entries.values.count { $0.user == user } >= limitPerUser
      if isUserFull || state.entries.count >= limit {
        let user = isUserFull ? user : nil
        guard let longest = longestWaiting(state, where: { user == nil || $0.user == user }) else {
          state.refused += 1
          return (nil, nil)
        }
        state.displaced += 1
        displaced = remove(longest, from: &state)
      }
      state.lastID += 1
      state.entries[state.lastID] = Entry(user: user, channel: channel, waitsSince: .now())
      return (state.lastID, displaced)
    }
    displaced?.close(promise: nil)
    return id
  }

  /// Counts an answer's bytes until its `release`, or until the connection is closed; false: there
  /// is no room for it, and only a word of that can be sent.
  ///
  /// Clients that do not take theirs lose them first. One answer alone always has room.
  func hold(_ bytes: Int, for id: ID) -> Bool {
    let (isHeld, displaced) = state.withLock { state -> (Bool, [any Channel]) in
      guard state.entries[id] != nil else { return (false, []) }
      var displaced: [any Channel] = []
      while state.heldBytes > 0, state.heldBytes + bytes > heldLimit {
        let longest = longestWaiting(state) { $0.heldBytes > 0 }
        guard let longest, let channel = remove(longest, from: &state) else {
          state.entries[id]?.held.append(0)
          return (false, displaced)
        }
        state.displaced += 1
        displaced.append(channel)
      }
      state.entries[id]?.held.append(bytes)
      state.heldBytes += bytes
      return (true, displaced)
    }
    for channel in displaced { channel.close(promise: nil) }
    return isHeld
  }

  /// The first of the answers is sent.
  func release(_ id: ID) {
    state.withLock { state in
      guard state.entries[id]?.held.isEmpty == false else { return }
      state.heldBytes -= state.entries[id]?.held.removeFirst() ?? 0
    }
  }

  /// Counts a stream, which lasts as long as the connection; false: the user has too many.
  func follow(_ id: ID) -> Bool {
    state.withLock { state in
      guard let user = state.entries[id]?.user else { return false }
      let streams = state.entries.values.count { $0.isStream && $0.user == user }
      guard streams < streamLimit else { return false }
      state.entries[id]?.isStream = true
      return true
    }
  }

  /// Whether the connection is still there: else nobody waits for its answer.
  func isOpen(_ id: ID) -> Bool { state.withLock { $0.entries[id] != nil } }

  private func remove(_ id: ID, from state: inout State) -> (any Channel)? {
    let entry = state.entries.removeValue(forKey: id)
    state.heldBytes -= entry?.heldBytes ?? 0
    return entry?.channel
  }

  private func longestWaiting(_ state: State, where isMeant: (Entry) -> Bool) -> ID? {
    state.entries
      .filter { $0.value.waitsSince != nil && isMeant($0.value) }
      .min { left, right in
        (left.value.waitsSince ?? .now(), left.key) < (right.value.waitsSince ?? .now(), right.key)
      }?.key
  }

  /// The client has the next move, or (false) we have it.
  func setWaiting(_ id: ID, _ isWaiting: Bool) {
    state.withLock { $0.entries[id]?.waitsSince = isWaiting ? .now() : nil }
  }

  func remove(_ id: ID) {
    state.withLock { _ = remove(id, from: &$0) }
  }

  /// Admits nobody from now on; returns the connections that are open.
  func close() -> [any Channel] {
    state.withLock { state in
      state.isClosed = true
      return state.entries.values.map(\.channel)
    }
  }

  var counts: ConnectionCounts {
    state.withLock {
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
