import LogSources
import MailLog

/// How long log time waits for sources that have lines to read.
///
/// A source that gets on is waited for, however long it takes. One that cannot be read, or has ended,
/// must not keep the others' alerts from ending: its lines count when they come.
struct ReadingWait {
  private struct Stop {
    var positions: [String: SourcePosition]
    var since: ContinuousClock.Instant
  }

  /// By the source, where each that is not read to its end was last seen to get on.
  private var stops: [String: Stop] = [:]
  /// A large rotated file may be unpacked meanwhile.
  static let patience = Duration.seconds(900)

  init() {}

  /// Tells whether log time may go on.
  ///
  /// - Parameters:
  ///   - sources: what is known of each source, by its name.
  ///   - now: no clock setting moves it.
  /// - Returns: whether no source has lines to read, or those that have do not get on.
  mutating func isOver(
    _ sources: [(name: String, state: SourceState)],
    at now: ContinuousClock.Instant
  ) -> Bool {
    var isOver = true
    for (name, state) in sources {
      guard !state.isCaughtUp else {
        stops[name] = nil
        continue
      }
      if stops[name]?.positions != state.positions {
        stops[name] = Stop(positions: state.positions, since: now)
      }
      let isStuck = stops[name].map { $0.since.duration(to: now) >= Self.patience } ?? false
      isOver = isOver && isStuck
    }
    return isOver
  }
}
