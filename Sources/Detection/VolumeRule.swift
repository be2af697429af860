import MailLog

// Channel A: everything that an account sends, against its own record.
extension SpikeDetector {
  func volumeFinding(_ state: AccountState, at moment: Moment) -> Finding? {
    guard settings.volume else { return nil }
    let worst = state.all.worst(at: moment, SlidingCounts.floors)
    return finding(.volume, state.all, worst, at: moment, score: naturalLogarithm(worst.ratio))
  }

  /// The finding of a channel, if its score is that of an alert.
  func finding(
    _ rule: Alert.Rule,
    _ counts: SlidingCounts,
    _ worst: (window: Int, ratio: Double),
    at moment: Moment,
    score: Double
  ) -> Finding? {
    guard score >= threshold else { return nil }
    return Finding(
      rule: rule,
      severity: Alert.Severity(score: score, threshold: threshold),
      window: Moment.seconds[worst.window],
      count: counts.count(worst.window, at: moment),
      expected: Double(counts.windows[worst.window].record),
      score: score
    )
  }
}
