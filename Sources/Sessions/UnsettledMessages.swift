import MailLog

/// Accepted messages that do not count yet.
///
/// Their sender is in a later line, or their session's next line may still refuse them. The table
/// of sessions bounds them; the oldest comes first.
struct UnsettledMessages: Sendable {
  struct Entry: Sendable {
    /// `heldAt` and `heldStamp` are of the line that accepted it.
    var message: WaitingMessage
    var dialect: UInt8
    /// -1: not known.
    var bytes: Int64
    /// -1: not known.
    var recipients: Int32
    var repeats: UInt32
  }

  private var entries: [MessageKey: Entry] = [:]
  /// The keys in the order of their coming, from `first` on; some may be settled.
  private var order: [MessageKey] = []
  private var first = 0

  var count: Int { entries.count }

  subscript(key: MessageKey) -> Entry? { entries[key] }

  mutating func add(_ key: MessageKey, _ entry: Entry) {
    if entries.updateValue(entry, forKey: key) == nil { order.append(key) }
  }

  mutating func remove(_ key: MessageKey) -> Entry? {
    entries.isEmpty ? nil : entries.removeValue(forKey: key)
  }

  /// Takes the oldest one out, if it was accepted before `time`; nil: whenever it was.
  mutating func takeOldest(before time: Timestamp?) -> (MessageKey, Entry)? {
    while first < order.count {
      let key = order[first]
      if let entry = entries[key] {
        if let time, entry.message.heldAt >= time { return nil }
        entries[key] = nil
        first += 1
        return (key, entry)
      }
      first += 1
    }
    order.removeAll(keepingCapacity: true)
    first = 0
    return nil
  }

  /// All of them, the oldest first.
  func all() -> [(MessageKey, Entry)] {
    var seen: Set<MessageKey> = []
    return order[first...].compactMap { key in
      guard let entry = entries[key], seen.insert(key).inserted else { return nil }
      return (key, entry)
    }
  }
}
