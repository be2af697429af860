import MailLog

/// Submissions of open sessions that count as sent without TLS, chained per session, last first.
struct PlainSubmissions: Sendable {
  private var entries: [(submission: Submission, next: Int32)] = []
  private var free: [Int32] = []

  var count: Int { entries.count - free.count }

  /// Adds a submission in front of the chain `head`; returns the new head.
  mutating func add(_ submission: Submission, before head: Int32) -> Int32 {
    if let place = free.popLast() {
      entries[Int(place)] = (submission, head)
      return place
    }
    entries.append((submission, head))
    return Int32(entries.count - 1)
  }

  /// The submissions of the chain `head`.
  func chain(_ head: Int32) -> [Submission] {
    var (place, chain) = (head, [Submission]())
    while place >= 0 {
      chain.append(entries[Int(place)].submission)
      place = entries[Int(place)].next
    }
    return chain
  }

  /// Takes the first submission off the chain `head`.
  mutating func take(_ head: inout Int32) -> Submission? {
    guard head >= 0 else { return nil }
    free.append(head)
    let entry = entries[Int(head)]
    head = entry.next
    return entry.submission
  }
}

// Whether a message was sent without TLS. Proof takes: the session was seen from its start, showed
// no TLS, its service is not TLS-wrapped, and its host logs TLS at all. A session that used STARTTLS
// without a TLS line belongs to a service that does not log it, and proves nothing; nor does one of
// which another server is the client (XCLIENT).
extension SessionTable {
  /// Reports an accepted message, numbered, its TLS decided as far as can be.
  ///
  /// Inlined, as a submission that was just put together is slow to read back for a copy.
  @inline(__always) mutating func accept(
    _ submission: inout Submission,
    from origin: MessageOrigin,
    into outcomes: inout [SessionOutcome]
  ) {
    submission.number = submissionCount
    submissionCount += 1
    if tracksBounces { follow(submission) }
    guard submission.tls == .unknown, origin.isPlain, !silent.contains(origin.session) else {
      outcomes.append(.submission(submission))
      return
    }
    var open = sessions.find(origin.process)
    if let slot = open, sessions[slot: slot].number != origin.session { open = nil }
    if open != nil, plain.count >= limits.plain {
      drops.plain += 1
      outcomes.append(.submission(submission))
      return
    }
    submission.isProvisional = true
    submission.isUndecided = !logsTLS(submission.logger)
    if !submission.isUndecided { submission.tls = .none }
    outcomes.append(.submission(submission))
    if let open {
      sessions[slot: open].lastPlain = plain.add(
        submission,
        before: sessions[slot: open].lastPlain
      )
    } else {
      outcomes.append(.plainSessionEnded(submission))
    }
  }

  // The set is asked only where the host changes: the hash of one host costs as much as the rest.
  func logsTLS(_ host: HostKey) -> Bool {
    host == lastHostLoggingTLS || hostsLoggingTLS.contains(host)
  }

  /// The session is over; `usedTLS`: its statistics show STARTTLS; `isBehindProxy`: XCLIENT.
  @inline(__always)
  mutating func endPlain(
    _ slot: Int,
    usedTLS: Bool,
    isBehindProxy: Bool = false,
    server: MailServer = .postfix,
    into outcomes: inout [SessionOutcome]
  ) {
    guard usedTLS || isBehindProxy || sessions[slot: slot].lastPlain >= 0 else { return }
    decidePlain(
      slot,
      usedTLS: usedTLS,
      isBehindProxy: isBehindProxy,
      server: server,
      into: &outcomes
    )
  }

  @inline(never) private mutating func decidePlain(
    _ slot: Int,
    usedTLS: Bool,
    isBehindProxy: Bool,
    server: MailServer,
    into outcomes: inout [SessionOutcome]
  ) {
    let session = sessions[slot: slot]
    var head = session.lastPlain
    sessions[slot: slot].lastPlain = -1
    let isSilent = (usedTLS || isBehindProxy) && !session.flags.contains(.loggedTLS)
    if isSilent, session.account != NameTable.empty {
      // Only a message that is accepted so much later than its session would miss the older ones.
      if silent.count >= limits.sessions { silent = Set(silent.sorted().suffix(silent.count / 2)) }
      silent.insert(session.number)
      if usedTLS {
        hiddenTLS.note(HiddenUse(time: session.lastSeen, host: session.host), server)
      }
    }
    var isLast = true
    while let submission = plain.take(&head) {
      if isSilent {
        outcomes.append(.retracted(submission))
      } else if isLast {
        outcomes.append(.plainSessionEnded(submission))
      }
      isLast = false
    }
  }
}
