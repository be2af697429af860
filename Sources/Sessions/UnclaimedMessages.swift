import MailLog

/// `queue active` lines at the beginning of a log whose `client=` line is not in it: it may stand in
/// another log, which is read later.
///
/// Noted for an hour of the log's time, and only while there is room.
struct UnclaimedMessages: Sendable {
  struct Entry: Sendable {
    var time: Timestamp
    var stamp: LogStamp
    var sender: [UInt8]
    var bytes: Int64
    var recipients: Int32
  }

  private(set) var entries: [MessageKey: Entry] = [:]
  /// IDs that began in this log.
  private var begun: Set<MessageKey> = []
  private var senderBytes = 0
  private var end: Timestamp?
  /// Lines are noted.
  private(set) var isNoting = true

  private static let duration: Int64 = 3600 * 1_000_000_000
  private static let limit = 65_536
  private static let senderLimit = 4 << 20

  init() {}

  /// A log begins, or goes on behind lines that are missing.
  mutating func begin() {
    isNoting = true
    end = nil
    begun = []
  }

  mutating func note(_ time: Timestamp) {
    guard let end else {
      self.end = Timestamp(nanoseconds: time.nanoseconds &+ Self.duration)
      return
    }
    if time > end || begun.count >= Self.limit { stop() }
  }

  private mutating func stop() {
    isNoting = false
    begun = []
  }

  /// The ID's message begins in this log.
  mutating func begin(_ key: MessageKey) {
    begun.insert(key)
  }

  mutating func add(_ key: MessageKey, _ known: EarlyMessage, sender: Span<UInt8>) {
    guard !begun.contains(key), entries.count < Self.limit,
      senderBytes + sender.count <= Self.senderLimit
    else { return }
    add(
      key,
      Entry(
        time: known.time,
        stamp: known.stamp,
        sender: sender.indices.map { sender[$0] },
        bytes: known.bytes,
        recipients: known.recipients
      )
    )
  }

  /// Adds an entry, unless the ID has an earlier one.
  mutating func add(_ key: MessageKey, _ entry: Entry) {
    if let known = entries[key] {
      guard entry.time < known.time else { return }
      senderBytes -= known.sender.count
    } else if entries.count >= Self.limit || senderBytes + entry.sender.count > Self.senderLimit {
      return
    }
    senderBytes += entry.sender.count
    entries[key] = entry
  }

  mutating func remove(_ key: MessageKey) {
    if let known = entries.removeValue(forKey: key) { senderBytes -= known.sender.count }
  }

  /// Takes out the entry of `key`, if it is of a message that waits from `began` to `deadline`.
  mutating func take(_ key: MessageKey, _ message: WaitingMessage, _ shuffle: Int64) -> Entry? {
    guard let known = entries[key], known.time <= message.deadline,
      message.began.since(known.time) <= shuffle
    else { return nil }
    remove(key)
    return known
  }

  /// Gives up what is older than `time`.
  mutating func drop(before time: Timestamp) {
    for (key, entry) in entries where entry.time < time { remove(key) }
  }
}
