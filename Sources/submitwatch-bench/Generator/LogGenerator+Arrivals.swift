/// The clients: what each sort of them is going to do.
extension LogGenerator {
  /// A person's mail program, or a machine that sends mail.
  ///
  /// A plain one sends one message at least, and nothing is out of the ordinary.
  mutating func openSubmission(at time: Int64, isPlain: Bool) {
    let account = population.account(&random)
    let device = SplitMix64.mix(UInt64(account * 3 + random.below(3)))
    let program: ProcessTable.Program = random.happens(permille: 400) ? .submissions : .submission
    var session = makeSession(program, client: device, at: time)
    session.account = account
    session.mechanism = random.element(of: Vocabulary.mechanisms)
    session.commands.accept(.auth)
    session.offeredTLS = Self.submissionTLS(device)
    session.messages = random.happens(permille: 780) ? 1 : random.within(2...6)
    session.isPrompt = isPlain
    if !isPlain {
      addOddities(to: &session)
    }
    open(session, at: time)
  }

  private mutating func addOddities(to session: inout Session) {
    if session.process.program == .submission, random.happens(permille: 11) {
      if session.messages > 1, random.happens(permille: 300) {
        session.messagesBeforeTLS = 1
        session.isPrompt = true
      } else {
        session.offeredTLS = .none
      }
    }
    if random.happens(permille: 30) {
      session.failedLogins = random.within(1...2)
    }
    switch random.below(1000) {
    case ..<20: session.messages = 0
    case ..<40: session.aborts = true
    case ..<60: session.lossCommand = "END-OF-MESSAGE"
    default: break
    }
    if session.aborts, random.happens(permille: 700) {
      session.lossCommand = "DATA (\(random.below(100_000)) bytes)"
    }
  }

  mutating func openPasswordGuess(at time: Int64) {
    let program: ProcessTable.Program = random.happens(permille: 300) ? .submissions : .submission
    var session = makeSession(program, client: random.next(), at: time)
    session.mechanism = random.element(of: Vocabulary.mechanisms)
    session.offeredTLS = program == .submissions || random.happens(permille: 600) ? .tls12 : .none
    session.failedLogins = random.within(1...4)
    session.lossCommand = random.happens(permille: 600) ? "AUTH" : nil
    open(session, at: time)
  }

  /// Another server, with mail for the accounts here.
  mutating func openDelivery(at time: Int64) {
    var session = makeSession(.smtpd, client: random.next(), at: time)
    session.offeredTLS =
      random.happens(permille: 200) ? .none : random.happens(permille: 650) ? .tls13 : .tls12
    session.messages = random.happens(permille: 850) ? 1 : random.within(2...3)
    if random.happens(permille: 20) {
      session.aborts = true
      session.lossCommand = "DATA (\(random.below(100_000)) bytes)"
    }
    open(session, at: time)
  }

  mutating func openRejected(at time: Int64) {
    var session = makeSession(.smtpd, client: random.next(), at: time)
    session.offeredTLS = random.happens(permille: 500) ? .tls13 : .none
    session.rejectedRecipients = random.within(1...4)
    session.messages = random.happens(permille: 200) ? 1 : 0
    session.lossCommand = random.happens(permille: 200) ? "RCPT" : nil
    open(session, at: time)
  }

  /// A client that goes away before it has done anything.
  mutating func openProbe(at time: Int64) {
    let programs: [ProcessTable.Program] = [.smtpd, .smtpd, .submission, .submissions]
    var session = makeSession(random.element(of: programs), client: random.next(), at: time)
    session.failsHandshake = session.isWrapped || random.happens(permille: 200)
    session.lossCommand = random.happens(permille: 600) ? "CONNECT" : "EHLO"
    if session.failsHandshake {
      session.lossCommand = session.isWrapped ? "CONNECT" : "STARTTLS"
    }
    open(session, at: time)
  }

  private mutating func open(_ session: Session, at time: Int64) {
    events.add(.session(sessions.insert(session)), at: time)
  }

  private mutating func makeSession(
    _ program: ProcessTable.Program,
    client: UInt64,
    at time: Int64
  ) -> Session {
    let process = processes.take(program, at: time, &random)
    var session = Session(process: process, client: Array(Self.clientName(client).utf8))
    session.commands.accept(.ehlo)
    return session
  }

  /// Name and address by a number; the networks are those of RFC 2544 and RFC 3849.
  private static func clientName(_ number: UInt64) -> String {
    let third = number >> 8 & 0xFF
    let fourth = number >> 16 & 0xFF
    switch number % 10 {
    case 0:
      let network = String(number >> 24 & 0xFFFF, radix: 16)
      return "unknown[2001:db8:\(network)::\(String(number >> 8 & 0xFFFF | 1, radix: 16))]"
    case 1...4:
      return "unknown[198.18.\(third).\(fourth)]"
    default:
      return "host-198-18-\(third)-\(fourth).clients.example[198.18.\(third).\(fourth)]"
    }
  }

  /// A device keeps to its TLS version.
  private static func submissionTLS(_ device: UInt64) -> TLSVersion {
    switch device >> 32 % 1000 {
    case ..<15: .tls10
    case ..<30: .tls11
    case ..<240: .tls12
    default: .tls13
    }
  }
}
