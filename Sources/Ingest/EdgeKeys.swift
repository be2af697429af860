import Counters
import MailLog

/// What was counted near the edges of a coverage, so that each message or failed login can be told
/// from another one there.
struct EdgeKeys: Sendable {
  struct Entry: Sendable {
    var time: Timestamp
    var began: Timestamp
    /// The label of the host's log.
    var logger: HostKey
    /// It stays, wherever the edges go.
    var isPinned = false
  }

  /// So far from an edge a message may or may not have been counted.
  static let window: Int64 = 120 * 1_000_000_000
  private static let limit = 1_000_000
  /// An ID that comes again more often in the days that are kept is no server's.
  private static let usesLimit = 100

  /// By their hashes, of messages with the same one that which was added last.
  private(set) var entries = PagedDictionary<Entry>()
  /// The others: a server gives a queue ID again and again.
  private var earlier = PagedDictionary<[Entry]>()
  /// The keys of the last two minutes, in their order, from `first` on: the log's end is an edge.
  private var recent = PagedArray<UInt64>()
  private var first = 0
  private var sweepSize = 4096
  /// Keys that were not kept for want of room.
  private(set) var drops: UInt64 = 0
  /// In nanoseconds: so far from an edge keys are kept.
  private let reach: Int64

  init(reach: Int64 = EdgeKeys.window) {
    self.reach = reach
  }

  func contains(_ key: UInt64, _ submission: Submission) -> Bool {
    contains(key) { isNear($0.time, submission.time) || isNear($0.began, submission.began) }
  }

  /// Whether a message that began then is among them.
  func contains(_ key: UInt64, begunAt began: Timestamp) -> Bool {
    contains(key) { isNear($0.began, began) }
  }

  private func contains(_ key: UInt64, where isWanted: (Entry) -> Bool) -> Bool {
    guard let latest = entries[key] else { return false }
    return isWanted(latest) || earlier[key]?.contains(where: isWanted) == true
  }

  private func isNear(_ left: Timestamp, _ right: Timestamp) -> Bool {
    abs(left.since(right)) <= reach
  }

  mutating func add(_ key: UInt64, _ entry: Entry) {
    guard entries.count < Self.limit else {
      drops += 1
      return
    }
    if let latest = entries[key] {
      // Other messages, not the same once more.
      let others = uses(of: key, latest).suffix(Self.usesLimit)
      set(others.filter { !isNear($0.time, entry.time) } + [entry], key)
    } else {
      entries[key] = entry
    }
  }

  /// All messages with that key.
  private func uses(of key: UInt64, _ latest: Entry) -> [Entry] {
    (earlier[key] ?? []) + [latest]
  }

  private mutating func set(_ uses: [Entry], _ key: UInt64) {
    entries[key] = uses.last
    if uses.count > 1 || earlier[key] != nil {
      earlier[key] = uses.count > 1 ? uses.dropLast() : nil
    }
  }

  /// Gives up all that are not wanted.
  private mutating func keep(_ isWanted: (Entry) -> Bool) {
    var some: [UInt64] = []
    earlier.forEach { key, _ in some.append(key) }
    for key in some {
      if let latest = entries[key] { set(uses(of: key, latest).filter(isWanted), key) }
    }
    entries.compactMapValues { isWanted($0) ? $0 : nil }
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
    entries[key].map { !isNear($0.time, time) } ?? true
  }

  private mutating func settle(_ key: UInt64, _ hosts: [HostKey: Coverage]) {
    guard let latest = entries[key] else { return }
    if earlier[key] != nil {
      set(uses(of: key, latest).filter { isNeeded($0, hosts) }, key)
    } else if !isNeeded(latest, hosts) {
      entries[key] = nil
    }
  }

  private mutating func sweep(_ hosts: [HostKey: Coverage], at time: Timestamp) {
    let rules = EdgeKeys(reach: reach)
    keep { rules.isNear($0.time, time) || rules.isNeeded($0, hosts) }
    sweepSize = max(4096, entries.count * 2)
  }

  private func isNeeded(_ entry: Entry, _ hosts: [HostKey: Coverage]) -> Bool {
    guard !entry.isPinned, let coverage = hosts[entry.logger] else { return true }
    return coverage.hasEdge(within: reach, of: entry.time)
      || coverage.hasEdge(within: reach, of: entry.began)
  }

  mutating func formUnion(_ other: EdgeKeys) {
    other.forEach { add($0, $1) }
    drops += other.drops
  }

  mutating func drop(before time: Timestamp) {
    keep { $0.time >= time }
  }

  private func forEach(_ body: (UInt64, Entry) -> Void) {
    earlier.forEach { key, others in for entry in others { body(key, entry) } }
    entries.forEach(body)
  }
}

extension EdgeKeys {
  func write(to packed: inout PackedWriter) {
    packed.append(drops)
    var all: [(key: UInt64, entry: Entry)] = []
    forEach { all.append(($0, $1)) }
    all.sort { $0.entry.time < $1.entry.time }
    packed.append(UInt64(all.count))
    for (key, entry) in all {
      packed.append(key)
      packed.append(entry.time)
      packed.append(signed: entry.time.since(entry.began))
      packed.append(entry.logger)
      packed.append(entry.isPinned)
    }
  }

  init?(_ packed: inout PackedReader, reach: Int64 = EdgeKeys.window) {
    self.init(reach: reach)
    guard let drops = packed.count(), let count = packed.number() else { return nil }
    self.drops = drops
    for _ in 0..<count {
      guard let key = packed.number(), let time = packed.time(), let age = packed.signed(),
        let began = Timestamp(stored: time.nanoseconds &- age), let logger = packed.host(),
        let isPinned = packed.flag()
      else { return nil }
      let entry = Entry(time: time, began: began, logger: logger, isPinned: isPinned)
      add(key, entry)
      recent.append(key)
    }
  }
}
