import Counters
import MailLog
import Sessions

/// Decides which of the messages that a stream of lines yields are counted: those that no other
/// stream has counted.
///
/// A message was counted by others if they have its first and its last line. Inside their coverage
/// they have every line; within two minutes of an edge they know what they counted.
struct Admission: Sendable {
  /// What others have counted.
  struct Known: Sendable {
    /// By the label of the host's log: others may name it with another domain, or without.
    var coverage: [HostKey: Coverage] = [:]
    var keys: [EdgeKeys] = []
    /// Of failed logins.
    var failures: [EdgeKeys] = []

    init() {}

    /// What `logs` have counted, which cover `coverage`.
    init(_ coverage: [HostKey: Coverage], _ logs: [CountedLog]) {
      self.coverage = coverage
      keys = logs.map(\.keys)
      failures = logs.map(\.failures)
    }

    mutating func formUnion(_ other: Known) {
      keys += other.keys
      failures += other.failures
      for (host, coverage) in other.coverage {
        self.coverage[host, default: Coverage()].formUnion(coverage)
      }
    }

    func covers(_ time: Timestamp, of logger: HostKey) -> Bool {
      coverage[logger]?.contains(time) == true
    }

    /// Whether every line of that time was read.
    func surelyCovers(_ time: Timestamp, of logger: HostKey) -> Bool {
      guard let coverage = coverage[logger], coverage.contains(time) else { return false }
      return !coverage.hasEdge(within: EdgeKeys.window, of: time)
    }

    func hasCounted(_ submission: Submission, _ key: UInt64) -> Bool {
      for known in keys where known.contains(key, submission) { return true }
      return surelyCovers(submission.time, of: submission.logger.label)
        && surelyCovers(submission.began, of: submission.logger.label)
    }

    /// Whether the message, of which only the beginning is known, was counted or waits.
    func hasSeen(_ submission: Submission, _ key: UInt64) -> Bool {
      for known in keys where known.contains(key, begunAt: submission.began) { return true }
      return surelyCovers(submission.began, of: submission.logger.label)
    }
  }

  enum Verdict {
    case counts
    case isCounted
    case isTooOld
    /// To be asked again when the import is merged.
    case waits
  }

  /// What this stream has counted.
  var own = CountedLog()
  var known = Known()
  /// Numbers of messages that do not count, of sessions that may still say more about them.
  var skipped: Set<UInt64> = []
  /// What others than this stream have counted, while `known` has its earlier files, too.
  private var others: Known?
  /// Of an import: what is before it is no longer kept.
  var oldest: Timestamp?
  /// Of an import: the zone of stamps that name none.
  var logZone: ZoneRules?
  /// What cannot be decided yet; nil: all can.
  var holding: Holding?
  var lastFailure = Verdict.counts
  var failureOrdinals = FailureOrdinals()
  /// The lines may be some that this stream had before, from another source.
  var isRepeating = false
  private(set) var counted: UInt64 = 0
  private(set) var alreadyCounted: UInt64 = 0
  private(set) var tooOld: UInt64 = 0
  /// Counted messages that began in a time that others cover: there they may be waiting.
  private(set) var claimed: [Submission] = []
  private var ordinals: (time: Timestamp, counts: [UInt64: UInt64]) = (.init(seconds: 0), [:])
  private var marks: [Holding.Mark] = []
  private static let limit = 1_000_000

  /// An import's next file begins: it may have the same lines as those before it.
  mutating func beginFile() {
    own.track.endSpans()
    failureOrdinals = FailureOrdinals()
    guard oldest != nil else { return }
    holding?.mark(own.track.hosts)
    learnOwn(own.track.hosts)
  }

  private mutating func learnOwn(_ coverage: [HostKey: Coverage]) {
    let others = others ?? known
    self.others = others
    known = others
    known.formUnion(Known(coverage, [own]))
  }

  /// Takes what was put off, to be decided by what is known now.
  mutating func takeHeld(_ known: Known) -> [Holding.Outcome] {
    guard let held = holding else { return [] }
    holding = nil
    self.known = known
    others = known
    marks = held.marks
    failureOrdinals = FailureOrdinals()
    return held.outcomes
  }

  /// The outcome with this number is decided next.
  mutating func decideNext(_ number: Int) {
    while let mark = marks.first, mark.start <= number {
      learnOwn(mark.coverage)
      failureOrdinals = FailureOrdinals()
      marks.removeFirst()
    }
  }

  /// Whether the message counts; `account`: its name.
  mutating func verdict(
    on submission: Submission,
    account: Span<UInt8>
  ) -> Verdict {
    let messages = UInt64(submission.messages)
    if let oldest, submission.time < oldest {
      tooOld += messages
      skip(submission)
      return .isTooOld
    }
    if holding?.holds(submission.time, of: submission.logger.label) == true {
      holding?.numbers.insert(submission.number)
      return .waits
    }
    let key = key(of: submission, account: account)
    guard !known.hasCounted(submission, key), !hasCountedInOtherPass(submission, key) else {
      alreadyCounted += messages
      skip(submission)
      return .isCounted
    }
    counted += messages
    note(submission, key)
    return .counts
  }

