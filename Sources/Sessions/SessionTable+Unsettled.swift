package import MailLog

// Accepted messages that were put off: each counts in the end, unless a line refuses it.
extension SessionTable {
  /// Messages that wait for a line too long at `time` count.
  package mutating func settle(at time: Timestamp, into outcomes: inout [SessionOutcome]) {
    settle(
      before: Timestamp(nanoseconds: time.nanoseconds &- limits.unsettledAge),
      into: &outcomes
    )
  }

  /// Messages that were accepted before `time` (nil: all) wait no longer: they count.
  mutating func settle(before time: Timestamp?, into outcomes: inout [SessionOutcome]) {
    while let (key, place) = unsettled.findOldest(before: time) {
      if key.isLeftToFront { missFront(unsettled[place].message, key.queueID) }
      accept(unsettled: place, key.queueID, into: &outcomes)
    }
  }

  /// The message that was accepted, as far as its session knew, if it was, is thrown away.
  mutating func refuseUnsettled(
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    guard let place = unsettled.find(event.messageKey) else { return }
    if !countsOnly {
      let (account, client) = (unsettled[place].message.account, unsettled[place].message.client)
      outcomes.append(
        .rejected(account: account, client: client, logger: event.logger, count: 1, time)
      )
    }
    unsettled.remove(place)
  }

  /// Counts the message, if it was put off.
  mutating func acceptUnsettled(_ key: MessageKey, into outcomes: inout [SessionOutcome]) {
    guard let place = unsettled.find(key) else { return }
    accept(unsettled: place, key.queueID, into: &outcomes)
  }

  /// Counts the message that was put off, and is at a place of its table.
  mutating func accept(
    unsettled place: Int,
    _ queueID: QueueID,
    into outcomes: inout [SessionOutcome]
  ) {
    // Read where it is: an entry is large.
    let origin = unsettled[place].message.origin
    var submission = submission(of: unsettled[place], queueID)
    unsettled.remove(place)
    accept(&submission, from: origin, into: &outcomes)
  }

  /// Counts the message of an entry that is not in the table; inlined as `accept` is.
  @inline(__always) mutating func accept(
    _ entry: UnsettledMessages.Entry,
    _ queueID: QueueID,
    into outcomes: inout [SessionOutcome]
  ) {
    var submission = submission(of: entry, queueID)
    accept(&submission, from: entry.message.origin, into: &outcomes)
  }

  @inline(__always) private func submission(
    of entry: UnsettledMessages.Entry,
    _ queueID: QueueID
  ) -> Submission {
    var submission = submission(
      of: entry.message,
      sender: entry.message.sender,
      at: entry.message.heldAt,
      stamp: entry.message.heldStamp
    )
    submission.server = entry.server
    submission.queueID = queueID
    submission.messages = entry.repeats
    submission.loggedRecipients = entry.recipients
    submission.loggedBytes = entry.bytes
    return submission
  }
}
