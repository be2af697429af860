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

  /// The ordinal of the next failure with that key; nil: the key has not come lately.
  func next(of key: UInt64, at second: Int64) -> UInt64? { seconds[second]?[key] }

  /// The ordinal of the first of `count` failures with that key; nil: there are too many names.
  ///
  /// `first`: that of a key which has not come lately.
  mutating func take(
    _ count: UInt64,
    of key: UInt64,
    at second: Int64,
    from first: UInt64
  ) -> UInt64? {
    if seconds[second] == nil, seconds.count >= Self.secondsLimit, let oldest = seconds.keys.min() {
      seconds[oldest] = nil
    }
    var ordinals = seconds.removeValue(forKey: second) ?? [:]
    defer { seconds[second] = ordinals }
    guard ordinals[key] != nil || ordinals.count < Self.namesLimit else { return nil }
    let ordinal = ordinals[key] ?? first
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
    let ownTime = proof.flatMap { $0.tellsFailure ? $0.time : nil } ?? failure.time
    let start = ByteHash.mix(logger.hash, Self.whoFails(failure, name))
    let time = secondOfOthers(ownTime, failure, start)
    let last = addKeys(of: failure, at: time, start)
    // Of its own, too: so the same line is known when it comes again.
    if time != ownTime { _ = addKeys(of: failure, at: ownTime, start) }
    var isCounted = known.hasCounted(time, failure.stamp, of: logger, last)
    if let proof, !proof.tellsFailure {
      isCounted = isCounted && known.hasCounted(proof.time, failure.stamp, of: logger, nil)
    }
    return isCounted ? .isCounted : .counts
  }

  /// Another part of the log may not tell the client of a session that it has half of.
  private static func whoFails(_ failure: AuthFailure, _ name: Span<UInt8>) -> UInt64 {
    name.isEmpty
      ? ByteHash.mix(failure.client.high, failure.client.low)
      : ByteHash.stable(name, foldingCase: true)
  }

  /// `time`, or the second beside it in which others, whose stamps are finer, have counted this
  /// failure: a server's own stamp and that of syslog behind it may lie in two seconds.
  private func secondOfOthers(
    _ time: Timestamp,
    _ failure: AuthFailure,
    _ start: UInt64
  ) -> Timestamp {
    guard let other = known.secondBeside(time, failure.stamp, of: failure.logger.label) else {
      return time
    }
    let isKnown = { (second: Timestamp) in
      let key = ByteHash.mix(start, UInt64(bitPattern: second.seconds))
      let next = failureOrdinals.next(of: key, at: second.seconds) ?? firstOrdinal(of: key, second)
      return known.hasFailure(ByteHash.mix(key, next), at: second)
    }
    return !isKnown(time) && isKnown(other) ? other : time
  }

  /// Adds a key for each of the attempts, also of one that others have counted: so it has the same
  /// ordinal in every stream.
  ///
  /// - Returns: the last one; nil if there are too many names.
  private mutating func addKeys(
    of failure: AuthFailure,
    at time: Timestamp,
    _ start: UInt64
  ) -> UInt64? {
    let key = ByteHash.mix(start, UInt64(bitPattern: time.seconds))
    let count = UInt64(min(failure.attempts, Self.attemptsLimit))
    let next = failureOrdinals.next(of: key, at: time.seconds) ?? firstOrdinal(of: key, time)
    guard let first = failureOrdinals.take(count, of: key, at: time.seconds, from: next) else {
      return nil
    }
    let second = Timestamp(seconds: time.seconds)
    let entry = EdgeKeys.Entry(time: second, began: second, logger: failure.logger.label)
    for ordinal in first..<first + count {
      own.failures.addRecent(ByteHash.mix(key, ordinal), entry, &own.track)
    }
    return ByteHash.mix(key, first + count - 1)
  }

  /// The ordinal of the first failure with a key that has not come lately.
  private func firstOrdinal(of key: UInt64, _ time: Timestamp) -> UInt64 {
    var next: UInt64 = 0
    guard oldest == nil, !isRepeating else { return next }
    while own.failures.contains(ByteHash.mix(key, next), begunAt: time) { next += 1 }
    return next
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
    guard let coverage = coverage[logger], coverage.overlaps(time...time.endOfSecond) else {
      return false
    }
    guard let key, coverage.hasEdge(within: FailureOrdinals.reach, of: time) else { return true }
    return hasFailure(key, at: time)
  }

  func hasFailure(_ key: UInt64, at time: Timestamp) -> Bool {
    failures.contains { $0.contains(key, begunAt: time) }
  }

  /// The other second in which a failed login that is stamped with a whole one may have been counted
  /// by lines with finer stamps: only where these begin or end, elsewhere no key is asked for.
  func secondBeside(_ time: Timestamp, _ stamp: LogStamp, of logger: HostKey) -> Timestamp? {
    guard stamp.fractionDigits == 0,
      let span = coverage[logger]?.span(within: Self.beside, of: time),
      [span.lowerBound, span.upperBound].contains(where: { edge in
        edge != Timestamp(seconds: edge.seconds) && abs(edge.since(time)) < Self.beside
      })
    else { return nil }
    if span.overlaps(time...time.endOfSecond) { return Timestamp(seconds: time.seconds - 1) }
    let next = Timestamp(seconds: time.seconds + 1)
    return span.overlaps(next...next.endOfSecond) ? next : nil
  }

  /// In nanoseconds: the edge may lie in the second beside.
  private static let beside: Int64 = 2_000_000_000
}
