import MailLog
import Testing

@testable import Sessions

/// A Postfix and the server in front of it, on a host each, both tell of a message.
struct HandedOnTests {
  /// What the Postfix tells.
  private func receive(_ queueID: String, in log: inout SessionLog) {
    log.apply(.authenticatedMessage, host: 2, queueID: queueID, name: "XCLIENT") {
      $0.detail = $0.name
    }
    log.queue(queueID, host: 2)
  }

  /// What the server in front tells.
  private func handOn(_ queueID: String, in log: inout SessionLog) {
    log.apply(.accepted, process: 5, queueID: "of\(queueID)", name: queueID) { event in
      event.server = .dovecot
      event.flags.insert(.handedOn)
      event.detail = event.name
      event.sender = event.name
    }
  }

  private func logIn(in log: inout SessionLog) {
    log.apply(.authenticated, process: 5, name: "alice") { event in
      event.server = .dovecot
      event.tls = .tls13
    }
  }

  @Test func `behind the first message the line counts that tells the TLS`() throws {
    var log = SessionLog()
    logIn(in: &log)
    for queueID in ["AAAAAA", "BBBBBB", "CCCCCC"] {
      receive(queueID, in: &log)
      try log.restart()
      handOn(queueID, in: &log)
    }
    #expect(log.submissions.map(\.queueID.text) == ["AAAAAA", "ofBBBBBB", "ofCCCCCC"])
    #expect(log.submissions.map(\.tls) == [.unknown, .tls13, .tls13])
    #expect(log.problems == [])
  }

  @Test(arguments: [true, false])
  func `messages that are forgotten before the other line comes are counted`(isFrontFirst: Bool) {
    var log = SessionLog { $0.handedOn = 10 }
    logIn(in: &log)
    let messages = (0..<35).map { String($0 + 100_000) }
    for queueID in messages {
      isFrontFirst ? handOn(queueID, in: &log) : receive(queueID, in: &log)
    }
    #expect(log.submissions.count == 35)
    #expect(log.table.drops.handedOn == 0, "the other log may not be read at all")
    for queueID in messages {
      isFrontFirst ? receive(queueID, in: &log) : handOn(queueID, in: &log)
    }
    log.finish()
    let twice = log.submissions.count - 35
    #expect(twice > 0)
    #expect(log.table.drops.handedOn >= twice)
  }

  @Test func `of files that are read one after the other more is known`() {
    #expect(SessionTable.Limits.ofFiles.handedOn >= 500_000)
    #expect(SessionTable.Limits().handedOn == 65_536)
  }
}
