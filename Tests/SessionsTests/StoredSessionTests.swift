import MailLog
import TestSupport
import Testing

@testable import Sessions

/// What is stored of a table comes back as it was.
struct StoredSessionTests {
  @Test func `a table that is stored and restored at any moment goes on as if it had not been`()
    throws
  {
    var compared = 0
    for seed in UInt64(0)..<60 {
      var whole = SessionLog()
      var restarted = SessionLog()
      var (steps, sameSteps) = (RandomEvents(seed: seed), RandomEvents(seed: seed))
      for step in 0..<300 {
        steps.step(&whole)
        sameSteps.step(&restarted)
        if step % 7 == 3 { try restarted.restart() }
      }
      whole.finish()
      restarted.finish()
      #expect(restarted.problems == [], "seed \(seed)")
      #expect(summary(restarted) == summary(whole), "seed \(seed)")
      compared += whole.submissions.count
    }
    #expect(compared > 300)
  }

  @Test func `bytes that no table stored are refused`() throws {
    var log = SessionLog()
    var steps = RandomEvents(seed: 5)
    for _ in 0..<200 { steps.step(&log) }
    log.apply(.submitted, queueID: "EEEEEE", name: "alice") { $0.flags = [] }
    for name in ["alice", "bob"] { log.apply(.authFailed, name: name) { $0.flags = .standsAlone } }
    log.apply(.authFailed, name: "eve") { $0.flags = .unproven }
    let stored = log.table.packed
    // Less the last numbers it is what earlier versions stored.
    for count in [0, 1, stored.count / 2, stored.count - 4, stored.count - 1] {
      var table = SessionTable()
      #expect(throws: StoredDamage(part: "open sessions")) {
        try table.restore(Array(stored[..<count]), nameCount: log.names.count)
      }
    }
    var table = SessionTable()
    #expect(throws: StoredDamage(part: "open sessions")) { try table.restore(stored, nameCount: 0) }
  }

  @Test func `what earlier versions stored comes back, without what they knew nothing of`() throws {
    var log = SessionLog()
    log.apply(.authFailed, name: "bob")
    let stored = log.table.packed
    for missing in [3, 5] {
      var table = SessionTable()
      try table.restore(stored.dropLast(missing), nameCount: log.names.count)
      #expect(table.packed == stored)
    }
  }

  @Test func `what is stored keeps its form`() throws {
    var log = SessionLog()
    var steps = RandomEvents(seed: 5)
    for _ in 0..<200 { steps.step(&log) }
    log.table.beginBorder()
    log.apply(.authenticatedMessage, process: 7, queueID: "BBBBBB", name: "alice")
    log.apply(.queued, process: 8, queueID: "CCCCCC", name: "eve")
    log.apply(.submitted, queueID: "EEEEEE", name: "alice") { $0.flags = [] }
    for name in ["alice", "bob"] { log.apply(.authFailed, name: name) { $0.flags = .standsAlone } }
    log.apply(.authFailed, name: "eve") { $0.flags = .unproven }
    #expect(StoredForm(log.table.packed) == StoredForm(1521, 0xe6b5_3951_6751_375a))
  }

  private func summary(_ log: borrowing SessionLog) -> [String] {
    let submissions = log.submissions.map {
      "\($0.number) \($0.time.nanoseconds) \($0.account) \($0.sender) \($0.tls) \($0.client.text) "
        + "\($0.queueID.text) \($0.cipher) \($0.mechanism) \($0.isUndecided) "
        + "\(String(describing: $0.recipients)) \(String(describing: $0.bytes))"
    }
    return submissions + log.retracted.sorted().map { "retracted \($0)" }
      + log.ended.sorted().map { "ended \($0)" } + log.rejectedAccounts + log.authenticated
      + ["\(log.failures.count) \(log.repeatedFailures) \(log.decidedHosts.count)"]
  }
}
