import MailLog

// Channel B: the messages that come from networks that are new to the account today, against its own
// record of that. A guessed password is used from elsewhere: it counts twice.
extension SpikeDetector {
  func newNetworksFinding(_ state: AccountState, at moment: Moment) -> Finding? {
    guard settings.newNetworks else { return nil }
    var counts = state.new
    // Whoever sends much all day long sends much elsewhere, too.
    if !settings.isPlain {
      counts.windows[2].record = max(counts.windows[2].record, state.all.windows[2].record / 4)
    }
    let worst = counts.worst(at: moment, SlidingCounts.newNetworkFloors)
    let score = 2 * naturalLogarithm(worst.ratio)
    var finding = finding(.newNetworks, counts, worst, at: moment, score: score)
    // What people are told is its record.
    finding?.expected = Double(state.new.windows[worst.window].record)
    return finding
  }

  /// How long a log is watched before a network can be new.
  static let learningDays = 7

  /// Whether the submission comes from a network that is new since today.
  @inline(__always)
  mutating func isNew(
    _ client: ClientAddress,
    _ slot: Int,
    _ day: CivilDate,
    _ moment: Moment
  )
    -> Bool
  {
    guard settings.newNetworks || settings.failuresThenSuccess, !client.isUnknown else {
      return false
    }
    let isLearning = day.daysSince1970 &- watchedFrom.daysSince1970 < Self.learningDays
    return states[slot].networks.see(
      KnownNetworks.hash(client.network),
      day: UInt16(truncatingIfNeeded: day.daysSince1970),
      hour: UInt16(truncatingIfNeeded: moment.buckets[1]),
      isKnown: isLearning || states[slot].isFirstDay,
      isPlain: settings.isPlain
    )
  }
}
