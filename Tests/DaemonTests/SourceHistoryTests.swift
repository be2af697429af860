import Ingest
import MailLog
import Reports
import TestSupport
import Testing

@testable import Daemon
@testable import LogSources
@testable import Storage

/// What the status tells of a source's past, over restarts.
struct SourceHistoryTests {
  private static let options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc) }
  private let source = FileSource(name: "mail", settings: FileSourceSettings(path: "/nowhere"))
  private let now = Timestamp(seconds: 1_795_400_000)
  private let pipeline: IngestPipeline

  init() throws {
    pipeline = try IngestPipeline(Self.options)
  }

  /// What the next start goes on from; `renames`: the logs that have other names then.
  private func restarted(renames: [String: String] = [:]) throws -> IngestPipeline {
    let point = SavePoint(pipeline.cut(), at: now, zone: "UTC")
    let loaded = LoadedSave(counters: Self.options.emptyCounters, record: point.record)
    var saved = try IngestPipeline.Saved(loaded, path: "")
    saved.rename(renames)
    return try IngestPipeline(Self.options, from: saved)
  }

  private func line(at time: String) -> [UInt8] {
    Array("2026-11-23T\(time)+00:00 mx1 postfix/smtpd[7]: connect from a[192.0.2.1]\n".utf8)
  }

  private func status(_ pipeline: IngestPipeline, _ state: SourceState) throws -> SourceStatus {
    SourceStatus(source, state, try #require(pipeline.view(since: nil)), now: now)
  }

  @Test func `when the log was last written to is known over restarts`() throws {
    let cursor = SourcePosition.journal(cursor: "c")
    let lines = line(at: "01:13:20")
    pipeline.take(LineBatch(source: "mail", bytes: lines, end: cursor), now: now)
    let before = try status(pipeline, SourceState())
    #expect(before.lastLine == Timestamp(seconds: now.seconds - 3600))
    let after = try status(restarted(), SourceState())
    #expect(after.lastLine == before.lastLine)
    #expect(after.position == before.position && after.position == "c")
    // That nothing came for an hour does not mean that something waits.
    #expect(after.state == .catchingUp && after.lagSeconds == nil && before.lagSeconds == 3600)
    let renamed = try restarted(renames: ["mail": "mail:/var/log/mail.log"])
    #expect(try status(renamed, SourceState()).lastLine == before.lastLine)
  }
}
