import Counters
import MailLog

/// The messages that were counted near the edges of a coverage, so that each can be told from
/// another one there.
struct EdgeKeys: Sendable {
  struct Entry: Sendable {
    var time: Timestamp
    var began: Timestamp
    var logger: HostKey
    /// It stays, wherever the edges go.
    var isPinned = false
  }

  /// So far from an edge a message may or may not have been counted.
  static let window: Int64 = 120 * 1_000_000_000
  private static let limit = 1_000_000

  /// By their hashes.
  private(set) var entries = PagedDictionary<Entry>()
  /// The keys of the last two minutes, in their order, from `first` on: the log's end is an edge.
  private var recent = PagedArray<UInt64>()
  private var first = 0
  private var sweepSize = 4096
  /// Keys that were not kept for want of room.
  private(set) var drops: UInt64 = 0

  init() {}

  var isEmpty: Bool { entries.isEmpty }

  func contains(_ key: UInt64, _ submission: Submission) -> Bool {
    guard let known = entries[key] else { return false }
    return abs(known.time.since(submission.time)) <= Self.window
      || abs(known.began.since(submission.began)) <= Self.window
  }

  /// Whether a message that began then is among them.
  func contains(_ key: UInt64, begunAt began: Timestamp) -> Bool {
    guard let known = entries[key] else { return false }
    return abs(known.began.since(began)) <= Self.window
  }

  mutating func add(_ key: UInt64, _ entry: Entry) {
    guard entries.count < Self.limit else {
      drops += 1
      return
    }
    entries[key] = entry
  }

  /// Adds a key at the log's end; `track` covers it.
  mutating func addRecent(_ key: UInt64, _ entry: Entry, _ track: inout CoverageTrack) {
    add(key, entry)
    recent.append(key)
    guard isFar(recent[first], from: entry.time) else { return }
    track.flush()
    while first < recent.count, isFar(recent[first], from: entry.time) {
      settle(recent[first], track.hosts)
      first += 1
      if first == PagedArray<UInt64>.pageSize {
        recent.removeFirstPage()
        first = 0
      }
    }
    if entries.count - (recent.count - first) > sweepSize { sweep(track.hosts, at: entry.time) }
  }

  /// Whether a key is of another time; also of a later one, as a wrong clock has it.
  private func isFar(_ key: UInt64, from time: Timestamp) -> Bool {
    guard let entry = entries[key] else { return true }
    return abs(entry.time.since(time)) > Self.window
  }

  private mutating func settle(_ key: UInt64, _ hosts: [HostKey: Coverage]) {
    if let entry = entries[key], !Self.isNeeded(entry, hosts) { entries[key] = nil }
  }

  private mutating func sweep(_ hosts: [HostKey: Coverage], at time: Timestamp) {
    entries.removeAll {
      abs($0.time.since(time)) > Self.window && !Self.isNeeded($0, hosts)
    }
    sweepSize = max(4096, entries.count * 2)
  }

  private static func isNeeded(_ entry: Entry, _ hosts: [HostKey: Coverage]) -> Bool {
    guard !entry.isPinned, let coverage = hosts[entry.logger] else { return true }
    return coverage.hasEdge(within: window, of: entry.time)
      || coverage.hasEdge(within: window, of: entry.began)
  }

  mutating func formUnion(_ other: EdgeKeys) {
    other.entries.forEach { add($0, $1) }
    drops += other.drops
  }

  mutating func drop(before time: Timestamp) {
    entries.removeAll { $0.time < time }
  }
}

extension EdgeKeys {
  func append(to packed: inout PackedWriter) {
    packed.append(drops)
    packed.append(UInt64(entries.count))
    for (key, entry) in entries.sorted(by: { $0.time < $1.time }) {
      packed.append(key)
      packed.append(signed: entry.time.nanoseconds)
      packed.append(signed: entry.time.since(entry.began))
      packed.append(entry.logger.hash)
      packed.append(byte: entry.isPinned ? 1 : 0)
    }
  }

  init?(_ packed: inout PackedReader) {
    guard let drops = packed.number(), let count = packed.number() else { return nil }
    self.drops = drops
    for _ in 0..<count {
      guard let key = packed.number(), let time = packed.signed(), let age = packed.signed(),
        let logger = packed.number(), let isPinned = packed.byte()
      else { return nil }
      let entry = Entry(
        time: Timestamp(nanoseconds: time),
        began: Timestamp(nanoseconds: time &- age),
        logger: HostKey(hash: logger),
        isPinned: isPinned != 0
      )
      add(key, entry)
      recent.append(key)
    }
  }
}
