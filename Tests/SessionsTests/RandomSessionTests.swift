import Testing

@testable import Sessions

/// Random events; `SessionLog` checks the invariants after each.
struct RandomSessionTests {
  private func run(
    _ seed: UInt64,
    steps: Int,
    _ adjust: (inout SessionTable.Limits) -> Void
  )
    -> (submissions: Int, problems: [String])
  {
    var events = RandomEvents(seed: seed)
    var log = SessionLog(adjust)
    for _ in 0..<steps {
      events.step(&log)
      if !log.problems.isEmpty { break }
    }
    log.finish()
    return (log.submissions.count, log.problems)
  }

  @Test func `random logs keep every invariant`() {
    var submissions = 0
    for seed in UInt64(0)..<150 {
      let result = run(seed, steps: 400) { _ in }
      #expect(result.problems == [], "seed \(seed)")
      submissions += result.submissions
    }
    #expect(submissions > 1000)
  }

  @Test func `random logs keep every invariant in tables that are always full`() {
    for seed in UInt64(0)..<150 {
      let limit = Int(seed % 5)
      let result = run(seed, steps: 400) { limits in
        limits.sessions = limit + 1
        limits.waiting = limit + 1
        limits.early = limit
        limits.plain = limit
      }
      #expect(result.problems == [], "seed \(seed)")
    }
  }

  @Test func `equal logs give equal results`() {
    let results = (0..<2).map { _ in run(99, steps: 3000) { $0.plain = 2 } }
    #expect(results[0] == results[1])
    #expect(results[0].submissions > 50)
  }
}
