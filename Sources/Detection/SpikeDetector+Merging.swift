package import MailLog

// An import teaches: what it saw is known, its alerts are not raised.
extension SpikeDetector {
  /// Learns what another detector knows, whose accounts `naming` names in the table of this one.
  package mutating func learn(
    from other: SpikeDetector,
    naming: (NameTable.ID) -> NameTable.ID?
  ) {
    watchedFrom = min(watchedFrom, other.watchedFrom)
    for slot in other.states.indices {
      guard let account = naming(other.states.accounts[slot]) else { continue }
      learn(other, slot, as: account)
    }
    for place in other.rejections.indices {
      guard let account = naming(other.rejections.accounts[place]) else { continue }
      learn(other.rejections[place], as: account)
    }
  }

  private mutating func learn(_ other: SpikeDetector, _ place: Int, as account: NameTable.ID) {
    var its = other.states[place]
    let rhythm = its.rhythm.map { other.rhythms[$0] }
    its.version = version
    its.hasOpenVerdict = false
    guard let slot = states.place(of: account) else {
      guard states.count < settings.accountLimit else { return }
      its.rhythm = rhythm.map { _ in rhythms.count }
      if let rhythm { rhythms.append(rhythm) }
      states.add(its, of: account)
      if let cap = other.caps.state(of: other.states.accounts[place]) { take(cap, of: account) }
      return
    }
    let days = days(from: its.last, to: states[slot].last)
    its.closeDays(max(0, days))
    // What came before counts as the record of then, not of now.
    if days < 0 { closeDays(slot, -days, at: Moment(nanoseconds: its.last)) }
    states[slot].learn(its)
    states[slot].networks.learn(its.networks)
    states[slot].isFirstDay = false
    if states[slot].rhythm == nil, var rhythm {
      rhythm.advance(to: UInt32(Moment(nanoseconds: states[slot].last).buckets[1]), hourSlots)
      states[slot].rhythm = rhythms.count
      rhythms.append(rhythm)
    }
    states[slot].version = version
  }

  private mutating func take(_ cap: CapState, of account: NameTable.ID) {
    caps[caps.add(cap, of: account)].version = version
  }

  private mutating func learn(_ state: RejectionState, as account: NameTable.ID) {
    var its = state
    its.version = version
    its.hasOpenVerdict = false
    guard let place = rejections.place(of: account) else {
      if rejections.count < settings.accountLimit { rejections.add(its, of: account) }
      return
    }
    its.closeDays(max(0, days(from: its.last, to: rejections[place].last)))
    rejections[place].learn(its)
    rejections[place].version = version
  }

  private mutating func days(from first: Int64, to last: Int64) -> Int {
    pastCalendar.day(of: Timestamp(nanoseconds: first))
      .distance(to: pastCalendar.day(of: Timestamp(nanoseconds: last)))
  }
}

extension KnownNetworks {
  /// Remembers, as far as there is room, what another one remembers.
  mutating func learn(_ other: KnownNetworks) {
    for place in 0..<Self.count where other.places[place].hash != 0 {
      let network = other.places[place]
      if let known = (0..<Self.count).first(where: { places[$0].hash == network.hash }) {
        places[known].firstDay = min(places[known].firstDay, network.firstDay)
      } else if let free = (0..<Self.count).first(where: { places[$0].hash == 0 }) {
        places[free] = network
      }
    }
  }
}
