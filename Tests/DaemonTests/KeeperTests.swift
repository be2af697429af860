import Dispatch
import Foundation
import Ingest
import Logging
import MailLog
import Platform
import Settings
import TestSupport
import Testing

@testable import Daemon

struct KeeperTests {
  @Test func `who asks how saving goes does not wait for a save`() throws {
    let folder = try TemporaryFolder()
    let opened = try Keeper.opened(in: folder, log: .silent)
    let keeper = opened.keeper
    try keeper.save {
      let answered = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        _ = keeper.progress
        answered.signal()
      }
      // Long: it only ends a test that fails.
      #expect(answered.wait(timeout: .now() + 300) == .success)
      return OutboxChange()
    }
    #expect(keeper.finish(opened.pipeline))
  }

  @Test func `what is not saved waits since all was saved, and nothing waits where no line comes`()
    throws
  {
    let folder = try TemporaryFolder()
    let opened = try Keeper.opened(in: folder, log: .silent)
    let (keeper, pipeline) = (opened.keeper, opened.pipeline)
    func waits() throws -> Timestamp? {
      let view = try #require(pipeline.view(since: nil))
      return keeper.progress.unsavedSince(showing: view.generation)
    }
    let start = try #require(try waits())
    #expect(keeper.saveNow(pipeline))
    #expect(try waits() == nil)
    // Nothing came: nothing is written, and nothing waits.
    #expect(keeper.saveNow(pipeline))
    #expect(try waits() == nil)
    let saved = try #require(keeper.progress.saved)
    pipeline.take(LineBatch(source: "log", bytes: [10], end: .journal(cursor: "1")), now: saved)
    let since = try #require(try waits())
    #expect(since >= saved && since > start)
    #expect(keeper.finish(pipeline))
    #expect(try waits() == nil)
  }

  @Test func `what a daemon leaves behind is one file, which can be copied`() throws {
    let folder = try TemporaryFolder()
    let opened = try Keeper.opened(in: folder, log: .silent)
    #expect(opened.keeper.finish(opened.pipeline))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files == ["counts.db"])
  }

  @Test func `when a line came under a clock that was ahead is forgotten at the next start`()
    throws
  {
    let folder = try TemporaryFolder()
    func latest(_ opened: Keeper.Opened) throws -> Timestamp? {
      try #require(opened.pipeline.view(since: nil)).sources["log"]?.latest
    }
    let opened = try Keeper.opened(in: folder, log: .silent)
    let ahead = Timestamp(seconds: Timestamp.now.seconds + 400 * 86_400)
    let stamp = Date(timeIntervalSince1970: TimeInterval(ahead.seconds)).formatted(.iso8601)
    let line = Array("\(stamp) mx1 postfix/smtpd[7]: connect from a[192.0.2.1]\n".utf8)
    opened.pipeline.take(
      LineBatch(source: "log", bytes: line, end: .journal(cursor: "1")),
      now: ahead
    )
    #expect(try latest(opened) == ahead)
    #expect(opened.keeper.finish(opened.pipeline))
    let next = try Keeper.opened(in: folder, log: .silent)
    #expect(try latest(next) == nil)
    #expect(next.keeper.finish(next.pipeline))
  }

  @Test func `another zone of the days is told, another name of the same one is not`() throws {
    let folder = try TemporaryFolder()
    let recorded = RecordedLog()
    for name in ["UTC", "Etc/UTC", "Asia/Tokyo", "Asia/Tokyo", "UTC+09:00"] {
      let zone = try #require(ZoneRules(named: name))
      let opened = try Keeper.opened(in: folder, zone: zone, log: recorded.log)
      #expect(opened.keeper.finish(opened.pipeline))
    }
    let told = """
      warning: the zone of the days has changed; days that are counted already keep the borders of \
      the old one from=Etc/UTC to=Asia/Tokyo
      """
    #expect(recorded.lines == [told])
  }
}
