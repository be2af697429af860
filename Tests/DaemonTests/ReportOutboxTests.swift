import Alerts
import MailLog
import Platform
import Settings
import TestSupport
import Testing

@testable import Daemon

/// Reports by e-mail over weeks, restarts and failures, by a clock of the test's own.
struct ReportOutboxTests {
  /// A mail server and a disk that do as they are told.
  private final class World: ReportStorage {
    struct State: Sendable {
      var saved = ReportChange()
      var isFull = false
      var errors: [String: AlertSinkError] = [:]
      var sent: [DueReport] = []
      var attempts = 0
      var notes: [ReportOutbox.Note] = []
      var time = Timestamp(seconds: 0)
    }

    struct Full: Error {}

    let state = Locked(State())

    func save(_ change: ReportChange) throws {
      try state.withLock { state in
        if state.isFull { throw Full() }
        for report in change.due where !state.saved.due.contains(report) {
          state.saved.due.append(report)
        }
        state.saved.due.removeAll { change.done.contains($0.number) }
        state.saved.schedules.merge(change.schedules) { $1 }
        for name in change.forgotten { state.saved.schedules[name] = nil }
      }
    }

    var sent: [DueReport] { state.withLock { $0.sent } }
    var notes: [ReportOutbox.Note] { state.withLock { $0.notes } }
    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }
  }

  private static let refusal = AlertSinkError("550 no such user", isRecoverable: false)
  private static let busy = AlertSinkError("no connection", isRecoverable: true)

  private let world = World()

  private func weekly(_ to: String...) -> ScheduledReport {
    ScheduledReport(name: "weekly", ReportSchedule(.weekly(weekday: 0), minutes: 360), to: to)
  }

  private func outbox(
    _ schedules: [ScheduledReport] = [],
    _ change: (inout ReportOutbox.Options) -> Void = { _ in }
  ) -> ReportOutbox {
    var options = ReportOutbox.Options { [world] in world.state.withLock { $0.time } }
    change(&options)
    return ReportOutbox(
      schedules,
      in: .utc,
      world.state.withLock { $0.saved },
      world,
      options,
      send: { [world] report throws(AlertSinkError) in
        let error = world.state.withLock { state -> AlertSinkError? in
          state.attempts += 1
          let error = state.errors[report.recipient]
          if error == nil { state.sent.append(report) }
          return error
        }
        if let error { throw error }
        return "SMTP 250"
      },
      note: { [world] note in world.state.withLock { $0.notes.append(note) } }
    )
  }

  /// Noon of a day.
  private static func noon(_ day: String) throws -> Timestamp {
    Timestamp(seconds: Int64(try #require(CivilDate(day)).daysSince1970) * 86_400 + 43_200)
  }

  private func look(_ outbox: ReportOutbox, on day: String) throws {
    let time = try Self.noon(day)
    world.change { $0.time = time }
    outbox.look(at: time)
  }

  private static func text(_ report: DueReport) -> String {
    "\(report.recipient) \(report.start.text) \(report.end.text)"
  }

  @Test func `each week is reported once, to each recipient, over restarts`() throws {
    let schedule = weekly("a@example.org", "b@example.org")
    for day in ["2026-11-04", "2026-11-08", "2026-11-09", "2026-11-10", "2026-11-16"] {
      // Twice: looking again, or after a restart, changes nothing.
      for _ in 0..<2 {
        let outbox = outbox([schedule])
        try look(outbox, on: day)
        try look(outbox, on: day)
        #expect(becomes { world.state.withLock { $0.saved.due.isEmpty } })
        outbox.stop()
      }
    }
    #expect(
      world.sent.map(Self.text) == [
        "a@example.org 2026-11-02 2026-11-08", "b@example.org 2026-11-02 2026-11-08",
        "a@example.org 2026-11-09 2026-11-15", "b@example.org 2026-11-09 2026-11-15",
      ]
    )
    #expect(Set(world.sent.map(\.number)).count == 4)
    #expect(world.state.withLock { $0.saved.due } == [])
  }

  @Test func `after a long stop the last report that was due is sent, and the others are told of`()
    throws
  {
    let first = outbox([weekly("a@example.org")])
    try look(first, on: "2026-10-01")
    first.stop()
    let second = outbox([weekly("a@example.org")])
    try look(second, on: "2026-11-20")
    #expect(becomes { !world.sent.isEmpty })
    second.stop()
    #expect(world.sent.map(Self.text) == ["a@example.org 2026-11-09 2026-11-15"])
    #expect(world.notes.contains(.missed(.init(schedule: "weekly", count: 6))))
  }

  @Test func `a schedule that was away is new, and begins with what is due next`() throws {
    for (day, schedules) in [
      ("2026-11-03", [weekly("a@example.org")]), ("2026-11-04", []),
      ("2026-11-12", [weekly("a@example.org")]),
    ] {
      let outbox = outbox(schedules)
      try look(outbox, on: day)
      outbox.stop()
    }
    // Nor is anything due: what is stops waiting to be sent where the outbox ends.
    #expect(world.sent == [] && world.state.withLock { $0.saved.due } == [])
  }

  private func weekly(_ weekday: Int, at hour: Int) -> ScheduledReport {
    let schedule = ReportSchedule(.weekly(weekday: weekday), minutes: hour * 60)
    return ScheduledReport(name: "weekly", schedule, to: ["a@example.org"])
  }

  @Test func `a schedule that changed begins with what is due next, also on the same day`() throws {
    // Each of them is taken up on a Monday at noon.
    for (schedule, days, sent) in [
      (weekly(0, at: 6), ["2026-11-09"], []),
      (weekly(0, at: 13), ["2026-11-09", "2026-11-10"], ["2026-11-08"]),
      (weekly(1, at: 13), ["2026-11-16", "2026-11-17"], []),
      (weekly(0, at: 6), ["2026-11-23", "2026-11-24", "2026-11-30"], ["2026-11-29"]),
    ] {
      world.change { $0.sent = [] }
      let outbox = outbox([schedule])
      for day in days { try look(outbox, on: day) }
      #expect(becomes { world.sent.count == sent.count })
      outbox.stop()
      #expect(world.sent.map(\.end.text) == sent, "\(schedule)")
      #expect(world.state.withLock { $0.saved.due } == [], "\(schedule)")
      #expect(world.state.withLock { $0.saved.schedules.count } == 1)
    }
  }

  @Test func `what was kept under the name of a schedule alone is taken over`() throws {
    let kept = try #require(CivilDate("2026-11-02"))
    world.change { $0.saved.schedules = ["weekly": kept] }
    for day in ["2026-11-03", "2026-11-09"] {
      let outbox = outbox([weekly("a@example.org")])
      try look(outbox, on: day)
      #expect(becomes { world.state.withLock { $0.saved.due.isEmpty } })
      outbox.stop()
      #expect(world.state.withLock { $0.saved.schedules["weekly"] } == nil)
    }
    #expect(world.sent.map(Self.text) == ["a@example.org 2026-11-02 2026-11-08"])
  }

  @Test func `a clock that was years ahead holds no report back for years`() throws {
    let first = outbox([weekly("a@example.org")])
    try look(first, on: "2026-11-03")
    try look(first, on: "2046-01-01")
    try look(first, on: "2026-11-04")
    try look(first, on: "2026-11-09")
    #expect(becomes { world.sent.count == 2 })
    first.stop()
    #expect(world.sent.map(\.end.text) == ["2045-12-31", "2026-11-08"])
  }

  @Test func `what the program did not live to send is sent after it, once`() throws {
    world.change { $0.errors["a@example.org"] = Self.busy }
    let first = outbox([weekly("a@example.org")])
    try look(first, on: "2026-11-03")
    try look(first, on: "2026-11-09")
    #expect(becomes { world.state.withLock { $0.attempts } > 0 })
    // Ended without a word: what is in the database is all that is left.
    let saved = world.state.withLock { $0.saved }
    first.stop()
    world.change { state in
      state.saved = saved
      state.errors = [:]
    }
    let second = outbox([weekly("a@example.org")])
    try look(second, on: "2026-11-09")
    #expect(becomes { world.sent.count == 1 })
    second.stop()
    let third = outbox([weekly("a@example.org")])
    try look(third, on: "2026-11-10")
    third.stop()
    #expect(world.sent.map(Self.text) == ["a@example.org 2026-11-02 2026-11-08"])
    #expect(world.sent.map(\.number) == saved.due.map(\.number))
    #expect(world.state.withLock { $0.saved.due } == [])
  }

  @Test func `nothing is sent that is not saved`() throws {
    let outbox = outbox([weekly("a@example.org")])
    try look(outbox, on: "2026-11-03")
    world.change { $0.isFull = true }
    for _ in 0..<3 { try look(outbox, on: "2026-11-09") }
    let days = try #require(CivilDate("2026-11-01"))...(#require(CivilDate("2026-11-08")))
    #expect(throws: World.Full.self) {
      try outbox.add(to: ["b@example.org"], days, domain: nil, language: "en")
    }
    #expect(outbox.progress.waiting == 0)
    world.change { $0.isFull = false }
    try look(outbox, on: "2026-11-09")
    #expect(becomes { world.sent.count == 1 })
    outbox.stop()
    #expect(world.sent.map(\.recipient) == ["a@example.org"])
    #expect(world.notes.count == 2)
  }

  @Test func `a recipient who is refused is given up, the others get theirs`() throws {
    world.change { $0.errors = ["no@example.org": Self.refusal] }
    let outbox = outbox()
    try look(outbox, on: "2026-11-09")
    let day = try #require(CivilDate("2026-11-08"))
    try outbox.add(
      to: ["a@example.org", "no@example.org", "b@example.org"],
      day...day,
      domain: "example.org",
      language: "de"
    )
    #expect(becomes { world.notes.count == 3 })
    outbox.stop()
    #expect(world.sent.map(\.recipient) == ["a@example.org", "b@example.org"])
    #expect(world.sent.allSatisfy { $0.language == "de" && $0.domain == "example.org" })
    guard case .refused(let report, "550 no such user") = world.notes[1] else {
      Issue.record("\(world.notes)")
      return
    }
    #expect(report.recipient == "no@example.org")
    #expect(world.state.withLock { $0.saved.due } == [])
  }

  @Test func `a mail server that takes nothing is tried again, and given up in the end`() throws {
    world.change { $0.errors = ["a@example.org": Self.busy] }
    let outbox = outbox { options in
      options.delivery.backOff.first = .milliseconds(1)
      options.delivery.backOff.longest = .milliseconds(2)
    }
    try look(outbox, on: "2026-11-09")
    let day = try #require(CivilDate("2026-11-08"))
    try outbox.add(to: ["a@example.org"], day...day, domain: nil, language: "en")
    #expect(becomes { world.state.withLock { $0.attempts } > 3 })
    #expect(outbox.progress == (1, "no connection"))
    let later = try Self.noon("2026-11-13")
    world.change { $0.time = later }
    #expect(becomes { world.notes.count == 2 })
    outbox.stop()
    guard case .givenUp(_, "no connection") = world.notes[1] else {
      Issue.record("\(world.notes)")
      return
    }
    #expect(outbox.progress.problem == nil)
    #expect(world.state.withLock { $0.saved.due } == [])
  }

  @Test func `what waits is bounded, and waits until the logs are read`() throws {
    let outbox = outbox { $0.limit = 3 }
    let day = try #require(CivilDate("2026-11-08"))
    try outbox.add(to: ["a@x.example", "b@x.example"], day...day, domain: nil, language: "en")
    #expect(throws: ReportOutbox.Full.self) {
      try outbox.add(to: ["c@x.example", "d@x.example"], day...day, domain: nil, language: "en")
    }
    #expect(outbox.progress.waiting == 0)
    try look(outbox, on: "2026-11-09")
    #expect(becomes { world.sent.count == 2 })
    outbox.stop()
  }
}
