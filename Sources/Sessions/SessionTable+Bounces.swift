import MailLog

/// A message that was accepted, while it is being delivered: whose it is, should it bounce.
struct AcceptedMessage: BitwiseCopyable, Sendable {
  var account: NameTable.ID
  /// Recipients whom it has not reached yet, as far as its lines tell.
  var left: UInt32
  var client: ClientAddress
  var time: Timestamp
}

// Messages that bounce. Their lines name the queue ID, and nobody's account.
extension SessionTable {
  /// The message may bounce.
  @inline(never) mutating func follow(_ submission: borrowing Submission) {
    guard !submission.queueID.isNone else { return }
    if delivering.count >= sizes.delivering { sweepDelivering(at: submission.time) }
    delivering.set(
      MessageKey(host: submission.host, queueID: submission.queueID),
      AcceptedMessage(
        account: submission.account,
        left: submission.recipients ?? 0,
        client: submission.client,
        time: submission.time
      )
    )
  }

  /// A content filter gives back a message that it took from the queue: it may bounce under its new ID.
  @inline(never) mutating func followFiltered(
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>
  ) {
    let origin = QueueID(block.extracting(event.detail.range))
    guard let slot = delivering.find(MessageKey(host: event.host, queueID: origin)),
      delivering.find(event.messageKey) == nil
    else { return }
    let message = delivering[slot: slot]
    if delivering.count >= sizes.delivering { sweepDelivering(at: time) }
    delivering.set(event.messageKey, message)
  }

  /// A before-queue filter's reply tells the ID that a message has behind it; one that is known is
  /// another message's.
  @inline(never) mutating func followFiltered(
    _ submission: borrowing Submission,
    _ event: EventView,
    in block: Span<UInt8>
  ) {
    guard !event.detail.isEmpty else { return }
    var filtered = copy submission
    filtered.queueID = QueueID(block.extracting(event.detail.range))
    let key = MessageKey(host: filtered.host, queueID: filtered.queueID)
    if delivering.find(key) == nil { follow(filtered) }
  }

  private mutating func sweepDelivering(at time: Timestamp) {
    let age = limits.waitingAge
    delivering.removeAll { _, message in time.since(message.time) <= age }
    if delivering.count >= limits.delivering {
      // The older half makes room: what bounces mostly does so at once.
      let before = delivering.count
      let times = delivering.all().map(\.value.time).sorted()
      let middle = times[times.count / 2]
      delivering.removeAll { _, message in message.time > middle }
      drops.delivering += before - delivering.count
    }
    sizes.delivering = SweepSizes.next(delivering.count, limit: limits.delivering)
  }

  /// A message has reached a recipient, or never will: so it was accepted.
  mutating func delivered(
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    let key = event.messageKey
    acceptUnsettled(key, into: &outcomes)
    guard let slot = delivering.find(key) else { return }
    let message = delivering[slot: slot]
    let isCurrent = time.since(message.time) <= limits.waitingAge
    if event.kind == .bounced, isCurrent {
      outcomes.append(
        .rejected(
          account: message.account,
          client: message.client,
          logger: event.logger,
          count: event.repeats,
          time
        )
      )
    }
    // Where a line stands for several recipients, the message is followed for longer than need be.
    if !isCurrent || message.left == 1 { return delivering.remove(slot: slot) }
    if message.left > 1 { delivering[slot: slot].left = message.left &- 1 }
  }

  borrowing func append(deliveringTo packed: inout PackedWriter) {
    packed.append(UInt64(drops.delivering))
    let open = delivering.all()
    packed.append(UInt64(open.count))
    for (key, message) in open {
      packed.append(key)
      packed.append(UInt64(message.account))
      packed.append(UInt64(message.left))
      packed.append(message.client)
      packed.append(message.time)
    }
  }

  /// What earlier versions did not store.
  mutating func restoreDelivering(_ packed: inout PackedReader) -> Bool {
    guard !packed.isAtEnd else { return true }
    guard let dropped = packed.number(), let count = packed.number() else { return false }
    drops.delivering = Int(clamping: dropped)
    for _ in 0..<count {
      guard let key = packed.messageKey(), let message = packed.acceptedMessage() else {
        return false
      }
      delivering.set(key, message)
    }
    sizes.delivering = SweepSizes.next(delivering.count, limit: limits.delivering)
    return true
  }
}
