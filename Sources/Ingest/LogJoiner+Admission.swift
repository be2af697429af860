import Counters
import Detection
import MailLog
import Sessions

// A line that comes from a live source and in an imported log counts once.
extension LogJoiner {
  /// Whether the outcome counts; what cannot be told yet is put off.
  @inline(never) mutating func admits(_ outcome: SessionOutcome, in block: Span<UInt8>) -> Bool {
    switch verdict(on: outcome, in: block) {
    case .counts: return true
    case .isCounted, .isTooOld: return false
    case .waits:
      var name: [UInt8] = []
      var outcome = outcome
      if case .authFailure(let failure) = outcome {
        name = failure.name.range.map { block[$0] }
      } else if case .notedFailure(let failure) = outcome {
        name = Array(sessions.noted.text[failure.name.range])
        outcome = .authFailure(failure)
      }
      admission?.holding?.add(outcome, name: name)
      return false
    }
  }

  private mutating func verdict(
    on outcome: SessionOutcome,
    in block: Span<UInt8>
  ) -> Admission.Verdict {
    guard admission != nil else { return .counts }
    switch outcome {
    case .submission(let submission):
      let account = counters.names.bytes(submission.account)
      return admission?.verdict(on: submission, account: account.span) ?? .counts
    case .plainSessionEnded(let submission), .retracted(let submission):
      return admission?.verdict(onSequelOf: submission) ?? .counts
    case .authFailure(let failure):
      let name = block.extracting(failure.name.range)
      return admission?.verdict(on: failure, name: name) ?? .counts
    case .notedFailure(let failure):
      let name = Array(sessions.noted.text[failure.name.range])
      return admission?.verdict(on: failure, name: name.span) ?? .counts
    case .lastFailureRepeated: return admission?.lastFailure ?? .counts
    case .rejected(_, _, let logger, _, let time):
      return admission?.verdict(at: time, of: logger.label) ?? .counts
    case .hostLogsTLS, .authenticated: return .counts
    }
  }

  /// Counts what nobody has counted, also by what is `known` beside.
  mutating func admitted(beside known: Admission.Known, _ body: (inout LogJoiner) -> Void) {
    let usual = admission?.known
    admission?.known.formUnion(known)
    admission?.isRepeating = true
    body(&self)
    admission?.isRepeating = false
    if let usual { admission?.known = usual }
  }

  /// Lines are missing here: what comes next may be of other sessions.
  mutating func noteHole() {
    sessions.finish(into: &outcomes)
    countWithoutLines()
    admission?.beginFile()
    sessions.beginBorder()
  }

  /// Decides what was put off, by what is known now.
  mutating func decideHeld(_ known: Admission.Known) {
    let waiting = admission?.takeHeld(known) ?? []
    for (number, held) in waiting.enumerated() {
      admission?.decideNext(number)
      var outcome = held.outcome
      if case .authFailure(var failure) = outcome {
        failure.name = ByteRange(0, held.name.count)
        outcome = .authFailure(failure)
      }
      outcomes.append(outcome)
      count(in: held.name.span)
    }
    admission?.known = known
  }

  /// Adds what `other`, an import that is read to its end, has counted; returns how many messages
  /// are complete only now.
  mutating func merge(_ other: inout LogJoiner, into imported: inout CountedLog) -> UInt64 {
    guard let its = other.admission else { return 0 }
    var keys = its
    sessions.join(
      other.sessions,
      itsNames: other.counters.names,
      names: &counters.names,
      isCounted: { submission, account in
        if let oldest = its.oldest, submission.began < oldest { return true }
        return its.known.hasSeen(submission, keys.key(of: submission, account: account))
      },
      into: &outcomes
    )
    for submission in its.claimed { sessions.forget(submission) }
    let completed = countCompleted(since: its.oldest, into: &imported)
    let hosts = sessions.hostsLoggingTLS.union(other.sessions.hostsLoggingTLS)
    sessions.learnTLS(of: hosts)
    counters.merge(other.counters, hostsLoggingTLS: hosts)
    if let its = other.detector {
      let names = other.counters.names
      detector?.learn(from: its) { account in
        let name = names.bytes(account)
        return counters.names.find(name.span)
      }
    }
    var track = its.own.track
    track.flush()
    imported.track.formUnion(track.hosts)
    imported.keys.formUnion(its.own.keys)
    imported.failures.formUnion(its.own.failures)
    return completed
  }

  /// Counts the messages of which two logs have half each.
  private mutating func countCompleted(
    since oldest: Timestamp?,
    into imported: inout CountedLog
  ) -> UInt64 {
    var completed: UInt64 = 0
    let own = admission
    outcomes.removeAll { outcome in
      switch outcome {
      case .submission(let submission), .plainSessionEnded(let submission):
        oldest.map { submission.time < $0 } ?? false
      default: false
      }
    }
    for case .submission(let submission) in outcomes {
      completed += UInt64(submission.messages)
      guard var keys = own else { continue }
      let account = counters.names.bytes(submission.account)
      let entry = EdgeKeys.Entry(
        time: submission.time,
        began: submission.began,
        logger: submission.logger.label,
        isPinned: true
      )
      imported.keys.add(keys.key(of: submission, account: account.span), entry)
    }
    admission = nil
    countWithoutLines()
    admission = own
    return completed
  }
}
