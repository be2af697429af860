import Ingest
import MailLog
import TestSupport
import Testing

@testable import Daemon
@testable import Storage

/// A mail server that uses TLS and does not log it is named, also after a restart.
struct HiddenTLSTests {
  @Test(arguments: ["mail.log.xz", "journal.export.xz"])
  func `the host is named, and still known after a restart`(name: String) throws {
    let options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    let log = try Fixtures.bytes("postfix/3.7.11-tls-loglevel-0/" + name)
    let pipeline = try IngestPipeline(options)
    #expect(pipeline.hiddenTLS == [])
    let batch = LineBatch(source: "log", bytes: log, end: .journal(cursor: ""))
    pipeline.take(batch, now: Timestamp(seconds: 1_795_400_000))
    let hidden = try #require(pipeline.hiddenTLS.first)
    #expect(hidden.host.hasPrefix("mx1"))
    #expect(hidden.server == .postfix)
    #expect(hidden.isRecent(hidden.time))
    #expect(!hidden.isRecent(Timestamp(nanoseconds: hidden.time.nanoseconds + 86_400_000_000_000)))
    let folder = try TemporaryFolder()
    var store = try SnapshotStore(path: folder.path("counts.db"))
    try store.save(pipeline.cut(at: hidden.time))
    let loaded = try #require(try store.load(into: options.emptyCounters))
    let restarted = try IngestPipeline(options, from: loaded)
    #expect(restarted.hiddenTLS == [hidden])
  }
}
