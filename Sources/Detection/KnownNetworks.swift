import MailLog

/// Channel B's memory: the networks from which an account sent last, up to eight.
struct KnownNetworks: BitwiseCopyable, Sendable {
  struct Network: BitwiseCopyable, Sendable {
    /// 0: a free place.
    var hash: UInt32 = 0
    /// In days since 1970; 0: always known.
    var firstDay: UInt16 = 0
    /// In hours since 1970, the lower bits.
    var lastHour: UInt16 = 0
  }

  static let count = 8
  var places = InlineArray<8, Network>(repeating: Network())

  /// A network's hash, never 0.
  @inline(__always) static func hash(_ network: ClientAddress) -> UInt32 {
    let hash = ByteHash.mix(network.high ^ ByteHash.stable.seed, network.low)
    return max(1, UInt32(truncatingIfNeeded: hash))
  }

  /// Notes that the account sends from the network; whether that is new since today.
  ///
  /// The network that was not used for longest makes room for a new one: of today's, if half of
  /// them are, so that somebody who comes from everywhere does not wipe out what is known.
  @inline(__always)
  mutating func see(
    _ hash: UInt32,
    day: UInt16,
    hour: UInt16,
    isKnown: Bool,
    isPlain: Bool = false
  ) -> Bool {
    var oldest = 0
    var longest = -1
    var oldestNew = 0
    var longestNew = -1
    var newCount = 0
    for place in 0..<Self.count {
      let network = places[place]
      if network.hash == hash {
        places[place].lastHour = hour
        return network.firstDay == day
      }
      // Hours wrap after seven years.
      let age = network.hash == 0 ? 65_536 : Int(hour &- network.lastHour)
      if age > longest { (oldest, longest) = (place, age) }
      guard network.hash != 0, network.firstDay == day else { continue }
      newCount &+= 1
      if age > longestNew { (oldestNew, longestNew) = (place, age) }
    }
    if newCount >= Self.count / 2, longest < 65_536, !isPlain { oldest = oldestNew }
    places[oldest] = Network(hash: hash, firstDay: isKnown ? 0 : day, lastHour: hour)
    return !isKnown
  }

  /// The day on which the network was first seen, if it is remembered; 0: always known.
  func firstDay(of hash: UInt32) -> UInt16? {
    for place in 0..<Self.count where places[place].hash == hash { return places[place].firstDay }
    return nil
  }

  /// Whether the account sent from nowhere else in that hour since 1970, and in the one before.
  func isOnly(_ network: ClientAddress, in hour: Int64) -> Bool {
    let (own, hour) = (Self.hash(network), UInt16(truncatingIfNeeded: hour))
    return (0..<Self.count).allSatisfy { place in
      [0, own].contains(places[place].hash) || hour &- places[place].lastHour > 1
    }
  }

  /// Forgets the networks that were new on that day or later.
  mutating func forget(since day: UInt16) {
    for place in 0..<Self.count where places[place].firstDay >= day { places[place] = Network() }
  }
}
