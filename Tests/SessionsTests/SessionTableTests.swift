import MailLog
import Testing

@testable import Sessions

struct SessionTableTests {
  @Test func `an outcome takes no more room than the submission in it`() {
    #expect(MemoryLayout<Submission>.size == 120)
    #expect(MemoryLayout<SessionOutcome>.size == 120)
  }

  @Test func `a message counts at its first queue line, once, until its ID is free`() {
    var log = SessionLog()
    log.connect()
    log.startTLS()
    log.begin("4D0381EF", "Alice@Example.org")
    #expect(log.submissions.isEmpty)
    log.queue("4D0381EF")
    log.queue("4D0381EF")
    log.disconnect()
    log.queue("4D0381EF")
    log.apply(.removed, queueID: "4D0381EF")
    log.queue("4D0381EF")
    log.finish()
    #expect(log.accounts == ["alice@example.org"])
    #expect(log.versions == [.tls13])
    #expect(log.authenticated == ["alice@example.org"])
    guard let submission = log.submissions.first else { return }
    #expect(submission.recipients == 2)
    #expect(submission.bytes == 1234)
    #expect(submission.client == ClientAddress("192.0.2.1"))
    #expect(log.names.shown(submission.sender) == "alice@example.org")
    #expect(log.table.terms.shown(submission.mechanism) == "PLAIN")
    #expect(submission.queueID.text == "4D0381EF")
    #expect(log.problems == [])
  }

  @Test func `a short ID that comes back means the new message`() {
    var log = SessionLog()
    for (account, accepts) in [("a", true), ("b", false), ("c", true), ("d", true)] {
      log.connect()
      log.begin("4D0381EF", account)
      if accepts { log.queue("4D0381EF") }
      log.disconnect()
      // The removed line of one message may be missing.
      if account != "c" { log.apply(.removed, queueID: "4D0381EF") }
      log.time += 1
    }
    log.apply(.otherMessage, process: 2, queueID: "4D0381EF")
    log.queue("4D0381EF")
    log.finish()
    #expect(log.accounts == ["a", "c", "d"])
    #expect(log.problems == [])
  }

  @Test func `the same ID and process number of another host mean another message`() {
    var log = SessionLog()
    log.connect(1, host: 1)
    log.connect(1, host: 2)
    log.startTLS(1, host: 1)
    log.begin("4D0381EF", "one", host: 1)
    log.begin("4D0381EF", "two", host: 2)
    log.queue("4D0381EF", host: 2)
    log.queue("4D0381EF", host: 1)
    log.finish()
    #expect(log.accounts == ["two", "one"])
    #expect(log.versions == [.unknown, .tls13])
    #expect(log.problems == [])
  }

  @Test func `mail that nobody logged in for is not counted`() {
    var log = SessionLog()
    log.connect()
    log.apply(.otherMessage, queueID: "AAAAAA")
    log.queue("AAAAAA")
    log.begin("BBBBBB")
    log.apply(.otherMessage, process: 0, queueID: "BBBBBB")
    log.queue("BBBBBB")
    log.begin("CCCCCC")
    log.apply(.refused, queueID: "CCCCCC")
    log.queue("CCCCCC")
    log.begin("DDDDDD")
    log.apply(.lostInData)
    log.queue("DDDDDD")
    log.finish()
    #expect(log.submissions.isEmpty)
    #expect(log.rejectedAccounts == ["alice"])
    #expect(log.problems == [])
  }

  @Test func `a line that stands for several refusals counts for all of them`() {
    var log = SessionLog()
    log.connect()
    log.begin("AAAAAA")
    log.apply(.rejectedCommand) { $0.repeats = 3 }
    log.apply(.refused, queueID: "AAAAAA") { $0.repeats = 2 }
    log.apply(.rejectedCommand, process: 0, name: "bob") { event in
      event.flags.insert(.standsAlone)
      event.repeats = 2
    }
    log.finish()
    let expected = Array(repeating: "alice", count: 5) + ["bob", "bob"]
    #expect(log.rejectedAccounts == expected)
    #expect(log.problems == [])
  }

