import MailLog

/// Accepted messages that do not count yet.
///
/// Their sender is in a later line, or their session's next line may still refuse them. The table
/// of sessions bounds them; the oldest comes first.
struct UnsettledMessages: ~Copyable, Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    /// `heldAt` and `heldStamp` are of the line that accepted it.
    var message: WaitingMessage
    var dialect: UInt8
    /// -1: not known.
    var bytes: Int64
    /// -1: not known.
    var recipients: Int32
    var repeats: UInt32
  }

  private var entries = SlotTable<MessageKey, Entry>()
  /// The keys in the order of their coming, from `first` on; some may be settled.
  private var order: [MessageKey] = []
  private var first = 0
  /// When the oldest one was accepted, or earlier.
  private var earliest = Timestamp(nanoseconds: .max)

  var count: Int { entries.count }

  func has(_ key: MessageKey) -> Bool { entries.count > 0 && entries.find(key) != nil }

  mutating func add(_ key: MessageKey, _ entry: Entry) {
    if first > 1024, first * 2 > order.count {
      order.removeFirst(first)
      first = 0
    }
    earliest = min(earliest, entry.message.heldAt)
    if entries.find(key) == nil { order.append(key) }
    entries.set(key, entry)
  }

  mutating func remove(_ key: MessageKey) -> Entry? {
    guard entries.count > 0, let place = entries.find(key) else { return nil }
    let entry = entries[slot: place]
    entries.remove(slot: place)
    if entries.count == 0 { forgetOrder() }
    return entry
  }

  private mutating func forgetOrder() {
    order.removeAll(keepingCapacity: true)
    first = 0
    earliest = Timestamp(nanoseconds: .max)
  }

  /// Takes the oldest one out, if it was accepted before `time`; nil: whenever it was.
  @inline(__always) mutating func takeOldest(before time: Timestamp?) -> (MessageKey, Entry)? {
    if let time, earliest >= time { return nil }
    return findOldest(before: time)
  }

  @inline(never) private mutating func findOldest(
    before time: Timestamp?
  ) -> (MessageKey, Entry)? {
    while first < order.count {
      let key = order[first]
      if let place = entries.find(key) {
        let entry = entries[slot: place]
        earliest = entry.message.heldAt
        if let time, earliest >= time { return nil }
        entries.remove(slot: place)
        first += 1
        return (key, entry)
      }
      first += 1
    }
    forgetOrder()
    return nil
  }

  /// All of them, the oldest first.
  func all() -> [(MessageKey, Entry)] {
    var seen: Set<MessageKey> = []
    var all: [(MessageKey, Entry)] = []
    for key in order[first...] {
      guard let place = entries.find(key), seen.insert(key).inserted else { continue }
      all.append((key, entries[slot: place]))
    }
    return all
  }
}
