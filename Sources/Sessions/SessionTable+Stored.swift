package import MailLog

// What is open, to be stored and to come back: after a restart the table goes on as if it had never
// stopped. Names are stored by their numbers, so the table of names has to come back first.
extension SessionTable {
  /// All that is open, and what was learnt of the hosts.
  package var packed: [UInt8] {
    var packed = PackedWriter()
    packed.append(sessionCount)
    packed.append(submissionCount)
    for dropped in [drops.sessions, drops.waiting, drops.early, drops.plain] {
      packed.append(UInt64(dropped))
    }
    packed.append(terms: terms)
    packed.append(hostsLoggingTLS.map(\.hash).sorted())
    packed.append(silent.sorted())
    packed.append(lastEventWasFailure)
    packed.append(lastFailure.host)
    append(sessionsTo: &packed)
    append(messagesTo: &packed)
    return packed.bytes
  }

  private borrowing func append(sessionsTo packed: inout PackedWriter) {
    let open = sessions.all()
    packed.append(UInt64(open.count))
    for (process, session) in open {
      packed.append(process)
      packed.append(session)
      packed.append(heldSenders[session.number] ?? [])
      packed.append(heldSenders[session.number] != nil)
      let submissions = plain.chain(session.lastPlain)
      packed.append(UInt64(submissions.count))
      for submission in submissions { packed.append(submission) }
    }
  }

  private borrowing func append(messagesTo packed: inout PackedWriter) {
    let open = waiting.all()
    packed.append(UInt64(open.count))
    for (key, message) in open {
      packed.append(key)
      packed.append(message)
    }
    let unclaimed = early.all()
    packed.append(UInt64(unclaimed.count))
    for (key, message) in unclaimed {
      packed.append(key)
      packed.append(message)
      packed.append(early.text[message.sender.range])
    }
    let missing = border?.entries ?? [:]
    packed.append(UInt64(missing.count))
    for (key, entry) in missing {
      packed.append(key)
      packed.append(entry)
    }
    let accepted = unsettled.all()
    packed.append(UInt64(accepted.count))
    for (key, entry) in accepted {
      packed.append(key)
      packed.append(entry)
    }
    append(twinsTo: &packed)
    packed.append(fronts.map(\.hash).sorted())
    packed.append(noted)
    append(deliveringTo: &packed)
    packed.append(lastFailure.source)
    packed.append(partlyLogged)
    packed.append(discarded)
    packed.append(handedOn)
  }

  private borrowing func append(twinsTo packed: inout PackedWriter) {
    let lines = twins.waiting()
    packed.append(UInt64(lines.count))
    for (process, first) in lines {
      packed.append(process)
      packed.append(first.host)
      packed.append(first.hash)
      packed.append(first.time)
    }
    packed.append(UInt64(twins.singles.count))
    for (host, count) in twins.singles.sorted(by: { $0.key.hash < $1.key.hash }) {
      packed.append(host)
      packed.append(UInt64(count))
    }
  }

  /// Takes back what `packed` gave into an empty table; `nameCount`: how many names there are.
  package mutating func restore(_ bytes: [UInt8], nameCount: Int) throws(StoredDamage) {
    var packed = PackedReader(bytes, nameCount: nameCount)
    guard restoreCounts(&packed), restoreSessions(&packed), restoreMessages(&packed),
      packed.isAtEnd
    else { throw StoredDamage(part: "open sessions") }
  }

  private mutating func restoreCounts(_ packed: inout PackedReader) -> Bool {
    guard let sessions = packed.count(), let submissions = packed.count(),
      let lost = packed.numbers(4), lost.allSatisfy({ $0 <= PackedReader.countLimit }),
      let terms = packed.terms(), let hosts = packed.numbers(),
      let silent = packed.numbers(), let wasFailure = packed.flag(), let host = packed.host()
    else { return false }
    sessionCount = sessions
    submissionCount = submissions
    drops.sessions = Int(lost[0])
    drops.waiting = Int(lost[1])
    drops.early = Int(lost[2])
    drops.plain = Int(lost[3])
    self.terms = terms
    packed.termLimit = UInt32(clamping: terms.count)
    hostsLoggingTLS = Set(hosts.map { HostKey(hash: $0) })
    self.silent = Set(silent)
    lastEventWasFailure = wasFailure
    lastFailure.host = host
    return true
  }

