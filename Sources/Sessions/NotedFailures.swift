import MailLog

/// Failed AUTH that another program than the SMTP server told of, by the session.
///
/// Dovecot's `auth` process tells of the failures of all services; whether a session is one of SMTP
/// shows when the SMTP service logs it.
package struct NotedFailures: Sendable {
  struct Failure: Sendable {
    var time: Timestamp
    var stamp: LogStamp
    var logger: HostKey
    var client: ClientAddress
    var reason: AuthFailureReason
    var name: [UInt8]
    var mechanism: [UInt8]
    /// All databases that told of it did not know the user.
    var mayYetSucceed = false
  }

  private var sessions: [ProcessKey: [Failure]] = [:]
  /// The sessions in the order of their coming, from `next` on; some may be taken.
  private var order: [ProcessKey] = []
  private var next = 0
  /// The texts of the failures that were told last.
  package internal(set) var text: [UInt8] = []

  /// Two lines of one session, of the same name and within this time, are of the same attempt: each
  /// database that was asked has its own.
  private static let attemptAge: Int64 = 500_000_000
  /// A database that does not know the user may have been asked so long before the one that does.
  ///
  /// Behind a failed attempt Dovecot lets the client wait for longer (auth_failure_delay, 2 s).
  private static let unknownUserAge: Int64 = 1_000_000_000
  /// Longer than any login may take.
  private static let sessionAge: Int64 = 600_000_000_000
  private static let failuresPerSession = 32
  private static let nameLength = 256

  init() {}

  var isEmpty: Bool { sessions.isEmpty }
  var count: Int { sessions.count }

  /// Adds so many failures that are alike; returns how many sessions were given up for want of room.
  mutating func add(
    _ failure: Failure,
    attempts: UInt32,
    of session: ProcessKey,
    limit: Int
  ) -> Int {
    guard failure.name.count <= Self.nameLength, failure.mechanism.count <= Self.nameLength else {
      return 1
    }
    var given = 0
    if sessions[session] == nil {
      given = makeRoom(at: failure.time, limit: limit)
      order.append(session)
    }
    var failures = sessions[session] ?? []
    var (failure, attempts) = (failure, attempts)
    if let last = failures.last, last.name == failure.name,
      abs(failure.time.since(last.time)) < Self.attemptAge
    {
      failures.removeLast()
      attempts = 1
      failure.mayYetSucceed = failure.mayYetSucceed && last.mayYetSucceed
    }
    let room = max(0, Self.failuresPerSession - failures.count)
    failures += repeatElement(failure, count: min(Int(attempts), room))
    sessions[session] = failures
    return given
  }

  /// Gives up sessions that are too old, and the oldest ones for want of room; returns how many of
  /// the latter.
  private mutating func makeRoom(at time: Timestamp, limit: Int) -> Int {
    var given = 0
    while next < order.count {
      if let last = sessions[order[next]]?.last {
        let isOld = time.since(last.time) > Self.sessionAge
        guard isOld || sessions.count >= limit else { break }
        sessions[order[next]] = nil
        if !isOld { given += 1 }
      }
      next += 1
    }
    if next > 1024, next * 2 > order.count {
      order.removeFirst(next)
      next = 0
    }
    return given
  }

  /// The session's last failure came so often again, until `time`.
  mutating func repeatLast(
    _ attempts: UInt32,
    of session: ProcessKey,
    at time: Timestamp,
    _ stamp: LogStamp
  ) {
    guard var failure = sessions[session]?.last else { return }
    failure.time = time
    failure.stamp = stamp
    _ = add(failure, attempts: attempts, of: session, limit: .max)
  }

  /// The session has logged in: what was noted of the attempt that succeeded is no failure.
  mutating func succeed(
    _ session: ProcessKey,
    as name: [UInt8],
    at time: Timestamp,
    _ stamp: LogStamp
  ) {
    // Whole seconds may be one more than what passed.
    let rounding: Int64 = stamp.fractionDigits == 0 ? 1_000_000_000 : 0
    // Several of one time are as many attempts, which syslog took together.
    var taken: Timestamp?
    while let last = sessions[session]?.last, last.name == name, last.time != taken {
      let limit = last.mayYetSucceed ? Self.unknownUserAge + rounding : Self.attemptAge
      guard abs(time.since(last.time)) < limit else { return }
      sessions[session]?.removeLast()
      taken = last.time
    }
  }

  mutating func take(_ session: ProcessKey) -> [Failure] {
    sessions.removeValue(forKey: session) ?? []
  }

  mutating func restore(_ failures: [Failure], of session: ProcessKey) {
    sessions[session] = failures
    order.append(session)
  }

  /// The failures of all sessions, in the order of their coming.
  func all() -> [(session: ProcessKey, failures: [Failure])] {
    var seen: Set<ProcessKey> = []
    return order[next...].compactMap { session in
      guard let failures = sessions[session], seen.insert(session).inserted else { return nil }
      return (session, failures)
    }
  }

  /// Keeps the text until it was counted.
  mutating func tell(_ text: [UInt8]) -> ByteRange {
    self.text += text
    return ByteRange(self.text.count - text.count, self.text.count)
  }
}