  /// Whether the message was counted in the other pass of the hour that autumn repeats: whoever read
  /// it live knew which one it was.
  private func hasCountedInOtherPass(_ submission: Submission, _ key: UInt64) -> Bool {
    guard let logZone, submission.stamp.form != .absolute, !submission.queueID.isNone,
      let distance = logZone.distanceToOtherPass(from: submission.time.seconds)
    else { return false }
    var other = submission
    other.time = submission.time.advanced(bySeconds: distance)
    other.began = submission.began.advanced(bySeconds: distance)
    return known.keys.contains { $0.contains(key, other) }
  }

  private mutating func note(_ submission: Submission, _ key: UInt64) {
    let (time, began, logger) = (submission.time, submission.began, submission.logger.label)
    own.keys.addRecent(
      key,
      EdgeKeys.Entry(time: time, began: began, logger: logger),
      &own.track
    )
    guard oldest != nil, !submission.queueID.isNone, claimed.count < Self.limit else { return }
    if known.covers(began, of: logger) { claimed.append(submission) }
  }

  private mutating func skip(_ submission: Submission) {
    // Of the others nothing follows.
    guard submission.isProvisional else { return }
    if skipped.count >= Self.limit { skipped = skipped.filter { $0 > submission.number / 2 } }
    if skipped.count < Self.limit { skipped.insert(submission.number) }
  }

  /// The verdict on what follows of a message.
  func verdict(onSequelOf submission: Submission) -> Verdict {
    if holding?.numbers.contains(submission.number) == true { return .waits }
    return skipped.contains(submission.number) ? .isCounted : .counts
  }

  /// The verdict on what is told apart by its time alone.
  func verdict(at time: Timestamp, of logger: HostKey) -> Verdict {
    if let oldest, time < oldest { return .isTooOld }
    if holding?.holds(time, of: logger) == true { return .waits }
    return known.covers(time, of: logger) ? .isCounted : .counts
  }

  /// A hash of what tells a message from others: host and queue ID; of one without a queue ID its
  /// account, its time, and which one it is of that time.
  ///
  /// A log that begins in the midst of a session may not tell the account.
  mutating func key(of submission: Submission, account: Span<UInt8>) -> UInt64 {
    let words = submission.queueID.words
    let server = UInt64(submission.server.rawValue) &* 0x9e37_79b9_7f4a_7c15
    let source = submission.host.label.hash ^ server
    guard submission.queueID.isNone else {
      return ByteHash.mix(ByteHash.mix(source, words.0), words.1 &+ words.2 &* 31)
    }
    let start = ByteHash.mix(source, ByteHash.stable(account, foldingCase: true))
    let key = ByteHash.mix(start, UInt64(bitPattern: submission.time.nanoseconds))
    if ordinals.time != submission.time { ordinals = (submission.time, [:]) }
    let ordinal = ordinals.counts[key, default: 0]
    ordinals.counts[key] = ordinal + 1
    return ByteHash.mix(key, ordinal)
  }
}

extension Admission {
  /// What an import puts off until it is merged: what the live sources may be reading just now.
  struct Holding: Sendable {
    struct Outcome: Sendable {
      var outcome: SessionOutcome
      /// Of a failed AUTH: the login.
      var name: [UInt8]
    }

    typealias Mark = (start: Int, coverage: [HostKey: Coverage])

    /// What was covered when the import began.
    let live: [HostKey: Coverage]
    let now: Timestamp
    var outcomes: [Outcome] = []
    /// Where a file began: what the files before it cover.
    var marks: [Mark] = []
    var numbers: Set<UInt64> = []
    private(set) var isFull = false
    private static let limit = 100_000

    init(live: [HostKey: Coverage], now: Timestamp) {
      self.live = live
      self.now = now
    }

    /// From then on the live sources are expected to read lines of the log.
    func start(of logger: HostKey) -> Timestamp {
      let latest = now.nanoseconds &- CoverageTrack.longestPause
      let edge = live[logger]?.spans.last.map { $0.upperBound.nanoseconds &- EdgeKeys.window }
      return Timestamp(nanoseconds: max(latest, edge ?? .min))
    }

    func holds(_ time: Timestamp, of logger: HostKey) -> Bool {
      !isFull && time >= start(of: logger)
    }

    mutating func mark(_ coverage: [HostKey: Coverage]) {
      marks.append((outcomes.count, coverage))
    }

    mutating func add(_ outcome: SessionOutcome, name: [UInt8]) {
      outcomes.append(Outcome(outcome: outcome, name: name))
      // What comes now is decided at once; `conflicts` sees to the rest.
      if outcomes.count >= Self.limit { isFull = true }
    }

    /// Whether the live sources have since read lines of a time of which the import, which covers
    /// `imported`, has decided already.
    func conflicts(with current: [HostKey: Coverage], _ imported: [HostKey: Coverage]) -> Bool {
      for (host, coverage) in imported {
        guard let live = current[host] else { continue }
        let new = live.subtracting(self.live[host] ?? Coverage())
        let decided = isFull ? coverage : coverage.clipped(through: start(of: host))
        if decided.intersects(new) { return true }
      }
      return false
    }
  }
}

extension ZoneRules {
  /// Seconds to the other instant at which the local clock shows the same; nil: there is none.
  fileprivate func distanceToOtherPass(from instant: Int64) -> Int64? {
    let (first, second) = instants(ofLocal: instant + Int64(offset(at: instant)))
    return second.map { (instant == first ? $0 : first) - instant }
  }
}

extension Timestamp {
  fileprivate func advanced(bySeconds seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: nanoseconds &+ seconds * 1_000_000_000)
  }
}
