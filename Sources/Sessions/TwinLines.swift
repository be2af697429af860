import MailLog

/// Lines that a server may send to syslog twice, for two of its logs (Exim's `syslog_duplication`).
///
/// Both copies come at once, but other processes' lines may stand between them. A client that tries
/// the same again at once looks alike: on a host whose lines come without a second copy it counts.
struct TwinLines: Sendable {
  struct First: Sendable {
    var host: HostKey
    /// Of all that the event says.
    var hash: UInt64
    var time: Timestamp
  }

  private var firsts: [ProcessKey: First] = [:]
  /// The processes in the order of their lines, from `next` on; some have had their second copy.
  private var order: [ProcessKey] = []
  private var next = 0
  /// How many more lines of a host came alone lately than twice, at most `most`.
  private(set) var singles: [HostKey: UInt8] = [:]

  /// The second copy's stamp may be of the next second.
  private static let longestGap: Int64 = 1_000_000_000
  private static let limit = 4096
  private static let most: UInt8 = 8
  /// So many lines that came alone prove that a host sends no second copies.
  private static let enough: UInt8 = 2

  /// How many of the lines that a line stands for are no second copies: none, if it is one.
  mutating func firstCopies(
    _ process: ProcessKey,
    host: HostKey,
    hash: UInt64,
    repeats: UInt32,
    at time: Timestamp
  ) -> UInt32 {
    if repeats == 1 { return isSecond(process, host: host, hash: hash, at: time) ? 0 : 1 }
    // The process's last line is of another kind: it has no second copy.
    if let first = firsts[process], first.hash != hash {
      noteSingle(first.host)
      firsts[process] = nil
    }
    return firstCopies(process, host: host, repeats: repeats)
  }

  /// How many of so many repetitions of the process's last line are no second copies.
  ///
  /// If each line has a second copy, the repetitions are an even number, together with the last line
  /// where that one waits for its copy. It may be long ago: a syslog daemon tells of repetitions once
  /// another line comes.
  mutating func firstCopies(_ process: ProcessKey, host: HostKey, repeats: UInt32) -> UInt32 {
    let beginsRun = firsts.removeValue(forKey: process) != nil
    guard singles[host] ?? 0 < Self.enough else { return repeats }
    guard beginsRun, repeats.isMultiple(of: 2) else { return repeats / 2 }
    noteSingle(host)
    return repeats
  }

  /// Whether the line is the second copy of the process's last one.
  private mutating func isSecond(
    _ process: ProcessKey,
    host: HostKey,
    hash: UInt64,
    at time: Timestamp
  ) -> Bool {
    expire(at: time)
    guard let first = firsts[process], first.hash == hash else {
      if let first = firsts[process] { noteSingle(first.host) }
      add(process, First(host: host, hash: hash, time: time))
      return false
    }
    firsts[process] = nil
    let balance = singles[host] ?? 0
    singles[host] = balance > 1 ? balance - 1 : nil
    return balance < Self.enough
  }

  /// Lines without a second copy until now have none.
  private mutating func expire(at time: Timestamp) {
    while next < order.count {
      let process = order[next]
      if let first = firsts[process] {
        guard abs(time.since(first.time)) > Self.longestGap else { return }
        noteSingle(first.host)
        firsts[process] = nil
      }
      next += 1
    }
    order.removeAll(keepingCapacity: true)
    next = 0
  }

  private mutating func noteSingle(_ host: HostKey) {
    guard singles[host] != nil || singles.count < Self.limit else { return }
    singles[host] = min(Self.most, (singles[host] ?? 0) + 1)
  }

  private mutating func add(_ process: ProcessKey, _ first: First) {
    if order.count >= Self.limit * 2 || firsts.count >= Self.limit {
      firsts.removeAll()
      order.removeAll()
      next = 0
    }
    firsts[process] = first
    order.append(process)
  }

  // MARK: Stored

  /// The lines that may still have a second copy, in their order.
  func waiting() -> [(ProcessKey, First)] {
    var seen: Set<ProcessKey> = []
    return order[next...].reversed().compactMap { process in
      guard let first = firsts[process], seen.insert(process).inserted else { return nil }
      return (process, first)
    }.reversed()
  }

  mutating func restore(_ process: ProcessKey, _ first: First) { add(process, first) }

  mutating func restore(_ host: HostKey, singles count: UInt64) {
    singles[host] = UInt8(min(UInt64(Self.most), count))
  }
}
