import Counters
import GRDBSQLite
import MailLog
import TestSupport
import Testing

@testable import Storage

/// The nth write, sync or truncation fails, for every n.
@Suite struct FailedWriteTests {
  private func count(_ accounts: Range<Int>, day: Int = 0, into counters: inout Counters) {
    for number in accounts {
      let account = counters.names.intern("account\(number)@example.org")
      let time = Timestamp(seconds: Int64(day * 86_400 + number))
      counters.record(.made(at: time, account: account))
    }
  }

  private func cut(_ number: Int64, _ counters: inout Counters) -> Cut {
    var checkpoint = Checkpoint(savedAt: Timestamp(seconds: number), zone: "UTC")
    checkpoint.positions = ["journal": .journal(cursor: "s=\(number)")]
    return Cut(counters: counters.cut(), checkpoint: checkpoint)
  }

  /// What a process finds that starts now, as if this one had been killed.
  private func restarted(_ path: String, _ copy: String) throws -> [String] {
    try TemporaryFolder.copyFile(path, to: copy)
    try TemporaryFolder.copyFile(path + "-wal", to: copy + "-wal")
    var store = try SnapshotStore(path: copy)
    let loaded = try #require(try store.load(into: Counters(zone: .utc)))
    return lines(loaded.counters.snapshot, loaded.checkpoint)
  }

  private func lines(_ snapshot: CounterSnapshot, _ checkpoint: Checkpoint) -> [String] {
    (snapshot.counted + snapshot.known).sorted() + ["\(checkpoint)"]
  }

  @Test(arguments: [SQLITE_IOERR, SQLITE_FULL])
  func `a save that fails anywhere loses nothing`(result: Int32) throws {
    #expect(FaultyFileSystem.isRegistered)
    var failedSaves = 0
    for failing in 1..<1000 {
      let folder = try TemporaryFolder()
      let path = folder.path("db")
      var store = try SnapshotStore(path: path)
      var counters = Counters(zone: .utc)
      count(0..<40, into: &counters)
      let first = cut(1, &counters)
      try store.save(first)

      count(20..<60, day: 1, into: &counters)
      counters.close(before: CivilDate(daysSince1970: 1))
      let second = cut(2, &counters)
      FaultyFileSystem.arm(path, failing: failing, result: result)
      var error: StorageError?
      do { try store.save(second) } catch let thrown { error = thrown }
      let hasFailed = FaultyFileSystem.disarm(path)
      // The last sync may fail after all was written: then the whole save may be found.
      let found = try restarted(path, folder.path("killed"))
      let states = [first, second].map { lines($0.counters, $0.checkpoint) }
      #expect(error == nil ? found == states[1] : states.contains(found), "call \(failing)")
      if error != nil { failedSaves += 1 }

      count(50..<70, day: 1, into: &counters)
      let third = cut(3, &counters)
      try store.save(third)
      #expect(try restarted(path, folder.path("later")) == lines(third.counters, third.checkpoint))
      guard hasFailed else { break }
    }
    #expect(failedSaves > 3)
  }
}
