import MailLog

// A fixed number in a window, for those who want one.
extension SpikeDetector {
  /// Counts what an account sends.
  mutating func countForCap(_ account: NameTable.ID, _ amount: UInt32, at moment: Moment) {
    let place = caps.place(of: account) ?? caps.add(CapState(), of: account)
    for window in 0..<3 where settings.cap[window] != nil {
      caps[place].add(amount, window, at: moment)
    }
    caps[place].version = version
  }

  /// The cap that is exceeded most; nil: none is.
  func capFinding(_ account: NameTable.ID, at moment: Moment) -> Finding? {
    guard let state = caps.state(of: account) else { return nil }
    var worst: Finding?
    for window in 0..<3 {
      guard let cap = settings.cap[window] else { continue }
      let count = state.count(window, at: moment)
      guard count > UInt64(cap) else { continue }
      let ratio = Double(count) / Double(max(1, cap))
      let score = naturalLogarithm(ratio)
      guard score > worst?.score ?? -1 else { continue }
      worst = Finding(
        rule: .cap,
        severity: ratio >= 2 ? .critical : .warning,
        window: Moment.seconds[window],
        count: Double(count),
        expected: Double(cap),
        score: score
      )
    }
    return worst
  }

  /// Somebody else sent what was counted.
  mutating func forgetCap(_ account: NameTable.ID) {
    guard let place = caps.place(of: account) else { return }
    caps[place] = CapState()
    caps[place].version = version
  }
}
