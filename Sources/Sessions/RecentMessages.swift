import MailLog

/// The last messages of some kind, a thousand of them.
struct RecentMessages: Sendable {
  private var keys: Set<MessageKey> = []
  /// In the order of their coming, from `next` on.
  private var order: [MessageKey] = []
  private var next = 0
  private static let limit = 1024

  var isEmpty: Bool { keys.isEmpty }

  /// Whether the message is none of them; it is now.
  mutating func add(_ key: MessageKey) -> Bool {
    guard keys.insert(key).inserted else { return false }
    if order.count < Self.limit {
      order.append(key)
    } else {
      keys.remove(order[next])
      order[next] = key
      next = (next + 1) % Self.limit
    }
    return true
  }

  /// Whether the message is one of them; it is no longer.
  mutating func remove(_ key: MessageKey) -> Bool { keys.remove(key) != nil }
}
