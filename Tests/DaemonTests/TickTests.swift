import Counters
import Ingest
import MailLog
import Testing

/// Log time goes on although no line comes.
struct TickTests {
  @Test func `the last message of a quiet Sendmail counts within two minutes`() throws {
    let log = """
      2026-11-21T10:00:00+00:00 mx sm-mta[7]: AUTH=server, relay=[192.0.2.2], authid=bob, mech=LOGIN, bits=0
      2026-11-21T10:00:05+00:00 mx sm-mta[7]: 6ALA05aa001003: from=<bob@example.net>, size=100, class=0, \
      nrcpts=1, msgid=<3@example.net>, proto=ESMTPA, daemon=MTA-v4, relay=[192.0.2.2]

      """
    let options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    let pipeline = try IngestPipeline(options)
    let accepted = Timestamp(seconds: 1_795_255_205)
    let batch = LineBatch(source: "log", bytes: Array(log.utf8), end: .journal(cursor: ""))
    pipeline.take(batch, now: accepted)
    func messages() throws -> UInt64 {
      try #require(pipeline.view(since: nil)).counters.rowCount
    }
    #expect(try messages() == 0)
    for (seconds, count) in [(60, 0), (69, 0), (71, 1), (200, 1)] as [(Int64, UInt64)] {
      pipeline.tick(now: Timestamp(nanoseconds: accepted.nanoseconds + seconds * 1_000_000_000))
      #expect(try messages() == count, "\(seconds) s")
    }
  }
}
