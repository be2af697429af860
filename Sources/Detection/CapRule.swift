import MailLog

// A fixed number in a window, for those who want one.
extension SpikeDetector {
  func capFinding(_ state: AccountState, at moment: Moment) -> Finding? {
    guard !settings.cap.isEmpty else { return nil }
    var worst: Finding?
    for window in 0..<3 {
      guard let cap = settings.cap[window] else { continue }
      let count = state.all.count(window, at: moment)
      guard count > Double(cap) else { continue }
      let ratio = count / Double(max(1, cap))
      let score = naturalLogarithm(ratio)
      guard score > worst?.score ?? -1 else { continue }
      worst = Finding(
        rule: .cap,
        severity: ratio >= 2 ? .critical : .warning,
        window: Moment.seconds[window],
        count: count,
        expected: Double(cap),
        score: score
      )
    }
    return worst
  }

  func isCapOver(_ state: AccountState, at moment: Moment) -> Bool {
    capFinding(state, at: moment) == nil
  }
}
