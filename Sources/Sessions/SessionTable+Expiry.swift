import MailLog

/// The sizes at which the tables are swept next: twice what the last sweep left.
///
/// So a sweep costs a constant time per entry added, and needs no order of age. Entries that are
/// too old never count, swept or not: whoever finds one looks at its time.
struct SweepSizes: Sendable {
  var sessions = SweepSizes.least
  var waiting = SweepSizes.least
  var delivering = SweepSizes.least

  static let least = 4096

  static func next(_ count: Int, limit: Int) -> Int {
    min(max(least, count * 2), max(limit, 1))
  }
}

extension SessionTable {
  mutating func sweepSessions(at time: Timestamp, into outcomes: inout [SessionOutcome]) {
    var age = limits.sessionAge
    repeat {
      for (process, session) in sessions.all() {
        let idle = time.since(session.lastSeen)
        // Some servers log no end of such a session.
        let isOver = session.account == NameTable.empty && idle > limits.loginAge
        guard isOver || idle > age, let slot = sessions.find(process) else { continue }
        confirmHeld(slot, into: &outcomes)
        endPlain(slot, usedTLS: false, into: &outcomes)
        sessions.remove(slot: slot)
        if !isOver, age < limits.sessionAge { drops.sessions += 1 }
      }
      age /= 2
      // A flood of connections within a moment: the table's limit is above any real number of
      // processes, so that only forged lines get here.
    } while sessions.count >= limits.sessions && age > 0
    if sessions.count >= limits.sessions {
      drops.sessions += sessions.count
      finish(into: &outcomes)
    }
    sizes.sessions = SweepSizes.next(sessions.count, limit: limits.sessions)
  }

  mutating func sweepWaiting(at time: Timestamp) {
    waiting.removeAll { _, message in time <= message.deadline }
    var age = limits.waitingAge
    while waiting.count >= limits.waiting, age > 0 {
      age /= 2
      let before = waiting.count
      let latest = Timestamp(nanoseconds: time.nanoseconds &+ limits.waitingAge &- age)
      waiting.removeAll { _, message in message.deadline >= latest }
      drops.waiting += before - waiting.count
    }
    if waiting.count >= limits.waiting {
      drops.waiting += waiting.count
      waiting.removeAll { _, _ in false }
    }
    sizes.waiting = SweepSizes.next(waiting.count, limit: limits.waiting)
  }
}
