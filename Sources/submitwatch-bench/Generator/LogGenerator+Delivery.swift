/// The lines of the delivery agents, one for each recipient.
extension LogGenerator {
  mutating func writeDelivery(
    of message: Message,
    to recipient: Int,
    by agent: ProcessTable.Process
  ) throws(BenchError) {
    let seed = message.recipientSeed + 7919 * recipient
    log.begin(now, agent.program.name, agent.id)
    log.bytes(message.id.text)
    log.text(": to=<")
    if message.agent == .smtp {
      log.remoteAddress(seed)
    } else {
      log.bytes(population.address(seed % population.accountCount))
    }
    log.text(">, relay=")
    writeRelay(of: message)
    writeDelays(of: message)
    if message.deferrals > 0 {
      log.text(", dsn=4.4.1, status=deferred ")
      log.text(random.element(of: Vocabulary.deferralReasons))
    } else if message.bounces {
      log.text(", dsn=5.1.1, status=bounced (host ")
      log.remoteServerName(message.recipientSeed)
      log.text(" said: 550 5.1.1 User unknown (in reply to RCPT TO command))")
    } else {
      writeSuccess(of: message)
    }
    try log.end()
  }

  private mutating func writeRelay(of message: Message) {
    switch message.agent {
    case .lmtp: log.text("mx1.example.net[private/dovecot-lmtp]")
    case .local: log.text("local")
    default:
      if message.deferrals > 0 {
        log.text("none")
      } else {
        log.remoteServer(message.recipientSeed)
      }
    }
  }

  private mutating func writeDelays(of message: Message) {
    let total = now - message.arrival
    let connecting = total / 3
    let sending = total / 4
    log.text(", delay=")
    log.duration(total)
    log.text(", delays=")
    log.duration(total - connecting - sending)
    log.text("/0.01/")
    log.duration(connecting)
    log.text("/")
    log.duration(sending)
  }

  private mutating func writeSuccess(of message: Message) {
    switch message.agent {
    case .lmtp:
      log.text(", dsn=2.0.0, status=sent (250 2.0.0 <")
      log.number(random.below(1 << 40))
      log.text("> Saved)")
    case .local:
      log.text(", dsn=2.0.0, status=sent (delivered to maildir)")
    default:
      log.text(", dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ")
      log.number(random.below(1 << 40))
      log.text(")")
    }
  }
}

/// Names elsewhere, made up from a number.
extension LogWriter {
  mutating func remoteAddress(_ number: Int) {
    text(Vocabulary.firstNames[number % Vocabulary.firstNames.count])
    self.number(number % 997)
    text("@")
    text(Vocabulary.places[number / 7 % Vocabulary.places.count])
    text("-")
    text(Vocabulary.trades[number / 11 % Vocabulary.trades.count])
    text(".remote.example")
  }

  /// Name, address and port.
  mutating func remoteServer(_ number: Int) {
    remoteServerName(number)
    text(":25")
  }

  mutating func remoteServerName(_ number: Int) {
    text("mx")
    self.number(number % 9 + 1)
    text(".")
    text(Vocabulary.places[number / 7 % Vocabulary.places.count])
    text(".remote.example[198.19.")
    self.number(number / 13 % 256)
    text(".")
    self.number(number / 17 % 256)
    text("]")
  }
}
