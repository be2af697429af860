import MailLog

/// Which day it is, for what can never be had back: days that are no longer kept.
///
/// A clock may be wrong for a while, before a time server has set it, say. A day that is well behind
/// the last one that was believed is believed itself once the clock has said so for an hour.
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

  /// Whether `today`, what the clock shows, is believed at `now`, which no clock setting moves.
  mutating func believes(_ today: CivilDate, at now: ContinuousClock.Instant) -> Bool {
    guard let last, today > last.advanced(by: Self.step) else {
      self.last = today
      doubted = nil
      return true
    }
    guard let doubted, (doubted.first...doubted.first.advanced(by: 1)).contains(today) else {
      doubted = (today, now)
      return false
    }
    guard doubted.since.duration(to: now) >= Self.patience else { return false }
    self.last = today
    self.doubted = nil
    return true
  }
}
