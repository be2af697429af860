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
}
