import MailLog

/// The last messages of some kind: `limit` of them at least, twice as many at most.
struct RecentMessages: Sendable {
  private var latest: Set<MessageKey> = []
  private var earlier: Set<MessageKey> = []
  private let limit: Int

  init(limit: Int = 1024) {
    self.limit = limit
  }

  var isEmpty: Bool { latest.isEmpty && earlier.isEmpty }

  /// In no order.
  fileprivate var all: Set<MessageKey> { latest.union(earlier) }

  func contains(_ key: MessageKey) -> Bool { latest.contains(key) || earlier.contains(key) }

  /// Whether the message is none of them; it is now.
  mutating func add(_ key: MessageKey) -> Bool {
    guard !earlier.contains(key), latest.insert(key).inserted else { return false }
    if latest.count >= limit { (earlier, latest) = (latest, []) }
    return true
  }

  /// Whether the message is one of them; it is no longer.
  mutating func remove(_ key: MessageKey) -> Bool {
    (latest.remove(key) ?? earlier.remove(key)) != nil
  }
}

extension PackedWriter {
  mutating func append(_ messages: RecentMessages) {
    let keys = messages.all
    append(UInt64(keys.count))
    for key in keys { append(key) }
  }
}

extension PackedReader {
  mutating func restore(_ messages: inout RecentMessages) -> Bool {
    guard let count = number() else { return false }
    for _ in 0..<count {
      guard let key = messageKey() else { return false }
      _ = messages.add(key)
    }
    return true
  }
}