  @Test(arguments: [(0.0, 1), (4.9, 1), (5.0, 1), (5.1, 0), (60, 0)])
  func `a queue line up to five seconds early is paired`(seconds: Double, count: Int) {
    var log = SessionLog()
    log.connect()
    log.startTLS()
    log.queue("4D0381EF", from: "Early@example.org")
    let stamped = log.time
    log.time += seconds
    log.begin("4D0381EF")
    #expect(log.submissions.count == count)
    if count == 1 {
      #expect(log.submissions.map(\.time) == [Timestamp(seconds: Int64(stamped))])
      #expect(log.submissions.map { log.names.shown($0.sender) } == ["early@example.org"])
      log.queue("4D0381EF")
      #expect(log.submissions.count == 1)
    }
    log.finish()
    #expect(log.problems == [])
  }

  @Test func `an early line whose ID became free or was used is not paired`() {
    var log = SessionLog()
    log.connect()
    log.queue("AAAAAA")
    log.apply(.removed, queueID: "AAAAAA")
    log.begin("AAAAAA")
    #expect(log.submissions.isEmpty)
    log.queue("BBBBBB", from: "first")
    log.queue("BBBBBB", from: "second")
    log.begin("BBBBBB")
    log.begin("BBBBBB")
    #expect(log.submissions.map { log.names.shown($0.sender) } == ["second"])
    log.finish()
    #expect(log.problems == [])
  }

  @Test func `an ID waits five days, whatever becomes of its session`() {
    let day = 86_400.0
    for (days, count) in [(4.9, 1), (5.0, 1), (5.1, 0)] {
      var log = SessionLog()
      log.connect()
      log.begin("4D0381EF")
      log.apply(.messageID, process: 2, queueID: "4D0381EF")
      log.disconnect()
      log.time += days * day
      log.queue("4D0381EF")
      log.finish()
      #expect(log.submissions.count == count, "\(days)")
      #expect(log.problems == [])
    }
  }

  @Test func `an ID that its session left without sending waits a minute`() {
    for (seconds, count) in [(59.0, 1), (60, 1), (61, 0)] {
      for isNext in [true, false] {
        var log = SessionLog()
        log.connect()
        log.begin("4D0381EF")
        if isNext { log.begin("FFFFFF") } else { log.disconnect() }
        log.time += seconds
        log.queue("4D0381EF")
        log.finish()
        #expect(log.submissions.count == count, "\(seconds)")
        #expect(log.problems == [])
      }
    }
  }

  @Test func `a session of yesterday is over`() {
    for (hours, version) in [(23.9, TLSVersion.tls12), (24.1, .unknown)] {
      var log = SessionLog()
      log.connect()
      log.startTLS(1, .tls12)
      log.time += hours * 3600
      log.begin("4D0381EF")
      log.queue("4D0381EF")
      log.finish()
      #expect(log.versions == [version])
      #expect(log.problems == [])
    }
  }

  @Test func `a repeated line repeats the failure before it, and nothing else`() {
    var log = SessionLog()
    func again(_ log: inout SessionLog, host: UInt64 = 1, follows: Bool = true) {
      log.apply(.lineRepeated, host: host) { event in
        event.repeats = 3
        event.flags = follows ? .followsEvent : []
      }
    }
    log.apply(.authFailed, name: "bob") { $0.repeats = 2 }
    again(&log)
    again(&log)
    #expect(log.repeatedFailures == 6)
    again(&log, host: 2)
    again(&log)
    log.apply(.authFailed, name: "bob")
    again(&log, follows: false)
    log.apply(.authFailed, name: "bob")
    log.apply(.connected, process: 2)
    again(&log)
    #expect(log.repeatedFailures == 6)
    #expect(log.failures.map(\.attempts) == [2, 1, 1])
    #expect(log.problems == [])
  }
}
