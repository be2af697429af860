import MailLog

// Reads what `PackedWriter` wrote of a table.
extension PackedReader {
  mutating func terms() -> NameTable? {
    guard let count = number(), count > 0, text()?.isEmpty == true else { return nil }
    var terms = NameTable(foldsCase: false)
    for _ in 1..<count {
      guard let text = text() else { return nil }
      let bytes = Array(text)
      _ = terms.intern(bytes.span)
    }
    return terms.count == count ? terms : nil
  }

  mutating func stamp() -> LogStamp? {
    guard let value = signed(), let offset = signed().flatMap(Int16.init(exactly:)),
      let digits = number().flatMap(UInt8.init(exactly:)),
      let form = number().flatMap(UInt8.init(exactly:)).flatMap(LogStamp.Form.init(rawValue:))
    else { return nil }
    let stamp = LogStamp(value: value, form: form, offsetMinutes: offset, fractionDigits: digits)
    return stamp.isPossible ? stamp : nil
  }

  mutating func process() -> ProcessKey? {
    guard let program = number(), let id = number32() else { return nil }
    return ProcessKey(program: program, id: id)
  }

  private mutating func queueID() -> QueueID? {
    numbers(3).map { QueueID(words: ($0[0], $0[1], $0[2])) }
  }

  mutating func messageKey() -> MessageKey? {
    guard let host = host(), let queueID = queueID() else { return nil }
    return MessageKey(host: host, queueID: queueID)
  }

  mutating func session() -> Session? {
    guard let number = number(), let host = host(), let lastSeen = time(), let tls = tls(),
      let cipher = term(), let flags = self.number().flatMap(UInt8.init(exactly:)),
      let queueID = queueID(), let account = name(), let mechanism = term(), let client = address()
    else { return nil }
    var session = Session(number: number, host: host, lastSeen: lastSeen)
    session.tls = tls
    session.cipher = cipher
    session.flags = Session.Flags(rawValue: flags)
    session.queueID = queueID
    session.account = account
    session.mechanism = mechanism
    session.client = client
    return session
  }

  mutating func waitingMessage() -> WaitingMessage? {
    guard let host = host(), let process = process(), let session = number(),
      let account = name(), let sender = name(), let mechanism = term(), let cipher = term(),
      let client = address(), let tls = tls(), let isPlain = flag(), let isHeld = flag(),
      let hasMessageID = flag(), let hasReceivedHeader = flag(), let began = time(),
      let deadline = time(),
      let heldAt = time(), let heldStamp = stamp()
    else { return nil }
    return WaitingMessage(
      process: process,
      account: account,
      host: host,
      session: session,
      client: client,
      mechanism: mechanism,
      cipher: cipher,
      began: began,
      deadline: deadline,
      heldAt: heldAt,
      heldStamp: heldStamp,
      sender: sender,
      tls: tls,
      isPlain: isPlain,
      isHeld: isHeld,
      hasMessageID: hasMessageID,
      hasReceivedHeader: hasReceivedHeader
    )
  }

  mutating func acceptedMessage() -> AcceptedMessage? {
    guard let account = name(), let left = number32(), let client = address(),
      let time = time()
    else { return nil }
    return AcceptedMessage(account: account, left: left, client: client, time: time)
  }

  mutating func earlyMessage() -> EarlyMessage? {
    guard let time = time(), let stamp = stamp(), let bytes = signed(),
      let recipients = signed().flatMap(Int32.init(exactly:))
    else { return nil }
    return EarlyMessage(
      time: time,
      stamp: stamp,
      sender: .none,
      bytes: bytes,
      recipients: recipients
    )
  }

  mutating func unclaimedMessage() -> UnclaimedMessages.Entry? {
    guard let time = self.time(), let stamp = self.stamp(), let sender = text(),
      let bytes = signed(),
      let recipients = signed().flatMap(Int32.init(exactly:))
    else { return nil }
    return UnclaimedMessages.Entry(
      time: time,
      stamp: stamp,
      sender: Array(sender),
      bytes: bytes,
      recipients: recipients
    )
  }

  private mutating func messagesAndServer() -> (UInt32, MailServer)? {
    guard let number = number(), let server = UInt8(exactly: number >> 32),
      let server = MailServer(rawValue: server)
    else { return nil }
    return (UInt32(truncatingIfNeeded: number), server)
  }

  mutating func unsettledMessage() -> UnsettledMessages.Entry? {
    guard let message = waitingMessage(), let (repeats, server) = messagesAndServer(),
      let bytes = signed(),
      let recipients = signed().flatMap(Int32.init(exactly:))
    else { return nil }
    return UnsettledMessages.Entry(
      message: message,
      server: server,
      bytes: bytes,
      recipients: recipients,
      repeats: repeats
    )
  }

  mutating func submission() -> Submission? {
    guard let number = number(), let time = self.time(), let stamp = stamp(),
      let began = self.time(),
      let host = host(), let account = name(), let sender = name(), let mechanism = term(),
      let cipher = term(),
      let client = address(), let tls = tls(), let isUndecided = flag(), let queueID = queueID(),
      let recipients = self.number(), let bytes = self.number(),
      let (messages, server) = messagesAndServer()
    else { return nil }
    var submission = Submission(
      time: time,
      stamp: stamp,
      host: host,
      account: account,
      sender: sender,
      client: client,
      tls: tls,
      isUndecided: isUndecided,
      cipher: cipher,
      mechanism: mechanism,
      queueID: queueID,
      recipients: recipients == 0 ? nil : UInt32(clamping: recipients - 1),
      bytes: bytes == 0 ? nil : bytes & ~(1 << 63),
      messages: messages
    )
    submission.server = server
    submission.number = number
    submission.began = began
    return submission
  }
}
