import MailLog

/// Which day it is, for what can never be had back: days that are no longer kept.
///
/// A clock may be wrong for a while, before a time server has set it, say. A day that is far from the
/// last one that was believed is believed itself once the clock has said so for an hour.
struct TrustedDay {
  /// The last day that was believed; nil: none was, and nothing is kept that could be lost.
  private(set) var last: CivilDate?
  private var doubted: (first: CivilDate, since: ContinuousClock.Instant)?

  /// So many days may pass without doubt.
  private static let step = 2
  private static let patience = Duration.seconds(3600)

  init(last: CivilDate?) {
    self.last = last
  }

  /// What the clock shows is not believed yet.
  var isDoubted: Bool { doubted != nil }

  /// Whether days may be deleted by `today`, what the clock shows at `now`, which no clock setting
  /// moves: an earlier day deletes none that a later one keeps.
  mutating func believes(_ today: CivilDate, at now: ContinuousClock.Instant) -> Bool {
    guard let last, abs(last.distance(to: today)) > Self.step, !isConfirmed(today, at: now) else {
      self.last = today
      doubted = nil
      return true
    }
    return today < last
  }

  /// Whether the clock has said so for long enough, be it midnight meanwhile.
  private mutating func isConfirmed(_ today: CivilDate, at now: ContinuousClock.Instant) -> Bool {
    guard let doubted, (doubted.first...doubted.first.advanced(by: 1)).contains(today) else {
      doubted = (today, now)
      return false
    }
    return doubted.since.duration(to: now) >= Self.patience
  }
}
