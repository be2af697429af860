package import MailLog

// A message whose lines stand in two logs, of which one is read long after the other: what one log
// leaves open is kept until the other one is merged.
extension SessionTable {
  /// A log begins, or goes on behind lines that are missing: what its first lines need of the lines
  /// before is noted.
  package mutating func beginBorder() {
    if border == nil { border = UnclaimedMessages() }
    border?.begin()
    notesBorder = true
  }

  @inline(never) mutating func noteBorder(_ event: EventView, at time: Timestamp) {
    border?.note(time)
    notesBorder = border?.isNoting == true
    switch event.kind {
    case .otherMessage, .authenticatedMessage:
      if !event.queueID.isNone { border?.begin(event.messageKey) }
    default: break
    }
  }

  /// The host logs TLS, as another log shows.
  package mutating func learnTLS(of hosts: Set<HostKey>) {
    hostsLoggingTLS.formUnion(hosts)
  }

  /// A message of `other` is counted: it no longer waits.
  package mutating func forget(_ submission: Submission) {
    let key = MessageKey(host: submission.host, queueID: submission.queueID)
    guard let slot = waiting.find(key),
      abs(waiting[slot: slot].began.since(submission.began)) <= limits.abandonedAge
    else { return }
    waiting.remove(slot: slot)
  }

  /// Gives up what waits for a message since before `time`.
  package mutating func dropBorder(before time: Timestamp) {
    border?.drop(before: time)
  }

  /// Takes over what `other`, whose log is over, left open, and finishes what this table left open
  /// as far as `other` has the missing half.
  ///
  /// - Parameters:
  ///   - other: the table of another log.
  ///   - itsNames: the names of `other`.
  ///   - names: those of this table.
  ///   - isCounted: whether a message of `other` that is not complete was counted before, or waits
  ///     already; told with the name of its account.
  ///   - outcomes: what follows is appended.
  package mutating func join(
    _ other: borrowing SessionTable,
    itsNames: borrowing NameTable,
    names: inout NameTable,
    isCounted: (Submission, _ account: Span<UInt8>) -> Bool,
    into outcomes: inout [SessionOutcome]
  ) {
    for (key, entry) in other.border?.entries ?? [:] {
      guard let slot = waiting.find(key) else {
        if border == nil { border = UnclaimedMessages() }
        border?.add(key, entry)
        continue
      }
      let message = waiting[slot: slot]
      guard entry.time <= message.deadline, message.began.since(entry.time) <= limits.earlyAge
      else { continue }
      waiting.remove(slot: slot)
      accept(entry, of: message, key.queueID, names: &names, into: &outcomes)
    }
    for (key, foreign) in other.waiting.all() where waiting.find(key) == nil {
      var submission = submission(
        of: foreign,
        sender: foreign.sender,
        at: foreign.began,
        stamp: .zero
      )
      submission.queueID = key.queueID
      let account = itsNames.bytes(foreign.account)
      guard !isCounted(submission, account.span) else { continue }
      let message = translated(foreign, of: other, itsNames, &names)
      if let entry = border?.take(key, message, limits.earlyAge) {
        accept(entry, of: message, key.queueID, names: &names, into: &outcomes)
      } else if waiting.count < limits.waiting {
        waiting.set(key, message)
      }
    }
  }

  /// The message with this table's names, and with no session of it.
  private mutating func translated(
    _ message: WaitingMessage,
    of other: borrowing SessionTable,
    _ itsNames: borrowing NameTable,
    _ names: inout NameTable
  ) -> WaitingMessage {
    func name(_ id: NameTable.ID) -> NameTable.ID {
      let bytes = itsNames.bytes(id)
      return names.intern(bytes.span)
    }
    var message = message
    message.account = name(message.account)
    message.sender = name(message.sender)
    let mechanism = other.terms.bytes(message.mechanism)
    message.mechanism = terms.intern(mechanism.span)
    let cipher = other.terms.bytes(message.cipher)
    message.cipher = terms.intern(cipher.span)
    // No session of this table has this number.
    message.session = 0
    return message
  }

  mutating func accept(
    _ entry: UnclaimedMessages.Entry,
    of message: WaitingMessage,
    _ queueID: QueueID,
    names: inout NameTable,
    into outcomes: inout [SessionOutcome]
  ) {
    let known = EarlyMessage(
      time: entry.time,
      stamp: entry.stamp,
      sender: .none,
      bytes: entry.bytes,
      recipients: entry.recipients
    )
    let sender = sender(
      named: entry.sender.span,
      of: message.account,
      at: entry.time,
      names: &names
    )
    accept(known, from: sender, of: message, queueID, into: &outcomes)
  }
}
