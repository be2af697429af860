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
  /// An ID that comes again more often in the days that are kept is no server's.
  private static let usesLimit = 100

  /// The messages of one key: a server gives a queue ID again and again.
  struct Uses: Sendable {
    fileprivate(set) var latest: Entry
    fileprivate(set) var others: [Entry] = []

    fileprivate func contains(where isWanted: (Entry) -> Bool) -> Bool {
      isWanted(latest) || others.contains(where: isWanted)
    }

    /// Those that are wanted; nil: there are none.
    fileprivate func filter(_ isWanted: (Entry) -> Bool) -> Uses? {
      let kept = (others + [latest]).filter(isWanted)
      return kept.last.map { Uses(latest: $0, others: kept.dropLast()) }
    }
  }

  /// By their hashes.
  private(set) var entries = PagedDictionary<Uses>()
  /// The keys of the last two minutes, in their order, from `first` on: the log's end is an edge.
  private var recent = PagedArray<UInt64>()
  private var first = 0
  private var sweepSize = 4096
  /// Keys that were not kept for want of room.
  private(set) var drops: UInt64 = 0

  init() {}

  var isEmpty: Bool { entries.isEmpty }

  func contains(_ key: UInt64, _ submission: Submission) -> Bool {
    entries[key]?.contains {
      Self.isNear($0.time, submission.time) || Self.isNear($0.began, submission.began)
    } == true
  }

  /// Whether a message that began then is among them.
  func contains(_ key: UInt64, begunAt began: Timestamp) -> Bool {
    entries[key]?.contains { Self.isNear($0.began, began) } == true
  }

  private static func isNear(_ left: Timestamp, _ right: Timestamp) -> Bool {
    abs(left.since(right)) <= window
  }

  mutating func add(_ key: UInt64, _ entry: Entry) {
    guard entries.count < Self.limit else {
      drops += 1
      return
    }
    guard var uses = entries[key] else {
      entries[key] = Uses(latest: entry)
      return
    }
    // Another message, or the same once more.
    uses.others = (uses.others + [uses.latest]).filter { !Self.isNear($0.time, entry.time) }
    uses.others.removeFirst(max(0, uses.others.count - Self.usesLimit))
    uses.latest = entry
    entries[key] = uses
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
    entries[key].map { !Self.isNear($0.latest.time, time) } ?? true
  }

  private mutating func settle(_ key: UInt64, _ hosts: [HostKey: Coverage]) {
    entries[key] = entries[key]?.filter { Self.isNeeded($0, hosts) }
  }

  private mutating func sweep(_ hosts: [HostKey: Coverage], at time: Timestamp) {
    entries.compactMapValues { uses in
      uses.filter { Self.isNear($0.time, time) || Self.isNeeded($0, hosts) }
    }
    sweepSize = max(4096, entries.count * 2)
  }

  private static func isNeeded(_ entry: Entry, _ hosts: [HostKey: Coverage]) -> Bool {
    guard !entry.isPinned, let coverage = hosts[entry.logger] else { return true }
    return coverage.hasEdge(within: window, of: entry.time)
      || coverage.hasEdge(within: window, of: entry.began)
  }

  mutating func formUnion(_ other: EdgeKeys) {
    other.entries.forEach { key, uses in
      for entry in uses.others + [uses.latest] { add(key, entry) }
    }
    drops += other.drops
  }

  mutating func drop(before time: Timestamp) {
    entries.compactMapValues { uses in uses.filter { $0.time >= time } }
  }
}

extension EdgeKeys {
  func append(to packed: inout PackedWriter) {
    packed.append(drops)
    var all: [(key: UInt64, entry: Entry)] = []
    entries.forEach { key, uses in all += (uses.others + [uses.latest]).map { (key, $0) } }
    all.sort { $0.entry.time < $1.entry.time }
    packed.append(UInt64(all.count))
    for (key, entry) in all {
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
