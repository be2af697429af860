import MailLog
import Testing

@testable import Sessions

/// Random events; `SessionLog` checks the invariants after each.
struct RandomSessionTests {
  private struct Numbers {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
      state &+= 0x9e37_79b9_7f4a_7c15
      return Int(ByteHash.mix(state, 0xbf58_476d_1ce4_e5b9) % UInt64(limit))
    }
  }

  private static let kinds: [MailEvent.Kind] = [
    .connected, .connected, .tlsEstablished, .tlsFailed, .authenticatedMessage,
    .authenticatedMessage, .authenticatedMessage, .otherMessage, .authFailed, .queued, .queued,
    .queued, .queued, .filterAccepted, .messageID, .messageID, .held, .held, .refused,
    .rejectedCommand, .removed, .lostInData, .lost, .disconnected, .disconnected, .receivedHeader,
    .lineRepeated,
  ]

  /// One random event; all depends on the numbers alone, nothing on the table.
  private func step(_ log: inout SessionLog, _ numbers: inout Numbers, hosts: Int) {
    let kind = Self.kinds[numbers.below(Self.kinds.count)]
    let host = UInt64(numbers.below(hosts) + 1)
    let needsNoID = [.held, .authenticatedMessage].contains(kind) && numbers.below(4) == 0
    let queueID = needsNoID ? "" : "ABCDEF" + String(numbers.below(6))
    let process = UInt32(numbers.below(5))
    let flags = numbers.below(40)
    let version = TLSVersion(rawValue: UInt8(numbers.below(7))) ?? .unknown
    let name = numbers.below(8) == 0 ? nil : "user\(numbers.below(4))"
    // Clocks also go back.
    let steps = [0, 0, 0, 0, 0.1, 1, 3, -2, 30, 61, 3600, 90_000, 450_000]
    log.time += numbers.below(6) == 0 ? steps[numbers.below(steps.count)] : 0
    log.apply(kind, process: process, host: host, queueID: queueID, name: name) { event in
      event.tls = version
      event.recipients = Int32(flags) - 1
      event.bytes = Int64(flags) - 1
      if flags & 3 == 0 { event.flags.insert(.startedTLS) }
      if flags & 7 == 1 { event.flags.insert(.wrapped) }
      if flags & 1 == 0 { event.flags.insert(.followsEvent) }
    }
  }

  private func run(
    _ seed: UInt64,
    steps: Int,
    _ adjust: (inout SessionTable.Limits) -> Void
  )
    -> (submissions: Int, problems: [String])
  {
    var numbers = Numbers(state: seed)
    let hosts = numbers.below(3) + 1
    var log = SessionLog(adjust)
    for _ in 0..<steps {
      step(&log, &numbers, hosts: hosts)
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
