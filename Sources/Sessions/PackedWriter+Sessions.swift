import MailLog

// How the entries of the tables are stored: field by field, so that a later version can read what
// this one wrote.
extension PackedWriter {
  mutating func append(terms: borrowing NameTable) {
    append(UInt64(terms.count))
    for term in 0..<UInt32(terms.count) { append(terms.bytes(term)) }
  }

  mutating func append(_ stamp: LogStamp) {
    append(signed: stamp.value)
    append(signed: Int64(stamp.offsetMinutes))
    append(UInt64(stamp.fractionDigits))
    append(UInt64(stamp.form.rawValue))
  }

  mutating func append(_ process: ProcessKey) {
    append(process.program)
    append(UInt64(process.id))
  }

  mutating func append(_ queueID: QueueID) {
    append(queueID.words.0)
    append(queueID.words.1)
    append(queueID.words.2)
  }

  mutating func append(_ key: MessageKey) {
    append(key.host)
    append(key.queueID)
  }

  mutating func append(_ session: Session) {
    append(session.number)
    append(session.host)
    append(session.lastSeen)
    append(session.tls)
    append(UInt64(session.cipher))
    append(UInt64(session.flags.rawValue))
    append(session.queueID)
    append(UInt64(session.account))
    append(UInt64(session.mechanism))
    append(session.client)
  }

  mutating func append(_ message: WaitingMessage) {
    append(message.host)
    append(message.process)
    append(message.session)
    for name in [message.account, message.sender] { append(UInt64(name)) }
    for term in [message.mechanism, message.cipher] { append(UInt64(term)) }
    append(message.client)
    append(message.tls)
    let flags = [
      message.isPlain, message.isHeld, message.hasMessageID, message.hasReceivedHeader,
    ]
    for flag in flags { append(flag) }
    append(message.began)
    append(message.deadline)
    append(message.heldAt)
    append(message.heldStamp)
  }

  mutating func append(_ message: EarlyMessage) {
    append(message.time)
    append(message.stamp)
    append(signed: message.bytes)
    append(signed: Int64(message.recipients))
  }

  mutating func append(_ message: UnclaimedMessages.Entry) {
    append(message.time)
    append(message.stamp)
    append(message.sender)
    append(signed: message.bytes)
    append(signed: Int64(message.recipients))
  }

  mutating func append(_ submission: Submission) {
    append(submission.number)
    append(submission.time)
    append(submission.stamp)
    append(submission.began)
    append(submission.host)
    for name in [submission.account, submission.sender] { append(UInt64(name)) }
    for term in [submission.mechanism, submission.cipher] { append(UInt64(term)) }
    append(submission.client)
    append(submission.tls)
    append(submission.isUndecided)
    append(submission.queueID)
    append(submission.recipients.map { UInt64($0) + 1 } ?? 0)
    append(submission.bytes.map { UInt64(1) << 63 | $0 } ?? 0)
    append(UInt64(submission.messages) | UInt64(submission.server.rawValue) << 32)
  }

  mutating func append(_ entry: UnsettledMessages.Entry) {
    append(entry.message)
    append(UInt64(entry.repeats) | UInt64(entry.server.rawValue) << 32)
    append(signed: entry.bytes)
    append(signed: Int64(entry.recipients))
  }
}
