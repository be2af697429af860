import MailLog

/// What is kept of the accounts that are near an alert: what the alert is going to show.
///
/// A bounded table: whoever was not near for longest makes room.
struct Watchlist: Sendable {
  struct Client: Sendable, Equatable {
    var network: ClientAddress
    /// nil: before the log was watched.
    var first: Timestamp?
    var count: UInt64
    var isNew: Bool
  }

  /// What an account sends, and what of it is refused, are watched apart.
  struct Key: Hashable, Sendable {
    var account: NameTable.ID
    var isRejections = false

    init(_ account: NameTable.ID, _ group: AlertGroup = .score) {
      self.account = account
      isRejections = group == .rejections
    }
  }

  struct Entry: Sendable, Equatable {
    var key: Key
    var last: Timestamp
    var senders: [NameTable.ID] = []
    var clients: [Client] = []
    /// The latest lines, as they are shown, and the time of the last one.
    var evidence: [String] = []
    var lastLine = Timestamp(nanoseconds: .min)
  }

  static let limit = 1024
  static let senderLimit = 5
  static let clientLimit = 8
  static let evidenceLimit = 5
  /// How far the times of two lines are apart at least, once there are a few.
  static let linePause: Int64 = 10_000_000_000
  /// Who was not near for so long begins anew.
  private static let longestPause: Int64 = 3_600_000_000_000

  private(set) var entries: [Entry] = []
  private var places: [Key: Int] = [:]

  subscript(_ key: Key) -> Entry? { places[key].map { entries[$0] } }

  /// Notes what an account near an alert did.
  mutating func note(
    _ key: Key,
    at time: Timestamp,
    _ change: (inout Entry) -> Void
  ) {
    let place = places[key] ?? makePlace(key, time)
    if time.since(entries[place].last) > Self.longestPause {
      entries[place] = Entry(key: key, last: time)
    }
    entries[place].last = max(time, entries[place].last)
    change(&entries[place])
  }

  private mutating func makePlace(_ key: Key, _ time: Timestamp) -> Int {
    let entry = Entry(key: key, last: time)
    guard entries.count >= Self.limit else {
      places[key] = entries.count
      entries.append(entry)
      return entries.count - 1
    }
    let oldest = entries.indices.min { entries[$0].last < entries[$1].last } ?? 0
    places[entries[oldest].key] = nil
    entries[oldest] = entry
    places[key] = oldest
    return oldest
  }

  mutating func restore(_ entry: Entry) {
    guard entries.count < Self.limit, places[entry.key] == nil else { return }
    places[entry.key] = entries.count
    entries.append(entry)
  }
}

extension Watchlist.Entry {
  mutating func note(sender: NameTable.ID) {
    guard !senders.contains(sender), senders.count < Watchlist.senderLimit else { return }
    senders.append(sender)
  }

  mutating func note(_ client: Watchlist.Client) {
    if let place = clients.firstIndex(where: { $0.network == client.network }) {
      clients[place].count += client.count
      return
    }
    if clients.count < Watchlist.clientLimit { return clients.append(client) }
    guard let least = clients.indices.min(by: { clients[$0].count < clients[$1].count })
    else { return }
    clients[least] = client
  }

  /// Notes the line around a position; a burst of lines costs little more than its first ones.
  mutating func note(lineIn block: Span<UInt8>, at position: Int) {
    let isFull = evidence.count >= Watchlist.evidenceLimit
    let pause = last.nanoseconds.subtractingReportingOverflow(lastLine.nanoseconds)
    guard !isFull || pause.overflow || pause.partialValue >= Watchlist.linePause,
      let line = Evidence.line(in: block, at: position)
    else { return }
    if isFull { evidence.removeFirst() }
    evidence.append(line)
    lastLine = last
  }
}
