import MailLog

/// The failed logins of a day, by account: only those that fail often are surely remembered.
///
/// The names are the attackers' choice. The table has a fixed number of places; a name has four to
/// choose from, and takes that of the least failures, whose count it has to use up first.
struct FailedLogins: Sendable {
  struct Entry: Sendable, Equatable {
    /// A hash of the account; 0: a free place.
    var key: UInt64 = 0
    var last: Int64 = 0
    /// How many failed in the hour of `last`, and in each of the hours before, at most 24 in all.
    var hours: [UInt32] = [0]
    /// A network's hash in the upper half, its last hour in the lower.
    var networks: [UInt64] = []

    fileprivate mutating func roll(to moment: Moment) {
      guard moment.nanoseconds > last else { return }
      let passed = hoursSince(moment)
      last = moment.nanoseconds
      guard passed > 0 else { return }
      hours = Array(repeating: 0, count: passed) + hours.prefix(FailedLogins.hourCount - passed)
      let hour = moment.buckets[1]
      networks.removeAll { hour - Int64($0 & 0xffff_ffff) > 24 }
    }

    /// From `last` to the moment, at most 24.
    private func hoursSince(_ moment: Moment) -> Int {
      let passed = moment.buckets[1] - Moment(nanoseconds: last).buckets[1]
      return Int(min(max(0, passed), Int64(FailedLogins.hourCount)))
    }

    fileprivate mutating func add(_ attempts: UInt32) {
      let sum = hours[0].addingReportingOverflow(attempts)
      hours[0] = sum.overflow ? .max : sum.partialValue
    }

    /// Somebody else failed who found no place.
    fileprivate mutating func wearDown() {
      if let latest = hours.firstIndex(where: { $0 > 0 }) { hours[latest] -= 1 }
    }

    /// How many failed in the hour of the moment and the 23 before.
    func count(at moment: Moment) -> UInt64 {
      hours.prefix(FailedLogins.hourCount - hoursSince(moment)).reduce(0) { $0 + UInt64($1) }
    }

    func contains(_ network: UInt32) -> Bool { networks.contains { $0 >> 32 == network } }
  }

  static let networkLimit = 8
  static let setCount = 4096
  static let hourCount = 24
  private static let ways = 4

  /// By place; few failures take little room.
  private(set) var entries: [Int: Entry] = [:]
  private(set) var forgotten: UInt64 = 0
  /// The place of the last failure.
  private(set) var lastPlace: Int?
  private(set) var lastNetwork: UInt32 = 0

  /// A stable hash of an account's name, never 0.
  static func key(_ name: Span<UInt8>, foldingCase: Bool) -> UInt64 {
    max(1, ByteHash.stable(name, foldingCase: foldingCase))
  }

  private static func places(of key: UInt64) -> Range<Int> {
    let start = Int(ByteHash.mix(key, 0x51) % UInt64(setCount)) * ways
    return start..<start + ways
  }

  mutating func note(_ key: UInt64, from network: UInt32, attempts: UInt32, at moment: Moment) {
    lastNetwork = network
    lastPlace = place(for: key, attempts: attempts, at: moment)
    guard let lastPlace else { return }
    note(lastPlace, network, attempts, moment)
  }

  /// What is repeated from here on is not known.
  mutating func endRun() { lastPlace = nil }

  /// The last failure came so often again.
  mutating func repeatLast(_ attempts: UInt32, at moment: Moment) {
    guard let lastPlace else { return }
    note(lastPlace, lastNetwork, attempts, moment)
  }

  private mutating func note(
    _ place: Int,
    _ network: UInt32,
    _ attempts: UInt32,
    _ moment: Moment
  ) {
    guard var entry = entries[place] else { return }
    entry.roll(to: moment)
    entry.add(attempts)
    let hour = UInt64(truncatingIfNeeded: moment.buckets[1])
    let noted = UInt64(network) << 32 | hour
    if let known = entry.networks.firstIndex(where: { $0 >> 32 == network }) {
      entry.networks[known] = noted
    } else if entry.networks.count < Self.networkLimit {
      entry.networks.append(noted)
    }
    entries[place] = entry
  }

  private mutating func place(for key: UInt64, attempts: UInt32, at moment: Moment) -> Int? {
    let places = Self.places(of: key)
    if let known = places.first(where: { entries[$0]?.key == key }) { return known }
    let fresh = Entry(key: key, last: moment.nanoseconds)
    if let free = places.first(where: { entries[$0] == nil }) {
      entries[free] = fresh
      return free
    }
    for place in places { entries[place]?.roll(to: moment) }
    guard let least = places.min(by: { weight($0, moment) < weight($1, moment) }) else {
      return nil
    }
    forgotten += UInt64(attempts)
    guard weight(least, moment) <= UInt64(attempts) else {
      // Who fails most stays; who comes and goes wears the others down.
      entries[least]?.wearDown()
      return nil
    }
    entries[least] = fresh
    return least
  }

  private func weight(_ place: Int, _ moment: Moment) -> UInt64 {
    entries[place]?.count(at: moment) ?? 0
  }

  /// What failed of the account within a day; nil: nothing is remembered.
  mutating func take(_ key: UInt64, at moment: Moment) -> Entry? {
    guard let place = Self.places(of: key).first(where: { entries[$0]?.key == key })
    else { return nil }
    entries[place]?.roll(to: moment)
    return entries[place]
  }

  mutating func forget(_ key: UInt64) {
    for place in Self.places(of: key) where entries[place]?.key == key {
      entries[place] = nil
      if lastPlace == place { lastPlace = nil }
    }
  }

  mutating func restore(
    _ entries: [Int: Entry],
    forgotten: UInt64,
    last: (place: Int?, network: UInt32)
  ) {
    self.entries = entries
    self.forgotten = forgotten
    (lastPlace, lastNetwork) = last
  }
}
