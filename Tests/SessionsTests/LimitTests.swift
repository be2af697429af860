import MailLog
import Testing

@testable import Sessions

/// Floods: tables end, and what they give up is counted.
struct LimitTests {
  @Test(arguments: [1, 2, 7, 100, 5000], [0.0, 0.01])
  func `sessions end at their limit, and each that is given up is counted`(
    limit: Int,
    seconds: Double
  ) {
    var log = SessionLog { $0.sessions = limit }
    log.startTLS(0, host: 1)
    log.disconnect(0)
    log.checkInterval = limit > 1000 ? 997 : 1
    let count = limit * 2 + 50
    for number in 1...count {
      let process = UInt32(number)
      log.time += seconds
      log.connect(process)
      log.begin(String(number + 100_000), process: process)
      log.queue(String(number + 100_000))
    }
    #expect(log.problems == [])
    #expect(log.submissions.count == count)
    #expect(log.table.openSessions + log.table.drops.sessions == count)
    log.finish()
    #expect(log.versions.allSatisfy { $0 == .none })
    #expect(log.ended.count == count)
    #expect(log.problems == [])
  }

  @Test func `sessions without a login whose end is not logged make no flood`() {
    var log = SessionLog { $0.sessions = 100 }
    log.connect(1)
    log.startTLS(1)
    log.begin("AAAAAA", process: 1)
    log.queue("AAAAAA")
    for number in 2...1000 {
      log.time += 60
      log.startTLS(UInt32(number))
    }
    log.begin("BBBBBB", process: 1)
    log.queue("BBBBBB")
    #expect(log.versions == [.tls13, .tls13])
    #expect(log.table.drops.sessions == 0)
    #expect(log.problems == [])
  }

  @Test(arguments: [1, 3, 50, 4500])
  func `messages that wait end at their limit, and each that is given up is counted`(limit: Int) {
    var log = SessionLog { $0.waiting = limit }
    log.connect()
    log.startTLS()
    let count = limit * 2 + 50
    for number in 0..<count { log.begin(String(number + 100_000)) }
    #expect(log.table.waitingMessages + log.table.drops.waiting == count)
    for number in 0..<count { log.queue(String(number + 100_000)) }
    #expect(log.submissions.count + log.table.drops.waiting == count)
    log.finish()
    #expect(log.problems == [])
  }

  @Test(arguments: [1, 3, 50, 4500])
  func `early queue lines end at their limit, and each that is given up is counted`(limit: Int) {
    var log = SessionLog { $0.early = limit }
    log.connect()
    log.startTLS()
    let count = limit + 50
    for number in 0..<count { log.queue(String(number + 100_000)) }
    #expect(log.table.drops.early == 50)
    for number in 0..<count { log.begin(String(number + 100_000)) }
    #expect(log.submissions.count + log.table.drops.early == count)
    log.finish()
    #expect(log.problems == [])
  }

  @Test(arguments: [true, false])
  func `an account brings so many names a day, others are not kept`(isEarly: Bool) {
    var log = SessionLog { $0.newSenders = 3 }
    log.connect()
    log.startTLS()
    func send(_ senders: [String], _ account: String, _ log: inout SessionLog) {
      for sender in senders {
        let id = String(log.submissions.count + 100_000)
        if isEarly { log.queue(id, from: sender) }
        log.begin(id, account)
        if !isEarly { log.queue(id, from: sender) }
      }
    }
    send(["a", "b", "a", "c", "d", "b", "alice", "e"], "alice", &log)
    let count = log.names.count
    send(["f", "a"], "bob", &log)
    log.time += 86_400
    send(["d"], "alice", &log)
    #expect(
      log.senders == ["a", "b", "a", "c", "(other)", "b", "alice", "(other)", "f", "a", "d"]
    )
    #expect(log.names.count == count + 3)
    #expect(log.table.drops.senders == 2)
    log.finish()
  }

  @Test func `early queue lines of mail that nobody logged in for are forgotten`() {
    var log = SessionLog { $0.early = 5000 }
    for number in 0..<30_000 {
      log.queue(String(number + 100_000), from: String(repeating: "x", count: 60))
      log.time += 0.01
    }
    #expect(log.table.drops.early == 0)
    #expect(log.table.early.text.count < 2 << 20)
    #expect(log.problems == [])
  }

  @Test func `early queue lines with long senders end where their text does`() {
    var log = SessionLog()
    let sender = String(repeating: "x", count: 900)
    for number in 0..<40_000 { log.queue(String(number + 100_000), from: sender) }
    #expect(log.table.early.text.count < 33 << 20)
    #expect(log.table.drops.early > 0)
    #expect(log.table.early.count + log.table.drops.early == 40_000)
    #expect(log.problems == [])
  }

  @Test(arguments: [0, 1, 3, 20])
  func `messages beyond the plain limit are counted, as unknown`(limit: Int) {
    var log = SessionLog { $0.plain = limit }
    log.startTLS(9)
    log.connect()
    for number in 0..<50 {
      log.begin(String(number + 100_000))
      log.queue(String(number + 100_000))
    }
    #expect(log.submissions.count == 50)
    #expect(log.versions.count { $0 == .none } == limit)
    #expect(log.table.drops.plain == 50 - limit)
    log.disconnect()
    log.connect()
    log.begin("FFFFFF")
    log.queue("FFFFFF")
    log.finish()
    #expect(log.versions.last == (limit > 0 ? TLSVersion.none : .unknown))
    #expect(log.problems == [])
  }

  @Test func `nothing is given up while there is room`() {
    var log = SessionLog()
    for number in 0..<200 {
      log.connect(UInt32(number))
      log.begin(String(number + 100_000), process: UInt32(number))
    }
    #expect(log.table.drops == SessionTable.Drops())
    #expect(log.problems == [])
  }
}
