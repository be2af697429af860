import Dispatch
import Ingest
import Logging
import MailLog
import TestSupport
import Testing

@testable import Daemon

struct KeeperTests {
  @Test func `who asks how saving goes does not wait for a save`() throws {
    let folder = try TemporaryFolder()
    let options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let opened = try Keeper.open(
      folder.path("counts.db"),
      options,
      AlertRelay(),
      renamed: { _ in [:] },
      log: log
    )
    let keeper = opened.keeper
    try keeper.save {
      let answered = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        _ = keeper.progress
        answered.signal()
      }
      #expect(answered.wait(timeout: .now() + 60) == .success)
      return OutboxChange()
    }
    #expect(keeper.finish(opened.pipeline))
  }
}
