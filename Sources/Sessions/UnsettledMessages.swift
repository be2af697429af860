import MailLog

/// Accepted messages that do not count yet.
///
/// Their sender is in a later line, or their session's next line may still refuse them. The table
/// of sessions bounds them; the oldest comes first.
struct UnsettledMessages: ~Copyable, Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    /// `heldAt` and `heldStamp` are of the line that accepted it.
    var message: WaitingMessage
    var server: MailServer
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

  func has(_ key: MessageKey) -> Bool { find(key) != nil }

  /// The place of a message, nil if it is not in the table.
  ///
  /// Good until one is added.
  @inline(__always) func find(_ key: MessageKey) -> Int? {
    entries.count > 0 ? entries.find(key) : nil
  }

  subscript(place: Int) -> Entry {
    @inline(__always) get { entries[slot: place] }
    @inline(__always) _modify { yield &entries[slot: place] }
  }

  mutating func add(_ key: MessageKey, _ entry: Entry) {
    if first > 1024, first * 2 > order.count {
      order.removeFirst(first)
      first = 0
    }
    earliest = min(earliest, entry.message.heldAt)
    let hash = key.slotHash
    if let place = entries.find(key, hash: hash) {
      entries[slot: place] = entry
    } else {
      order.append(key)
      _ = entries.add(key, hash: hash, entry)
    }
  }

  /// Takes out the message at a place that `find` gave.
  mutating func remove(_ place: Int) {
    entries.remove(slot: place)
    if entries.count == 0 { forgetOrder() }
  }

  private mutating func forgetOrder() {
    order.removeAll(keepingCapacity: true)
    first = 0
    earliest = Timestamp(nanoseconds: .max)
  }

  /// The oldest message, if it was accepted before `time`; nil: whenever it was.
  @inline(__always) mutating func findOldest(
    before time: Timestamp?
  ) -> (key: MessageKey, place: Int)? {
    if let time, earliest >= time { return nil }
    return searchOldest(before: time)
  }

  @inline(never) private mutating func searchOldest(
    before time: Timestamp?
  ) -> (key: MessageKey, place: Int)? {
    while first < order.count {
      let key = order[first]
      if let place = entries.find(key) {
        earliest = entries[slot: place].message.heldAt
        if let time, earliest >= time { return nil }
        return (key, place)
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
