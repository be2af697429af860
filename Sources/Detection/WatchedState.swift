import MailLog

/// What is counted of an account: channels that roll on with time, with records that learn each day
/// when it is over.
protocol WatchedState: VersionedState {
  /// The time of the last event, in nanoseconds since 1970.
  var last: Int64 { get set }
  /// For so many days from today on, the record rises with care: today or lately it had an alert,
  /// and what it sent then is still in the count of a day.
  var alertDays: UInt32 { get set }
  /// Somebody else sent what was sent today.
  var leavesOutToday: Bool { get set }
  /// It has alerts, on which somebody may give a verdict.
  var hasOpenVerdict: Bool { get set }
  /// Its channels, always in the same order.
  var channels: [SlidingCounts] { get }
  /// Changes each channel, which is told what is added to its counts.
  mutating func changeChannels(_ change: (inout SlidingCounts, SlidingCounts.Floors) -> Void)
}

extension WatchedState {
  /// What of today is learnt.
  private var learning: DayLearning {
    leavesOutToday ? .none : alertDays > 0 ? .capped : .whole
  }

  /// The days up to now, `days` of them, are over.
  mutating func closeDays(_ days: Int) {
    let (learning, fading) = (learning, fading(days: days))
    changeChannels { $0.close(learning, fading: fading, $1) }
    leavesOutToday = false
    alertDays -= min(alertDays, UInt32(clamping: days))
  }

  /// Brings the counts up to a later time, or to an earlier one if the clock was put back by more
  /// than a day; the time that then counts.
  @inline(__always) mutating func advance(to moment: Moment) -> Moment {
    let behind = last &- moment.nanoseconds
    guard behind != 0 else { return moment }
    let before = Moment(nanoseconds: last)
    if behind > 0 {
      // The lines of several hosts come shuffled.
      if behind < 86_400_000_000_000 { return before }
      changeChannels { channel, _ in channel.forgetCounts() }
    } else {
      changeChannels { channel, _ in channel.roll(from: before, to: moment) }
    }
    last = moment.nanoseconds
    return moment
  }

  /// Learns the days of an alert, or leaves them out.
  mutating func judge(_ verdict: AlertVerdict, _ record: AlertRecord) {
    let isOfAlert = alertDays > 0 || record.isLegitimate(at: Timestamp(nanoseconds: last))
    switch verdict {
    case .legitimate:
      changeRecords(max, record.whole)
      if isOfAlert { changeRecords(max, peaks) }
      alertDays = 0
      leavesOutToday = false
    case .compromised:
      changeRecords(min, record.without)
      if isOfAlert { leavesOutToday = true }
    }
  }

  /// Learns the records of another state of the same kind.
  mutating func learn(_ other: Self) { changeRecords(max, other.records) }

  /// The peaks of the day: three windows a channel.
  var peaks: [Float] { channels.flatMap { channel in (0..<3).map { channel.windows[$0].peak } } }

  /// The records, in the same order.
  var records: [Float] {
    channels.flatMap { channel in (0..<3).map { channel.windows[$0].record } }
  }

  /// Makes of each record, and the value in its place, one; nothing where values are missing.
  private mutating func changeRecords(_ choose: (Float, Float) -> Float, _ values: [Float]) {
    guard values.count == channels.count * 3 else { return }
    var place = 0
    changeChannels { channel, _ in
      for window in 0..<3 {
        channel.windows[window].record = choose(channel.windows[window].record, values[place])
        place += 1
      }
    }
  }
}
