import MailLog
import Testing

@testable import Sessions

/// Failed AUTH that a program tells of which serves more than SMTP.
struct NotedFailureTests {
  private func note(_ log: inout SessionLog, _ name: String, process: UInt32 = 1) {
    log.apply(.authFailed, process: process, name: name) { $0.flags = .unproven }
    log.time += 2
  }

  @Test func `failures count once their session turns out to be one of SMTP`() throws {
    var log = SessionLog()
    note(&log, "anna")
    note(&log, "eve", process: 2)
    #expect(log.failures.isEmpty)
    try log.restart()
    log.apply(.authenticated, name: "anna")
    #expect(log.failures.map(\.attempts) == [1])
    #expect(log.failures.map(\.time.nanoseconds) == [1_000_000_000_000_000])
    #expect(log.table.noted.count == 1)
    #expect(log.problems == [])
  }

  @Test(arguments: [(0, 3, [3]), (1, 3, [1, 2]), (3, 3, [1, 1, 1]), (4, 3, [1, 1, 1])])
  func `a line that stands for several failures adds only those that nobody told of`(
    told: Int,
    attempts: UInt32,
    expected: [UInt32]
  ) {
    var log = SessionLog()
    for number in 0..<told { note(&log, "user\(number)", process: 0) }
    log.apply(.authFailed, process: 0, name: "last") { event in
      event.flags = .standsAlone
      event.reason = .credentials
      event.repeats = attempts
    }
    #expect(log.failures.map(\.attempts) == expected)
    #expect(log.table.noted.isEmpty)
    #expect(log.table.openSessions == 0)
  }

  @Test func `an attempt that the client gave up is no attempt that was told of`() {
    var log = SessionLog()
    note(&log, "anna")
    log.apply(.authFailed) { event in
      event.flags = .standsAlone
      event.reason = .cancelled
    }
    #expect(log.failures.map(\.reason) == [.unknown, .cancelled])
  }

  @Test func `two databases that know no such user are one failure`() {
    var log = SessionLog()
    log.apply(.authFailed, name: "anna") { $0.flags = .unproven }
    log.time += 0.1
    note(&log, "anna")
    note(&log, "anna")
    log.apply(.authenticated, name: "anna")
    #expect(log.failures.count == 2)
  }

  @Test(arguments: [UInt32(1), 3, 90])
  func `a line that stands for several failures of a session is as many, up to a limit`(
    repeats: UInt32
  ) throws {
    var log = SessionLog()
    note(&log, "anna")
    log.time += 4
    log.apply(.authFailed, name: "anna") { event in
      event.flags = .unproven
      event.repeats = repeats
    }
    try log.restart()
    log.time += 2
    log.apply(.authenticated, name: "anna")
    #expect(log.failures.count == min(32, 1 + Int(repeats)))
    #expect(log.failures.map(\.attempts).allSatisfy { $0 == 1 })
  }

  @Test func `a line that came again is as many failures of its session, and of no other`() throws {
    var log = SessionLog()
    log.apply(.authFailed, process: 9, name: "bob") { $0.reason = .credentials }
    note(&log, "eve", process: 2)
    note(&log, "anna")
    try log.restart()
    for host: UInt64 in [1, 1, 2] {
      log.time += 6
      log.apply(.lineRepeated, process: 0, host: host) { event in
        event.repeats = 3
        event.flags = .followsEvent
      }
    }
    log.time += 2
    log.apply(.authenticated, name: "anna")
    log.apply(.authenticated, process: 2, name: "eve")
    let seconds = log.failures.map { $0.time.nanoseconds / 1_000_000_000 - 1_000_000 }
    #expect(seconds == [0, 2, 10, 10, 10, 16, 16, 16, 0])
    #expect(log.repeatedFailures == 0)
    #expect(log.problems == [])
  }

