import MailLog
import Testing

/// What counts as sent without TLS.
struct PlainSessionTests {
  private func send(_ log: inout SessionLog, _ queueID: String, process: UInt32 = 1) {
    log.begin(queueID, process: process)
    log.queue(queueID)
  }

  @Test func `without TLS is what a host that logs TLS does not log`() {
    var log = SessionLog()
    log.connect()
    send(&log, "AAAAAA")
    #expect(log.submissions.map(\.isUndecided) == [true])
    #expect(log.versions == [.unknown])
    log.connect(2)
    log.startTLS(2)
    #expect(log.versions == [.none])
    send(&log, "BBBBBB")
    #expect(log.submissions.map(\.isUndecided) == [true, false])
    #expect(log.submissions.map(\.tls) == [.unknown, .none])
    log.disconnect()
    log.connect(3, host: 2)
    log.begin("CCCCCC", process: 3, host: 2)
    log.queue("CCCCCC", host: 2)
    log.startTLS(2)
    log.finish()
    #expect(log.versions == [.none, .none, .unknown])
    #expect(log.decidedHosts == [SessionLog.host(1)])
    #expect(log.ended == [1, 2])
    #expect(log.problems == [])
  }

  @Test func `STARTTLS may come after a first message, and the last version counts`() {
    var log = SessionLog()
    log.connect()
    send(&log, "AAAAAA")
    log.startTLS(1, .tls12)
    send(&log, "BBBBBB")
    log.startTLS(1, .tls10)
    send(&log, "CCCCCC")
    log.disconnect(startedTLS: true)
    log.finish()
    #expect(log.versions == [.none, .tls12, .tls10])
    #expect(log.retracted.isEmpty)
    #expect(log.problems == [])
  }

  @Test func `a session that was not seen from its start, or is wrapped in TLS, proves nothing`() {
    var log = SessionLog()
    log.startTLS(9)
    send(&log, "AAAAAA")
    log.disconnect()
    log.apply(.connected) { $0.flags.insert(.wrapped) }
    send(&log, "BBBBBB")
    log.disconnect()
    log.finish()
    #expect(log.versions == [.unknown, .unknown])
    #expect(log.ended.isEmpty)
    #expect(log.problems == [])
  }

  @Test func `STARTTLS that was not logged takes back what counted as without`() {
    for isDecided in [true, false] {
      var log = SessionLog()
      if isDecided { log.startTLS(9) }
      log.connect()
      send(&log, "AAAAAA")
      send(&log, "BBBBBB")
      log.begin("CCCCCC")
      log.apply(.messageID, process: 2, queueID: "CCCCCC")
      log.disconnect(startedTLS: true)
      // Accepted after the session's end.
      log.queue("CCCCCC")
      log.connect()
      send(&log, "DDDDDD")
      log.disconnect()
      log.finish()
      let last: TLSVersion = isDecided ? .none : .unknown
      #expect(log.versions == [.unknown, .unknown, .unknown, last])
      #expect(log.retracted == [0, 1])
      #expect(log.ended == [3])
      #expect(log.problems == [])
    }
  }

  @Test func `the server's own Received header tells the version, the first one only`() {
    var log = SessionLog()
    log.connect()
    for (id, versions) in [
      ("AAAAAA", [TLSVersion.tls12, .tls10]), ("BBBBBB", [.unknown, .tls13]),
    ] {
      log.begin(id)
      for version in versions {
        log.apply(.receivedHeader, process: 2, queueID: id) { $0.tls = version }
      }
      log.queue(id)
    }
    log.disconnect(startedTLS: true)
    log.finish()
    #expect(log.versions == [.tls12, .unknown])
    #expect(log.retracted == [1])
    #expect(log.problems == [])
  }

  @Test func `what is accepted after a plain session's end is the end of it`() {
    var log = SessionLog()
    log.startTLS(9)
    log.connect()
    log.begin("AAAAAA")
    log.apply(.messageID, process: 2, queueID: "AAAAAA")
    log.disconnect()
    log.time += 3600
    log.queue("AAAAAA")
    #expect(log.versions == [.none])
    #expect(log.ended == [0])
    log.finish()
    #expect(log.problems == [])
  }
}
