import Dispatch
import Logging
import MailLog
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
      #expect(answered.wait(timeout: .now() + 60) == .success)
      return OutboxChange()
    }
    #expect(keeper.finish(opened.pipeline))
  }
}
