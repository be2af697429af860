import MailLog
import Testing

@testable import Sessions

/// Servers that tell of the login in one line and of the accepted message in another.
struct AcceptanceTests {
  private func named(_ event: inout MailEvent) {
    event.sender = event.name
    event.mechanism = event.detail
    event.recipients = 2
    event.bytes = 99
  }

  @Test func `an accepted message counts for whom the session is logged in as`() {
    var log = SessionLog()
    log.startTLS()
    log.apply(.accepted, queueID: "AAAAAA", change: { $0.flags.insert(.namesSender) })
    log.apply(.authenticated, name: "Alice", change: named)
    log.apply(.accepted, queueID: "BBBBBB") { event in
      named(&event)
      event.flags.insert(.namesSender)
    }
    #expect(log.accounts == ["alice"])
    #expect(log.versions == [.tls13])
    guard let submission = log.submissions.first else { return }
    #expect(submission.recipients == 2)
    #expect(submission.bytes == 99)
    #expect(submission.client == ClientAddress("192.0.2.1"))
    #expect(log.table.terms.shown(submission.mechanism) == "PLAIN")
    #expect(log.problems == [])
  }

  @Test func `the sender may come in a later line`() throws {
    var log = SessionLog()
    log.apply(.authenticated, name: "alice", change: named)
    for queueID in ["AAAAAA", "BBBBBB", "CCCCCC"] {
      log.apply(.submitted, process: 0, queueID: queueID, name: "alice") { event in
        event.flags = []
      }
    }
    #expect(log.submissions.isEmpty)
    try log.restart()
    log.apply(.envelope, process: 0, queueID: "BBBBBB", name: "bob", change: named)
    log.apply(.envelope, process: 0, queueID: "BBBBBB", name: "eve", change: named)
    log.time += 61
    log.apply(.envelope, process: 0, queueID: "DDDDDD", name: "eve", change: named)
    #expect(log.senders == ["bob", "(unknown)", "(unknown)"])
    #expect(log.problems == [])
  }

  @Test func `a message that is logged for some of its recipients each counts once`() throws {
    var log = SessionLog()
    for queueID in ["AAAAAA", "AAAAAA", "BBBBBB", "AAAAAA"] {
      log.apply(.submitted, process: 0, queueID: queueID, name: "alice") { event in
        named(&event)
        event.flags.formUnion([.namesSender, .mayComeAgain])
      }
      try log.restart()
    }
    #expect(log.submissions.count == 2)
  }

  @Test func `a message that a filter throws away before it is accepted does not count`() throws {
    var log = SessionLog()
    log.apply(.authenticated, name: "alice", change: named)
    log.apply(.discarded, queueID: "AAAAAA")
    try log.restart()
    for queueID in ["AAAAAA", "AAAAAA"] {
      log.apply(.acceptedUnlessRefused, queueID: queueID, name: "alice") { event in
        named(&event)
        event.flags.insert(.namesSender)
      }
    }
    log.apply(.disconnected)
    #expect(log.submissions.count == 1)
  }

  @Test func `a message that the session's next line refuses does not count`() throws {
    var log = SessionLog()
    log.apply(.authenticated, name: "alice", change: named)
    for (queueID, next) in [("AAAAAA", MailEvent.Kind.refused), ("BBBBBB", .disconnected)] {
      log.apply(.acceptedUnlessRefused, queueID: queueID, name: "alice") { event in
        named(&event)
        event.flags.insert(.namesSender)
      }
      #expect(log.submissions.isEmpty)
      try log.restart()
      log.apply(next, queueID: queueID)
    }
    #expect(log.submissions.map(\.queueID.text) == ["BBBBBB"])
    #expect(log.problems == [])
  }

