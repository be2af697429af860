import MailLog

/// The last messages of some kind, and the host of each, where it matters: `limit` of them at least,
/// twice as many at most.
struct RecentMessages: Sendable {
  private var latest: [MessageKey: HostKey] = [:]
  private var earlier: [MessageKey: HostKey] = [:]
  private let limit: Int
  /// How many made room for later ones.
  private(set) var forgotten = 0

  init(limit: Int = 1024) {
    self.limit = limit
  }

  var isEmpty: Bool { latest.isEmpty && earlier.isEmpty }

  /// In no order.
  var all: [MessageKey: HostKey] { latest.merging(earlier) { host, _ in host } }

  func contains(_ key: MessageKey) -> Bool { latest[key] != nil || earlier[key] != nil }

  /// Whether the message is none of them; it is now.
  mutating func add(_ key: MessageKey, at host: HostKey = .unnamed) -> Bool {
    guard earlier[key] == nil, latest.updateValue(host, forKey: key) == nil else { return false }
    if latest.count >= limit {
      forgotten += earlier.count
      (earlier, latest) = (latest, [:])
    }
    return true
  }

  /// Whether the message is one of them; it is no longer.
  mutating func remove(_ key: MessageKey) -> Bool { take(key) != nil }

  /// The host of the message, if it is one of them; it is no longer.
  mutating func take(_ key: MessageKey) -> HostKey? {
    latest.removeValue(forKey: key) ?? earlier.removeValue(forKey: key)
  }
}

extension PackedWriter {
  mutating func append(_ messages: RecentMessages) {
    let keys = messages.all.keys
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
