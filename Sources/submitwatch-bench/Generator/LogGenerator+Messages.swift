/// What cleanup, the queue manager and the delivery agents log about a message.
extension LogGenerator {
  mutating func advance(message index: Int) throws(BenchError) {
    var message = messages[index]
    let delay: Int64
    switch message.step {
    case .receive: delay = try receive(&message)
    case .activate: delay = try activate(&message)
    case .connect: delay = try connect(&message)
    case .deliver: delay = try deliver(&message)
    case .bounce: delay = try bounce(&message)
    case .remove:
      begin(message)
      log.text(": removed")
      try log.end()
      if message.releasesID {
        identifiers.release(message.id)
      }
      messages.remove(index)
      return
    }
    messages[index] = message
    events.add(.message(index), at: now + delay)
  }

  mutating func makeMessage(_ id: QueueID, from session: Session) -> Message {
    let sender: Message.Sender =
      if let account = session.account {
        .account(population.sender(of: account, &random))
      } else if random.happens(permille: 20) {
        .null
      } else {
        .remote(random.below(1 << 20))
      }
    var message = Message(
      id: id,
      sender: sender,
      arrival: now,
      size: 600 + Int(random.delay(0...20_000)),
      recipientCount: random.happens(permille: 800) ? 1 : random.within(2...8),
      recipientSeed: random.below(1 << 20),
      agent: session.account != nil ? .smtp : random.happens(permille: 900) ? .lmtp : .local
    )
    message.cleanup = processes.take(.cleanup, at: now, &random)
    message.submissionTLS = session.account == nil ? nil : session.tls
    let isLate = !session.isPrompt && random.happens(permille: 5)
    message.activationDelay = isLate ? random.delay(1000...600_000) : random.delay(0...3)
    if message.agent == .smtp, random.happens(permille: 25) {
      message.deferrals = random.within(1...4)
    }
    message.bounces = message.agent == .smtp && random.happens(permille: 10)
    return message
  }

  /// Mail from a job on the server itself.
  mutating func addLocalMessage(at time: Int64) {
    let message = makeInternalMessage(.cron, to: random.below(population.accountCount), at: time)
    events.add(.message(messages.insert(message)), at: time)
  }

  private mutating func makeInternalMessage(
    _ sender: Message.Sender,
    to recipientSeed: Int,
    at time: Int64
  ) -> Message {
    var message = Message(
      id: identifiers.makeUnique(at: time),
      sender: sender,
      arrival: time,
      size: random.within(500...9000),
      recipientCount: 1,
      recipientSeed: recipientSeed,
      agent: .lmtp
    )
    message.activationDelay = random.delay(0...3)
    message.releasesID = false
    return message
  }

  private mutating func receive(_ message: inout Message) throws(BenchError) -> Int64 {
    if case .cron = message.sender {
      let pickup = processes.take(.pickup, at: now, &random)
      log.begin(now, pickup.program.name, pickup.id)
      log.bytes(message.id.text)
      log.text(": uid=0 from=<root>")
      try log.end()
      processes.giveBack(pickup, at: now)
    }
    let cleanup = message.cleanup ?? processes.take(.cleanup, at: now, &random)
    message.cleanup = nil
    try writeMessageID(message.id, cleanup)
    processes.giveBack(cleanup, at: now)
    message.step = .activate
    return message.activationDelay
  }

  private mutating func activate(_ message: inout Message) throws(BenchError) -> Int64 {
    begin(message)
    log.text(": from=<")
    writeSender(message.sender)
    log.text(">, size=")
    log.number(message.size)
    log.text(", nrcpt=")
    log.number(message.recipientCount)
    log.text(" (queue active)")
    try log.end()
    if case .account(let sender) = message.sender, let tls = message.submissionTLS,
      !message.isActive
    {
      truth.record(day: Int(now / 86_400_000_000), sender: sender, tls: tls, in: population)
    }
    message.isActive = true
    message.deliverer = processes.take(message.agent, at: now, &random)
    message.step = message.agent == .smtp && message.deferrals == 0 ? .connect : .deliver
    return random.delay(5...800)
  }

  /// The connection to the next server; most speak TLS.
  private mutating func connect(_ message: inout Message) throws(BenchError) -> Int64 {
    message.step = .deliver
    guard let agent = message.deliverer, random.happens(permille: 850) else { return 100_000 }
    log.begin(now, agent.program.name, agent.id)
    log.text("Untrusted TLS connection established to ")
    log.remoteServer(message.recipientSeed)
    log.text(": ")
    log.text(random.happens(permille: 700) ? TLSVersion.tls13.summary : TLSVersion.tls12.summary)
    try log.end()
    return random.delay(30...5000)
  }

  private mutating func deliver(_ message: inout Message) throws(BenchError) -> Int64 {
    guard let agent = message.deliverer else { return 0 }
    let isDeferred = message.deferrals > 0
    for recipient in 0..<message.recipientCount {
      try writeDelivery(of: message, to: recipient, by: agent)
    }
    message.deliverer = nil
    processes.giveBack(agent, at: now)
    guard isDeferred else {
      message.step = message.bounces ? .bounce : .remove
      return random.delay(0...2)
    }
    message.deferrals -= 1
    message.step = .activate
    return random.delay(300_000...14_400_000)
  }

  /// A second message tells the sender that the first one could not be delivered.
  private mutating func bounce(_ message: inout Message) throws(BenchError) -> Int64 {
    let sender: Int
    if case .account(let index) = message.sender {
      sender = index % population.accountCount
    } else {
      sender = 0
    }
    let notice = makeInternalMessage(.null, to: sender, at: now)
    let agent = processes.take(.bounce, at: now, &random)
    log.begin(now, agent.program.name, agent.id)
    log.bytes(message.id.text)
    log.text(": sender non-delivery notification: ")
    log.bytes(notice.id.text)
    try log.end()
    processes.giveBack(agent, at: now)
    events.add(.message(messages.insert(notice)), at: now + 50)
    message.step = .remove
    return random.delay(0...2)
  }

  mutating func writeMessageID(
    _ id: QueueID,
    _ cleanup: ProcessTable.Process
  ) throws(BenchError) {
    log.begin(now, cleanup.program.name, cleanup.id)
    log.bytes(id.text)
    log.text(": message-id=<")
    log.number(Int(random.next() >> 4))
    log.text(".")
    log.number(Int(now / 1000))
    log.text("@")
    log.text(random.element(of: Vocabulary.places))
    log.text(".clients.example>")
    try log.end()
  }

  private mutating func begin(_ message: Message) {
    log.begin(now, "qmgr", ProcessTable.queueManager)
    log.bytes(message.id.text)
  }

  private mutating func writeSender(_ sender: Message.Sender) {
    switch sender {
    case .account(let index): log.bytes(population.address(index))
    case .remote(let number): log.remoteAddress(number)
    case .cron: log.text("root@mx1.example.net")
    case .null: break
    }
  }
}