  @Test(arguments: [(0.4, false, 1), (0.6, false, 2), (0.9, true, 1), (1.1, true, 2)])
  func `what the first database told of an attempt that succeeds is no failure`(
    seconds: Double,
    isUnknownUser: Bool,
    expected: Int
  ) throws {
    var log = SessionLog()
    note(&log, "anna")
    log.apply(.authFailed, name: "anna") { event in
      event.flags = isUnknownUser ? [.unproven, .mayYetSucceed] : .unproven
      event.stamp = LogStamp(value: 0, form: .absolute, fractionDigits: 6)
    }
    try log.restart()
    log.time += seconds
    log.apply(.authenticated, name: "anna") { event in
      event.stamp = LogStamp(value: 0, form: .absolute, fractionDigits: 6)
    }
    #expect(log.failures.count == expected)
  }

  @Test func `a flood of failures gives up what is told, and is counted`() {
    var log = SessionLog { $0.noted = 8 }
    for process in 0..<100 {
      note(&log, "eve", process: UInt32(process))
      #expect(log.table.noted.count <= 8)
    }
    #expect(log.table.drops.noted > 0)
    note(&log, String(repeating: "x", count: 1000))
    #expect(log.failures.isEmpty)
  }

  /// A message of a Postfix whose client is named by a server in front.
  private func handOn(_ queueID: String, in log: inout SessionLog) {
    log.apply(.authenticatedMessage, queueID: queueID, name: "XCLIENT") { $0.detail = $0.name }
    log.queue(queueID)
  }

  /// What Dovecot tells of a message that it has handed on to a Postfix.
  private func relay(_ queueID: String, in log: inout SessionLog) {
    log.apply(.accepted, process: 5, queueID: "of\(queueID)", name: queueID) { event in
      event.server = .dovecot
      event.flags.insert(.handedOn)
      event.detail = event.name
    }
  }

  @Test func `a message is left to the server in front, if there is one`() throws {
    var log = SessionLog()
    handOn("AAAAAA", in: &log)
    relay("AAAAAA", in: &log)
    handOn("BBBBBB", in: &log)
    try log.restart()
    relay("BBBBBB", in: &log)
    relay("CCCCCC", in: &log)
    handOn("CCCCCC", in: &log)
    #expect(log.submissions.map(\.queueID.text) == ["AAAAAA", "ofBBBBBB", "ofCCCCCC"])
  }

  @Test func `a message counts that is left to a server which does not tell of it`() throws {
    var log = SessionLog()
    func logIn() { log.apply(.authenticated, process: 5, name: "bob") { $0.server = .dovecot } }
    logIn()
    handOn("AAAAAA", in: &log)
    log.apply(.removed, queueID: "AAAAAA")
    #expect(log.submissions.isEmpty)
    try log.restart()
    log.time += 61
    logIn()
    #expect(log.submissions.map(\.queueID.text) == ["AAAAAA"])
    relay("AAAAAA", in: &log)
    // It is there, but tells logins alone.
    handOn("BBBBBB", in: &log)
    log.time += 61
    logIn()
    handOn("CCCCCC", in: &log)
    #expect(log.submissions.map(\.queueID.text) == ["AAAAAA", "BBBBBB", "CCCCCC"])
  }

  @Test func `TLS in one server's log says nothing of another's on the same host`() {
    var log = SessionLog()
    log.connect()
    log.begin("AAAAAA")
    log.queue("AAAAAA")
    log.apply(.authenticated, process: 5, name: "bob") { event in
      event.server = .dovecot
      event.flags = .startedTLS
    }
    log.apply(.authenticated, process: 6, name: "carl") { event in
      event.server = .dovecot
      event.flags = .showsNoTLS
    }
    log.apply(.accepted, process: 6) { event in
      event.server = .dovecot
      event.flags = .namesSender
    }
    #expect(log.submissions.map(\.tls) == [.unknown, .none])
    #expect(log.submissions.map(\.isUndecided) == [true, false])
    #expect(log.table.hiddenTLS.all.map(\.server) == [.dovecot])
  }
}