  @Test func `a login without a sign of TLS had none once its host shows TLS`() {
    var log = SessionLog()
    log.apply(.authenticated, name: "alice", change: { $0.flags.insert(.showsNoTLS) })
    log.apply(.accepted, queueID: "AAAAAA", change: { $0.flags.insert(.namesSender) })
    #expect(log.submissions.map(\.isUndecided) == [true])
    log.apply(.authenticated, process: 2, name: "bob", change: { $0.tls = .tls12 })
    #expect(log.decidedHosts.count == 1)
    log.apply(.accepted, queueID: "BBBBBB", change: { $0.flags.insert(.namesSender) })
    log.apply(.authenticated, process: 3, name: "carol", change: { $0.tls = .none })
    log.apply(.accepted, process: 3, change: { $0.flags.insert(.namesSender) })
    #expect(log.versions == [.none, .none, .none])
    #expect(log.problems == [])
  }

  @Test func `a delivery confirms a message, and what throws it away is not told twice`() throws {
    var log = SessionLog()
    log.apply(.authenticated, name: "alice", change: named)
    for queueID in ["AAAAAA", "BBBBBB", "CCCCCC"] {
      log.apply(.acceptedUnlessRefused, process: 2, queueID: queueID, name: "alice") { event in
        event.flags.insert(.saysLoggedIn)
        named(&event)
      }
      if queueID == "AAAAAA" { log.apply(.delivery, process: 7, queueID: queueID) }
      if queueID == "BBBBBB" { log.apply(.refused, process: 7, queueID: queueID) }
      if queueID == "CCCCCC" { log.apply(.removed, process: 7, queueID: queueID) }
      log.apply(.removed, process: 7, queueID: queueID)
    }
    log.finish()
    #expect(log.submissions.map(\.queueID.text) == ["AAAAAA"])
    #expect(log.rejectedAccounts == ["alice", "alice"])
    #expect(log.problems == [])
  }

  @Test func `a line that says that somebody is logged in counts without the login`() {
    var log = SessionLog()
    for flags: MailEvent.Flags in [.saysLoggedIn, []] {
      log.apply(.acceptedUnlessRefused, process: 3, queueID: "AAAAAA") { event in
        event.flags = flags
      }
      log.apply(.disconnected, process: 3)
    }
    #expect(log.accounts == ["(unknown)"])
    #expect(log.problems == [])
  }

  @Test(arguments: [
    (true, 599.0, true, 2), (true, 601.0, true, 1),
    (false, 1.0, true, 1), (false, 1.0, false, 2), (false, 601.0, false, 1),
  ])
  func `a process that comes round does not count for the login of its last session`(
    hidesLogin: Bool,
    pause: Double,
    saysLogins: Bool,
    count: Int
  ) {
    var log = SessionLog()
    log.apply(.authenticated, name: "alice", change: named)
    log.apply(.acceptedUnlessRefused, queueID: "AAAAAA") { event in
      event.flags = saysLogins ? .saysLoggedIn : []
    }
    log.time += pause
    log.apply(.acceptedUnlessRefused, queueID: "BBBBBB") { event in
      event.flags = hidesLogin ? .hidesLogin : []
    }
    log.finish()
    #expect(log.accounts == Array(repeating: "alice", count: count))
    #expect(log.problems == [])
  }

  @Test func `a line for each recipient makes one message`() {
    var log = SessionLog()
    log.apply(.connected, change: { $0.flags.insert(.namesClient) })
    log.apply(.authenticated, name: "alice") { event in
      event.mechanism = event.detail
      event.client = .none
    }
    for queueID in ["AAAAAA", "AAAAAA", "BBBBBB", "BBBBBB"] {
      log.apply(.accepted, queueID: queueID) { event in
        event.flags.insert(.namesSender)
        event.client = .none
      }
    }
    #expect(log.submissions.map(\.queueID.text) == ["AAAAAA", "BBBBBB"])
    #expect(log.submissions.map(\.client) == Array(repeating: ClientAddress("192.0.2.1"), count: 2))
    #expect(log.problems == [])
  }
}
