import Counters
import Foundation
import MailLog

import TestSupport
import Testing

@testable import Storage

@Suite struct SnapshotStoreTests {
  @Test(arguments: UInt64(1)...6)
  func `whatever is counted, saved, refused, removed and restarted, the counts are right`(
    seed: UInt64
  ) throws {
    var program = try StoreProgram(seed: seed)
    for step in 0..<500 {
      let wrong = try program.step()
      #expect(wrong.isEmpty, "step \(step)")
      guard wrong.isEmpty else { return }
    }
    #expect(program.differences().isEmpty)
    #expect(program.saves > 0 && program.failedSaves > 0)
    #expect(program.restarts > 0 && program.removals > 0)
  }

  @Test func `a new database has nothing to load, and takes the first save`() throws {
    let folder = try TemporaryFolder()
    var counters = Counters(zone: .utc)
    var checkpoint = Checkpoint(savedAt: Timestamp(seconds: 7), zone: "Europe/Berlin")
    checkpoint.states["empty"] = []
    do {
      var store = try SnapshotStore(path: folder.path("db"))
      #expect(try store.load(into: Counters(zone: .utc)) == nil)
      try store.save(Cut(counters: counters.cut(), checkpoint: checkpoint))
    }
    var store = try SnapshotStore(path: folder.path("db"))
    let loaded = try store.load(into: Counters(zone: .utc))
    #expect(loaded?.checkpoint == checkpoint)
    #expect(loaded?.counters.names.count == 1)
  }

  @Test func `an alert that was given up and came again has nothing of its past`() throws {
    let folder = try TemporaryFolder()
    var store = try SnapshotStore(path: folder.path("db"))
    var alert = KeptAlert(.made("a"), fired: 1)
    alert.judgement = AlertJudgement(.legitimate, note: "", user: 0, time: Timestamp(seconds: 1))
    var change = OutboxChange()
    change.kept = [alert]
    change.due = [DueDelivery(sink: "hook", alert: "a", event: 1)]
    try store.save(change)
    alert = KeptAlert(.made("a"), fired: 2)
    (alert.alert.unit, alert.alert.sentLimit) = (.messages, 100)
    (change.kept, change.removed) = ([alert], ["a"])
    change.due = [DueDelivery(sink: "hook", alert: "a", event: 2)]
    try store.save(change)
    let loaded = try store.loadAlerts()
    #expect(loaded.kept == [alert])
    #expect(loaded.due.map(\.event) == [2])
  }

  @Test func `whom an alert is still for is kept, also in a new file`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("db")
    var store = try SnapshotStore(path: path)
    var change = OutboxChange()
    change.due = [
      DueDelivery(sink: "email", alert: "a", event: 1),
      DueDelivery(sink: "hook", alert: "a", event: 1),
    ]
    try store.save(change)
    change.due = [DueDelivery(sink: "email", alert: "a", event: 1, rest: ["b@x", "c@x"])]
    for _ in 0..<2 {
      try store.save(change)
      #expect(try store.loadAlerts().due.map(\.rest) == [["b@x", "c@x"], nil])
      for end in ["", "-wal"] { try? FileManager.default.removeItem(atPath: path + end) }
    }
    change.done = change.due
    change.due = []
    try store.save(change)
    #expect(try store.loadAlerts().due.map(\.sink) == ["hook"])
  }

  @Test func `a save that fails is made up for by the next`() throws {
    let folder = try TemporaryFolder()
    var counters = Counters(zone: .utc)
    var store = try SnapshotStore(path: folder.path("db"))
    var checkpoint = Checkpoint(savedAt: Timestamp(seconds: 1), zone: "UTC")
    count(1, into: &counters)
    try store.save(Cut(counters: counters.cut(), checkpoint: checkpoint))
    count(2, into: &counters)
    checkpoint.states["large"] = Array(repeating: 1, count: 100_000)
    try store.limitPages(growth: 1)
    let lost = Cut(counters: counters.cut(), checkpoint: checkpoint)
    #expect(throws: StorageError(.full, path: store.path)) { try store.save(lost) }
    try store.limitPages(growth: nil)
    count(3, into: &counters)
    try store.save(Cut(counters: counters.cut(), checkpoint: checkpoint))
    let loaded = try #require(try store.load(into: Counters(zone: .utc)))
    var senders: [String] = []
    let day = CivilDate(daysSince1970: 0)
    loaded.counters.forEachRow(from: day, through: day) { _, _, sender, row in
      senders.append("\(loaded.counters.names.shown(sender)) \(row.messages)")
    }
    #expect(senders.sorted() == ["sender1 1", "sender2 1", "sender3 1"])
  }

  @Test func `names that fold differently now keep their numbers`() throws {
    let folder = try TemporaryFolder()
    var counters = Counters(zone: .utc, foldsCase: false)
    for name in ["Alice", "alice", "BOB"] { _ = counters.names.intern(name) }
    var store = try SnapshotStore(path: folder.path("db"))
    let checkpoint = Checkpoint(savedAt: Timestamp(seconds: 1), zone: "UTC")
    try store.save(Cut(counters: counters.cut(), checkpoint: checkpoint))
    let loaded = try #require(try store.load(into: Counters(zone: .utc, foldsCase: true)))
    var names = loaded.counters.names
    #expect((1...3).map { names.shown($0) } == ["Alice", "alice", "BOB"])
    #expect(names.intern("ALICE") == 2)
    #expect(names.intern("Bob") == 4)
  }

  private func count(_ number: Int, into counters: inout Counters) {
    counters.record(
      .made(
        at: Timestamp(seconds: 1),
        account: counters.names.intern("account"),
        sender: counters.names.intern("sender\(number)")
      )
    )
  }
}
