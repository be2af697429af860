/// How long to wait before another attempt.
package struct BackOff: Sendable {
  package var first: Duration = .seconds(1)
  package var longest: Duration = .seconds(300)

  package init() {}

  /// The pause after so many failed attempts, half to one and a half times the nominal one, so
  /// that those who failed together do not come back together.
  func pause(after attempts: Int) -> Duration {
    let nominal = min(longest, first * (1 << min(20, max(0, attempts - 1))))
    return nominal * Double.random(in: 0.5...1.5)
  }
}