  private mutating func restoreSessions(_ packed: inout PackedReader) -> Bool {
    guard let count = packed.number() else { return false }
    for _ in 0..<count {
      guard let process = packed.process(), var session = packed.session(),
        let held = packed.text(), let isHeld = packed.flag(), let plainCount = packed.number()
      else { return false }
      if isHeld { heldSenders[session.number] = Array(held) }
      var submissions: [Submission] = []
      for _ in 0..<plainCount {
        guard let submission = packed.submission() else { return false }
        submissions.append(submission)
      }
      for submission in submissions.reversed() {
        session.lastPlain = plain.add(submission, before: session.lastPlain)
      }
      sessions.set(process, session)
    }
    return true
  }

  /// What the first versions did not store.
  private mutating func restoreUnsettled(_ packed: inout PackedReader) -> Bool {
    guard !packed.isAtEnd else { return true }
    guard let count = packed.number() else { return false }
    for _ in 0..<count {
      guard let key = packed.messageKey(), let entry = packed.unsettledMessage() else {
        return false
      }
      unsettled.add(key, entry)
    }
    return restoreTwins(&packed)
  }

  private mutating func restoreTwins(_ packed: inout PackedReader) -> Bool {
    guard !packed.isAtEnd else { return true }
    guard let count = packed.number() else { return false }
    for _ in 0..<count {
      guard let process = packed.process(), let host = packed.host(), let hash = packed.number(),
        let time = packed.time()
      else { return false }
      twins.restore(process, TwinLines.First(host: host, hash: hash, time: time))
    }
    guard let hosts = packed.number() else { return false }
    for _ in 0..<hosts {
      guard let host = packed.host(), let singles = packed.number() else { return false }
      twins.restore(host, singles: singles)
    }
    return true
  }

  private mutating func restoreMessages(_ packed: inout PackedReader) -> Bool {
    guard let count = packed.number() else { return false }
    for _ in 0..<count {
      guard let key = packed.messageKey(), let message = packed.waitingMessage() else {
        return false
      }
      waiting.set(key, message)
    }
    guard let unclaimed = packed.number() else { return false }
    for _ in 0..<unclaimed {
      guard let key = packed.messageKey(), let message = packed.earlyMessage(),
        let sender = packed.text()
      else { return false }
      let bytes = Array(sender)
      early.add(key, hash: key.slotHash, message, sender: bytes.span)
    }
    guard let missing = packed.number() else { return false }
    if missing > 0, border == nil { border = UnclaimedMessages() }
    for _ in 0..<missing {
      guard let key = packed.messageKey(), let entry = packed.unclaimedMessage() else {
        return false
      }
      border?.add(key, entry)
    }
    guard restoreUnsettled(&packed), packed.restore(&fronts),
      packed.restore(&noted), restoreDelivering(&packed), packed.restore(&lastFailure.source),
      restoreRecent(&packed)
    else { return false }
    sizes.sessions = SweepSizes.next(sessions.count, limit: limits.sessions)
    sizes.waiting = SweepSizes.next(waiting.count, limit: limits.waiting)
    return true
  }

  /// What the first versions did not store, and what later ones did not.
  private mutating func restoreRecent(_ packed: inout PackedReader) -> Bool {
    if packed.isAtEnd { return true }
    guard packed.restore(&partlyLogged), packed.restore(&discarded) else { return false }
    return packed.isAtEnd || packed.restore(&handedOn)
  }
}
