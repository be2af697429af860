/// What an SMTP server process logs about a connection.
extension LogGenerator {
  mutating func advance(session index: Int) throws(BenchError) {
    var session = sessions[index]
    var delay: Int64
    switch session.step {
    case .connect: delay = try connect(session)
    case .failHandshake: delay = try failHandshake(&session)
    case .secure: delay = try secure(&session)
    case .failLogin: delay = try failLogin(&session)
    case .transact: delay = try transact(&session)
    case .abort: delay = try abort(&session)
    case .refuseContent: delay = try refuseContent(&session)
    case .rejectRecipient: delay = try rejectRecipient(&session)
    case .lose:
      try lose(&session)
      session.step = .disconnect
      sessions[index] = session
      events.add(.session(index), at: now + 30)
      return
    case .disconnect:
      try disconnect(session)
      processes.giveBack(session.process, at: now)
      sessions.remove(index)
      return
    }
    session.step = session.nextStep
    if session.step == .secure, session.isWrapped {
      delay = random.delay(5...300)
    }
    sessions[index] = session
    events.add(.session(index), at: now + delay)
  }

  private mutating func connect(_ session: Session) throws(BenchError) -> Int64 {
    begin(session, "connect from ")
    log.bytes(session.client)
    try log.end()
    return random.delay(10...1000)
  }

  private mutating func failHandshake(_ session: inout Session) throws(BenchError) -> Int64 {
    session.failsHandshake = false
    if !session.isWrapped {
      session.commands.refuse(.starttls)
    }
    begin(session, "SSL_accept error from ")
    log.bytes(session.client)
    log.text(": -1")
    try log.end()
    begin(session, "warning: TLS library problem: error:0A000102:SSL routines::unsupported ")
    log.text("protocol:../ssl/statem/statem_srvr.c:1686:")
    try log.end()
    return 100
  }

  private mutating func secure(_ session: inout Session) throws(BenchError) -> Int64 {
    session.tls = session.offeredTLS
    if !session.isWrapped {
      session.commands.accept(.starttls)
      session.commands.accept(.ehlo)
    }
    begin(session, "Anonymous TLS connection established from ")
    log.bytes(session.client)
    log.text(": ")
    log.text(session.tls.summary)
    try log.end()
    return random.delay(20...3000)
  }

  private mutating func failLogin(_ session: inout Session) throws(BenchError) -> Int64 {
    session.failedLogins -= 1
    session.commands.refuse(.auth)
    begin(session, "warning: ")
    log.bytes(session.client)
    log.text(": SASL ")
    log.text(session.mechanism)
    log.text(" authentication failed: (reason unavailable), sasl_username=")
    if let account = session.account {
      log.bytes(population.address(account))
    } else {
      log.text(random.element(of: Vocabulary.guessedLogins))
    }
    try log.end()
    return random.delay(500...9000)
  }

  private mutating func transact(_ session: inout Session) throws(BenchError) -> Int64 {
    session.messages -= 1
    session.sentMessages += 1
    let id = identifiers.make(at: now)
    try writeClient(of: id, session)
    let message = makeMessage(id, from: session)
    session.commands.accept(.mail)
    session.commands.accept(.rcpt, count: message.recipientCount)
    session.commands.accept(.data)
    let content = random.delay(5...4000)
    events.add(.message(messages.insert(message)), at: now + content)
    // At least 6 ms: the queue manager's line comes first, unless it is late on purpose.
    return content + random.delay(6...20_000)
  }

  private mutating func abort(_ session: inout Session) throws(BenchError) -> Int64 {
    session.aborts = false
    session.commands.accept(.mail)
    session.commands.accept(.rcpt)
    session.commands.refuse(.data)
    let id = identifiers.make(at: now)
    session.abortedID = id
    try writeClient(of: id, session)
    return random.delay(5...60_000)
  }

  /// A content filter says no at the end of the message.
  private mutating func refuseContent(_ session: inout Session) throws(BenchError) -> Int64 {
    guard let id = session.abortedID else { return 0 }
    session.abortedID = nil
    let cleanup = processes.take(.cleanup, at: now, &random)
    try writeMessageID(id, cleanup)
    log.begin(now, cleanup.program.name, cleanup.id)
    log.bytes(id.text)
    log.text(": milter-reject: END-OF-MESSAGE from ")
    log.bytes(session.client)
    log.text(": 5.7.1 Spam message rejected; from=<")
    log.bytes(population.address(session.account ?? 0))
    log.text("> to=<")
    log.remoteAddress(random.below(1 << 20))
    log.text("> proto=ESMTP helo=<[192.168.1.20]>")
    try log.end()
    processes.giveBack(cleanup, at: now)
    identifiers.release(id)
    return random.delay(5...500)
  }

  private mutating func rejectRecipient(_ session: inout Session) throws(BenchError) -> Int64 {
    session.rejectedRecipients -= 1
    session.commands.accept(.mail)
    session.commands.refuse(.rcpt)
    session.commands.accept(.rset)
    let recipient = random.below(1 << 20)
    begin(session, "NOQUEUE: reject: RCPT from ")
    log.bytes(session.client)
    log.text(": 554 5.7.1 <")
    log.remoteAddress(recipient)
    log.text(">: Relay access denied; from=<")
    log.remoteAddress(random.below(1 << 20))
    log.text("> to=<")
    log.remoteAddress(recipient)
    log.text("> proto=ESMTP helo=<mail.remote.example>")
    try log.end()
    return random.delay(20...2000)
  }

  private mutating func lose(_ session: inout Session) throws(BenchError) {
    if let id = session.abortedID {
      // The client may go before or after the header.
      if random.happens(permille: 500) {
        let cleanup = processes.take(.cleanup, at: now, &random)
        try writeMessageID(id, cleanup)
        processes.giveBack(cleanup, at: now)
      }
      identifiers.release(id)
    }
    begin(session, "lost connection after ")
    log.text(session.lossCommand ?? "CONNECT")
    log.text(" from ")
    log.bytes(session.client)
    try log.end()
  }

  private mutating func disconnect(_ session: Session) throws(BenchError) {
    var counts = session.commands
    if session.lossCommand == nil {
      counts.accept(.quit)
    }
    begin(session, "disconnect from ")
    log.bytes(session.client)
    for total in counts.totals {
      log.text(" ")
      log.text(total.name)
      log.text("=")
      log.number(total.accepted)
      if total.accepted != total.given {
        log.text("/")
        log.number(total.given)
      }
    }
    try log.end()
  }

  private mutating func writeClient(of id: QueueID, _ session: Session) throws(BenchError) {
    begin(session, "")
    log.bytes(id.text)
    log.text(": client=")
    log.bytes(session.client)
    if let account = session.account {
      log.text(", sasl_method=")
      log.text(session.mechanism)
      log.text(", sasl_username=")
      log.bytes(population.address(account))
    }
    try log.end()
  }

  private mutating func begin(_ session: Session, _ text: String) {
    log.begin(now, session.process.program.name, session.process.id)
    log.text(text)
  }
}

extension TLSVersion {
  /// Version and cipher as Postfix logs them, at `smtpd_tls_loglevel = 1`.
  var summary: String {
    switch self {
    case .tls13:
      "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 "
        + "server-signature RSA-PSS (2048 bits) server-digest SHA256"
    case .tls12: "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"
    case .tls11: "TLSv1.1 with cipher ECDHE-RSA-AES256-SHA (256/256 bits)"
    default: "TLSv1 with cipher ECDHE-RSA-AES256-SHA (256/256 bits)"
    }
  }
}
