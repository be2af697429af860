import MailLog

/// What is kept of the accounts that are near an alert: what the alert is going to show.
///
/// A bounded table: whoever was not near for longest makes room.
struct Watchlist: Sendable {
  struct Client: Sendable, Equatable {
    var network: ClientAddress
    var first: Timestamp
    var count: UInt64
    var isNew: Bool
  }

  struct Entry: Sendable, Equatable {
    var account: NameTable.ID
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
  private var places: [NameTable.ID: Int] = [:]

  subscript(_ account: NameTable.ID) -> Entry? { places[account].map { entries[$0] } }

  /// Notes what an account near an alert did.
  mutating func note(
    _ account: NameTable.ID,
    at time: Timestamp,
    _ change: (inout Entry) -> Void
  ) {
    let place = places[account] ?? makePlace(account, time)
    if time.since(entries[place].last) > Self.longestPause {
      entries[place] = Entry(account: account, last: time)
    }
    entries[place].last = max(time, entries[place].last)
    change(&entries[place])
  }

  private mutating func makePlace(_ account: NameTable.ID, _ time: Timestamp) -> Int {
    let entry = Entry(account: account, last: time)
    guard entries.count >= Self.limit else {
      places[account] = entries.count
      entries.append(entry)
      return entries.count - 1
    }
    let oldest = entries.indices.min { entries[$0].last < entries[$1].last } ?? 0
    places[entries[oldest].account] = nil
    entries[oldest] = entry
    places[account] = oldest
    return oldest
  }

  mutating func restore(_ entry: Entry) {
    guard entries.count < Self.limit, places[entry.account] == nil else { return }
    places[entry.account] = entries.count
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
