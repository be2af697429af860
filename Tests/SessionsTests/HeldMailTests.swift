import MailLog
import Testing

/// Mail on hold, and mail that a before-queue filter takes: no queue line proves it.
struct HeldMailTests {
  /// A session whose message is on hold and has its Message-ID.
  private func held(messageIDFirst: Bool) -> SessionLog {
    var log = SessionLog()
    log.connect()
    log.begin("4D0381EF")
    if messageIDFirst { log.apply(.messageID, process: 2, queueID: "4D0381EF") }
    log.time += 1
    log.apply(.held, process: 2, queueID: "4D0381EF", name: "Held@example.org")
    if !messageIDFirst { log.apply(.messageID, process: 2, queueID: "4D0381EF") }
    return log
  }

  @Test(arguments: [true, false])
  func `a held message counts when its session goes on, at the line that proved it`(
    messageIDFirst: Bool
  ) {
    for end in 0..<4 {
      var log = held(messageIDFirst: messageIDFirst)
      let proved = Timestamp(seconds: Int64(log.time))
      #expect(log.submissions.isEmpty)
      log.time += 10
      switch end {
      case 0: log.disconnect()
      case 1: log.begin("FFFFFF")
      case 2: log.connect()
      default: log.finish()
      }
      #expect(log.submissions.map(\.time) == [proved])
      #expect(log.submissions.map { log.names.shown($0.sender) } == ["held@example.org"])
      #expect(log.submissions.map(\.bytes) == [nil])
      // postsuper -r: the queue manager sees it later.
      log.queue("4D0381EF")
      log.finish()
      #expect(log.submissions.count == 1)
      #expect(log.problems == [])
    }
  }

  @Test(arguments: [true, false])
  func `a reject or a lost connection cancels a held message`(messageIDFirst: Bool) {
    for kind in [MailEvent.Kind.refused, .lostInData] {
      var log = held(messageIDFirst: messageIDFirst)
      log.apply(kind, queueID: kind == .refused ? "4D0381EF" : "")
      log.disconnect()
      log.finish()
      #expect(log.submissions.isEmpty)
      #expect(log.problems == [])
    }
  }

  @Test func `a message that is held at RCPT, before it has an ID, counts`() {
    var log = SessionLog()
    log.connect()
    log.apply(.held, name: "a@example.org")
    log.begin("4D0381EF")
    log.begin("FFFFFF")
    log.apply(.messageID, process: 2, queueID: "FFFFFF")
    log.disconnect()
    #expect(log.submissions.isEmpty)
    log.apply(.messageID, process: 2, queueID: "4D0381EF")
    #expect(log.submissions.map(\.queueID.text) == ["4D0381EF"])
    log.finish()
    #expect(log.problems == [])
  }

  @Test func `a message that is proven after its session counts at once`() {
    var log = SessionLog()
    log.connect()
    log.begin("4D0381EF")
    log.apply(.held, process: 2, queueID: "4D0381EF", name: "a@example.org")
    log.disconnect()
    log.apply(.messageID, process: 2, queueID: "4D0381EF")
    #expect(log.submissions.count == 1)
    log.finish()
    #expect(log.problems == [])
  }

  @Test func `a held message without a sender has an unknown one`() {
    var log = SessionLog()
    log.connect()
    log.begin("4D0381EF")
    log.apply(.messageID, process: 2, queueID: "4D0381EF")
    log.apply(.held, process: 2, queueID: "4D0381EF")
    log.finish()
    #expect(log.submissions.map { log.names.shown($0.sender) } == ["(unknown)"])
    #expect(log.problems == [])
  }

  @Test func `mail of nobody that is held does not count`() {
    var log = SessionLog()
    log.connect()
    log.apply(.otherMessage, queueID: "4D0381EF")
    log.apply(.messageID, process: 2, queueID: "4D0381EF")
    log.apply(.held, process: 2, queueID: "4D0381EF", name: "a@example.org")
    log.disconnect()
    log.finish()
    #expect(log.submissions.isEmpty)
    #expect(log.problems == [])
  }

  @Test func `a before-queue filter's answer counts once for each message`() {
    var log = SessionLog()
    log.connect()
    log.startTLS()
    log.begin("", "alice")
    log.apply(.filterAccepted, name: "a@example.org")
    log.apply(.filterAccepted, name: "a@example.org")
    log.begin("", "alice")
    log.apply(.refused)
    log.apply(.filterAccepted, name: "b@example.org")
    log.begin("", "alice")
    log.apply(.filterAccepted, name: "c@example.org")
    log.begin("", "alice")
    log.apply(.lostInData)
    log.apply(.filterAccepted, name: "d@example.org")
    log.disconnect()
    log.finish()
    let senders = log.submissions.map { log.names.shown($0.sender) }
    #expect(senders == ["a@example.org", "c@example.org"])
    #expect(log.versions == [.tls13, .tls13])
    #expect(log.authenticated == ["alice"])
    #expect(log.problems == [])
  }
}
