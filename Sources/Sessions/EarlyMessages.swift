import MailLog

/// `queue active` lines without a `client=` line so far: those of mail that nobody logged in for,
/// and, for seconds, those that syslog put in front of it.
struct EarlyMessages: ~Copyable {
  private var table = SlotTable<MessageKey, EarlyMessage>()
  /// The senders; those of entries that are gone stay until the next sweep.
  private(set) var text: [UInt8] = []
  /// The text before the last sweep: for its memory, unless that is large.
  private var spare: [UInt8] = []
  private var sweepSize = SweepSizes.least
  private var textSweepSize = EarlyMessages.leastText
  private static let leastText = 1 << 16
  /// Senders take no more than about this, whatever the number of messages.
  private static let textLimit = 32 << 20

  var count: Int { table.count }

  var needsSweep: Bool { table.count >= sweepSize || text.count >= textSweepSize }

  /// Adds a message; `hash`: the key's `slotHash`.
  mutating func add(
    _ key: MessageKey,
    hash: UInt64,
    _ message: EarlyMessage,
    sender: Span<UInt8>
  ) {
    var message = message
    let start = text.count
    unsafe sender.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
    message.sender = ByteRange(start, text.count)
    table.set(key, hash: hash, message)
  }

  /// Takes the message out; its sender stays in `text` until the next change.
  mutating func take(_ key: MessageKey, hash: UInt64) -> EarlyMessage? {
    guard let slot = table.find(key, hash: hash) else { return nil }
    let message = table[slot: slot]
    table.remove(slot: slot)
    return message
  }

  mutating func remove(_ key: MessageKey, hash: UInt64) {
    table.remove(key, hash: hash)
  }

  /// All messages; their senders are in `text`.
  func all() -> [(key: MessageKey, value: EarlyMessage)] { table.all() }

  /// Drops what is older than `age` nanoseconds; all, if that leaves too much text.
  ///
  /// Half of the text comes or goes between two sweeps: each line costs the same in the end.
  ///
  /// - Returns: how many were given up for want of room.
  mutating func sweep(at time: Timestamp, age: Int64) -> Int {
    table.removeAll { _, message in
      let since = time.since(message.time)
      return since <= age && since >= -age
    }
    swap(&text, &spare)
    text.removeAll(keepingCapacity: true)
    for (key, message) in table.all() {
      guard let slot = table.find(key) else { continue }
      let start = text.count
      text.append(contentsOf: spare[message.sender.range])
      table[slot: slot].sender = ByteRange(start, text.count)
    }
    var given = 0
    if text.count > Self.textLimit / 2 {
      given = table.count
      table = SlotTable()
      text = []
    }
    if spare.count > Self.leastText * 2 { spare = [] }
    sweepSize = SweepSizes.next(table.count, limit: .max / 4)
    textSweepSize = max(Self.leastText, text.count * 2)
    return given
  }
}
