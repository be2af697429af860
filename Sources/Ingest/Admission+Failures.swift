import Counters
import MailLog

/// Which one of its name and second a failed login is.
///
/// Nothing else tells failed logins apart where stamps are whole seconds.
struct FailureOrdinals: Sendable {
  /// Of an edge in the same second.
  static let reach: Int64 = 999_999_999
  /// Of so many seconds: lines of several processes may be out of order.
  private static let secondsLimit = 4
  private static let namesLimit = 65_536

  private var seconds: [Int64: [UInt64: UInt64]] = [:]

  /// The ordinal of the first of `count` failures with that key; nil: there are too many names.
  ///
  /// `start`: asked for that of a key which has not come lately.
  mutating func take(
    _ count: UInt64,
    of key: UInt64,
    at second: Int64,
    from start: () -> UInt64
  ) -> UInt64? {
    if seconds[second] == nil, seconds.count >= Self.secondsLimit, let first = seconds.keys.min() {
      seconds[first] = nil
    }
    var ordinals = seconds.removeValue(forKey: second) ?? [:]
    defer { seconds[second] = ordinals }
    guard ordinals[key] != nil || ordinals.count < Self.namesLimit else { return nil }
    let ordinal = ordinals[key] ?? start()
    ordinals[key] = ordinal + count
    return ordinal
  }
}

extension Admission {
  /// More attempts than a line tells of.
  private static let attemptsLimit: UInt32 = 32

  /// Whether the failed login counts; `name`: as the log has it.
  mutating func verdict(on failure: AuthFailure, name: Span<UInt8>) -> Verdict {
    lastFailure = newVerdict(on: failure, name)
    return lastFailure
  }

  private mutating func newVerdict(on failure: AuthFailure, _ name: Span<UInt8>) -> Verdict {
    let logger = failure.logger.label
    let proof = failure.proof
    if let oldest, failure.time < oldest { return .isTooOld }
    if holding?.holds(proof?.time ?? failure.time, of: logger) == true { return .waits }
    // Others that have no other line than the proof have counted it by that.
    let time = proof.flatMap { $0.tellsFailure ? $0.time : nil } ?? failure.time
    let keys = keys(of: failure, at: time, name)
    var isCounted = known.hasCounted(time, failure.stamp, of: logger, keys.last)
    if let proof, !proof.tellsFailure {
      isCounted = isCounted && known.hasCounted(proof.time, failure.stamp, of: logger, nil)
    }
    // Also of one that others have counted: so it has the same ordinal in every stream.
    let second = Timestamp(seconds: time.seconds)
    let entry = EdgeKeys.Entry(time: second, began: second, logger: logger)
    for key in keys { own.failures.addRecent(key, entry, &own.track) }
    return isCounted ? .isCounted : .counts
  }

  /// A key for each of the attempts; none if there are too many names.
  private mutating func keys(
    of failure: AuthFailure,
    at time: Timestamp,
    _ name: Span<UInt8>
  ) -> [UInt64] {
    // Another part of the log may not tell the client of a session that it has half of.
    let client = ByteHash.mix(failure.client.high, failure.client.low)
    let who = name.isEmpty ? client : ByteHash.stable(name, foldingCase: true)
    let start = ByteHash.mix(failure.logger.label.hash, who)
    let key = ByteHash.mix(start, UInt64(bitPattern: time.seconds))
    let count = UInt64(min(failure.attempts, Self.attemptsLimit))
    let (failures, goesOn) = (own.failures, oldest == nil && !isRepeating)
    let first = failureOrdinals.take(count, of: key, at: time.seconds) {
      var next: UInt64 = 0
      while goesOn, failures.contains(ByteHash.mix(key, next), begunAt: time) { next += 1 }
      return next
    }
    guard let first else { return [] }
    return (first..<first + count).map { ByteHash.mix(key, $0) }
  }
}

extension Admission.Known {
  /// Whether a failed login was counted: all are inside a coverage; those in a second in which one
  /// begins or ends are told apart by their keys if their stamps are whole seconds.
  func hasCounted(
    _ time: Timestamp,
    _ stamp: LogStamp,
    of logger: HostKey,
    _ key: UInt64?
  ) -> Bool {
    guard stamp.fractionDigits == 0 else { return covers(time, of: logger) }
    guard covers(time, of: logger) || covers(time.endOfSecond, of: logger) else { return false }
    guard let key, coverage[logger]?.hasEdge(within: FailureOrdinals.reach, of: time) == true
    else { return true }
    return failures.contains { $0.contains(key, begunAt: time) }
  }
}
