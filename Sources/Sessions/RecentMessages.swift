import MailLog

/// The last messages of some kind, a thousand of them.
struct RecentMessages: Sendable {
  private var keys: Set<MessageKey> = []
  /// In the order of their coming.
  private(set) var order: [MessageKey] = []
  private static let limit = 1024

  var isEmpty: Bool { keys.isEmpty }

  /// Whether the message is none of them; it is now.
  mutating func add(_ key: MessageKey) -> Bool {
    guard keys.insert(key).inserted else { return false }
    if order.count >= Self.limit { keys.remove(order.removeFirst()) }
    order.append(key)
    return true
  }

  /// Whether the message is one of them; it is no longer.
  mutating func remove(_ key: MessageKey) -> Bool {
    guard keys.remove(key) != nil else { return false }
    order.removeAll { $0 == key }
    return true
  }
}

extension PackedWriter {
  mutating func append(_ messages: RecentMessages) {
    append(UInt64(messages.order.count))
    for key in messages.order { append(key) }
  }
}

extension StoredReader {
  /// Reads what the first versions did not store.
  mutating func restore(_ first: inout RecentMessages, _ second: inout RecentMessages) -> Bool {
    isAtEnd || restore(&first) && restore(&second)
  }

  private mutating func restore(_ messages: inout RecentMessages) -> Bool {
    guard let count = number() else { return false }
    for _ in 0..<count {
      guard let key = messageKey() else { return false }
      _ = messages.add(key)
    }
    return true
  }
}
