import MailLog
import Testing

@testable import Sessions

/// Lines that a server may send to syslog twice, and that a syslog daemon gathers.
struct TwinLineTests {
  private func fail(_ log: inout SessionLog, _ repeats: UInt32 = 1, process: UInt32 = 7) {
    log.apply(.authFailed, process: process, name: "eve") { event in
      event.flags = .standsAlone
      event.repeats = repeats
    }
  }

  private func again(_ log: inout SessionLog, _ repeats: UInt32, host: UInt64 = 1) {
    log.apply(.lineRepeated, process: 0, host: host) { event in
      event.repeats = repeats
      event.flags = .followsEvent
    }
  }

  /// Failures that came alone, of other processes.
  private func showSingles(_ log: inout SessionLog) {
    for process: UInt32 in 1...3 {
      fail(&log, process: process)
      log.time += 2
    }
  }

  private func count(_ log: borrowing SessionLog) -> UInt32 {
    log.failures.reduce(log.repeatedFailures) { $0 + $1.attempts }
  }

  @Test func `a host that came back with any number of lines that came alone goes on counting`() {
    var lines = TwinLines()
    let host = HostKey(hash: 1)
    lines.restore(host, singles: .max)
    for second in 0..<20 {
      let time = Timestamp(seconds: Int64(second) * 10)
      let process = ProcessKey(program: 1, id: 7)
      let first = lines.firstCopies(process, host: host, hash: 1, repeats: 1, at: time)
      #expect(first == 1)
    }
    #expect(lines.singles[host] == 8)
  }

  // An odd number of lines has none that came twice.
  private static let runs: [(UInt32, UInt32)] = [(2, 3), (3, 2), (4, 5), (9, 5), (10, 11)]

  @Test(arguments: runs, [0.2, 60])
  func `repetitions hold a second copy of each line`(
    run: (repeats: UInt32, attempts: UInt32),
    pause: Double
  ) throws {
    for isGathered in [true, false] {
      var log = SessionLog()
      fail(&log)
      log.time += pause
      try log.restart()
      if isGathered { fail(&log, run.repeats) } else { again(&log, run.repeats) }
      #expect(count(log) == run.attempts, "\(isGathered)")
      // No line is left that waits for its copy.
      fail(&log)
      #expect(count(log) == run.attempts + 1, "\(isGathered)")
      #expect(log.problems == [])
    }
  }

  @Test func `one repetition is the second copy`() {
    var log = SessionLog()
    fail(&log)
    again(&log, 1)
    #expect(count(log) == 1)
  }

  @Test func `repetitions count in full on a host whose lines come alone`() throws {
    for isGathered in [true, false] {
      var log = SessionLog()
      showSingles(&log)
      fail(&log)
      try log.restart()
      if isGathered { fail(&log, 9) } else { again(&log, 9) }
      #expect(count(log) == 3 + 10, "\(isGathered)")
    }
  }

  @Test func `what repeats a second copy repeats the failure`() throws {
    var log = SessionLog()
    fail(&log)
    fail(&log)
    try log.restart()
    again(&log, 4)
    #expect(count(log) == 3)
    // Another failure has come in between: that one did not come again.
    fail(&log)
    log.apply(.authFailed, process: 2, name: "bob")
    fail(&log)
    again(&log, 4)
    #expect(count(log) == 5)
    #expect(log.problems == [])
  }

  @Test func `repetitions on another host or of no failure add nothing`() {
    var log = SessionLog()
    fail(&log)
    again(&log, 3, host: 2)
    fail(&log)
    log.apply(.connected, process: 8)
    again(&log, 3)
    #expect(count(log) == 1)
  }

  @Test func `lines without a process have no second copy`() {
    var log = SessionLog()
    for repeats: UInt32 in [1, 1, 4] { fail(&log, repeats, process: 0) }
    again(&log, 3)
    #expect(count(log) == 9)
  }
}