extension SessionTable {
  mutating func note(_ event: EventView, at time: Timestamp, in block: Span<UInt8>) {
    let failure = NotedFailures.Failure(
      time: time,
      stamp: event.stamp,
      logger: event.logger,
      client: block.clientAddress(event.client),
      reason: event.reason,
      name: event.name.range.map { block[$0] },
      mechanism: event.detail.range.map { asciiUppercased(block[$0]) },
      mayYetSucceed: event.flags.contains(.mayYetSucceed)
    )
    drops.noted += noted.add(
      failure,
      attempts: event.repeats,
      of: event.process,
      limit: limits.noted
    )
    lastEventWasFailure = true
    lastFailure = LastFailure(host: event.host, source: .noted(event.process))
  }

  /// The session is one of SMTP, and logged in: the attempts that failed before count.
  ///
  /// Where their lines do not tell the mechanism it is that of the line which proves it: a client
  /// that mistypes its password keeps to one.
  mutating func tellNoted(
    beforeLogin event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    noted.succeed(event.process, as: event.name.range.map { block[$0] }, at: time, event.stamp)
    let known = noted.take(event.process)
    let proof = AuthFailure.Proof(time: time, tellsFailure: false)
    let mechanism = event.mechanism.range.map { block[$0] }
    tell(known[...], provedBy: proof, mechanism: mechanism, into: &outcomes)
  }

  /// The session's last line tells of so many failures, some of which are noted.
  mutating func tellNoted(
    before last: inout AuthFailure,
    _ event: EventView,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    let failures = noted.take(event.process)
    guard !failures.isEmpty else { return }
    let known = failures.suffix(Int(last.attempts))
    let proof = AuthFailure.Proof(time: last.time, tellsFailure: true)
    tell(known, provedBy: proof, mechanism: event.detail.range.map { block[$0] }, into: &outcomes)
    // Nobody but the login process tells of these two.
    let isUnknown = last.reason == .cancelled || last.reason == .mechanism
    last.attempts = max(last.attempts - UInt32(known.count), isUnknown ? 1 : 0)
  }

  private mutating func tell(
    _ failures: ArraySlice<NotedFailures.Failure>,
    provedBy proof: AuthFailure.Proof,
    mechanism: [UInt8],
    into outcomes: inout [SessionOutcome]
  ) {
    // What is counted last is none of another process's.
    if !failures.isEmpty { lastFailure.source = .session }
    for failure in failures {
      let named = failure.mechanism.isEmpty ? mechanism : failure.mechanism
      var told = AuthFailure(
        time: failure.time,
        stamp: failure.stamp,
        logger: failure.logger,
        name: noted.tell(failure.name),
        mechanism: noted.tell(named),
        client: failure.client,
        tls: .unknown,
        reason: failure.reason,
        attempts: 1
      )
      told.proof = proof
      outcomes.append(.notedFailure(told))
    }
  }

  /// What was told is counted.
  package mutating func forgetNotedText() {
    if !noted.text.isEmpty { noted.text.removeAll() }
  }
}

extension PackedWriter {
  mutating func append(_ noted: NotedFailures) {
    append(UInt64(noted.count))
    for (session, failures) in noted.all() {
      append(session)
      append(UInt64(failures.count))
      for failure in failures {
        append(failure.time)
        append(failure.stamp)
        append(failure.logger)
        append(failure.client)
        append(UInt64(failure.reason.rawValue) | (failure.mayYetSucceed ? 1 << 8 : 0))
        append(failure.name[...])
        append(failure.mechanism[...])
      }
    }
  }
}

extension PackedReader {
  /// Reads what the first versions did not store.
  mutating func restore(_ hosts: inout Set<HostKey>) -> Bool {
    guard !isAtEnd else { return true }
    guard let hashes = numbers() else { return false }
    hosts = Set(hashes.map { HostKey(hash: $0) })
    return true
  }

  /// Reads what the first versions did not store.
  mutating func restore(_ noted: inout NotedFailures) -> Bool {
    guard !isAtEnd else { return true }
    guard let count = number() else { return false }
    for _ in 0..<count {
      guard let session = process(), let failureCount = number() else { return false }
      var failures: [NotedFailures.Failure] = []
      for _ in 0..<failureCount {
        guard let failure = notedFailure() else { return false }
        failures.append(failure)
      }
      noted.restore(failures, of: session)
    }
    return true
  }

  private mutating func notedFailure() -> NotedFailures.Failure? {
    guard let time = time(), let stamp = stamp(), let logger = host(), let client = address(),
      let number = number(), number >> 9 == 0,
      let reason = AuthFailureReason(rawValue: UInt8(truncatingIfNeeded: number)),
      let name = text(), let mechanism = text()
    else { return nil }
    return NotedFailures.Failure(
      time: time,
      stamp: stamp,
      logger: logger,
      client: client,
      reason: reason,
      name: Array(name),
      mechanism: Array(mechanism),
      mayYetSucceed: number >> 8 != 0
    )
  }
}
