import Ingest
import MailLog
import Reports
import Storage
import TestSupport
import Testing

@testable import Daemon
@testable import LogSources

/// What the status tells of a source's past, over restarts.
struct SourceHistoryTests {
  private static let options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc) }
  private let source = FileSource(name: "mail", settings: FileSourceSettings(path: "/nowhere"))
  private let now = Timestamp(seconds: 1_795_400_000)
  private let pipeline: IngestPipeline
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    pipeline = try IngestPipeline(Self.options)
  }

  /// What the next start goes on from; `renames`: the logs that have other names then.
  private func restarted(renames: [String: String] = [:]) throws -> IngestPipeline {
    let copy = try TemporaryFolder()
    var store = try SnapshotStore(path: copy.path("counts.db"))
    try store.save(pipeline.cut(at: now))
    let loaded = try #require(try store.load(into: Self.options.emptyCounters))
    return try IngestPipeline(Self.options, from: loaded, LogChanges(renamed: renames))
  }

  private func take(_ times: String..., behind gaps: LostLines.Found = LostLines.Found()) {
    let lines = times.flatMap { message(at: $0) }
    let batch = LineBatch(source: "mail", bytes: lines, end: .journal(cursor: "c"))
    pipeline.take(batch, now: now, behind: gaps)
  }

  /// The lines of a message that is counted.
  private func message(at time: String) -> [UInt8] {
    let stamp = "2026-11-23T\(time)+00:00 mx1 postfix/"
    let id = "4AB" + time.replacing(":", with: "")
    let lines = """
      \(stamp)smtpd[7]: \(id): client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=u
      \(stamp)qmgr[9]: \(id): from=<u@example.org>, size=10, nrcpt=1 (queue active)

      """
    return Array(lines.utf8)
  }

  /// Counts the log of a copy; how many messages were new.
  private func importLog(_ times: String..., into pipeline: IngestPipeline) throws -> UInt64 {
    let path = try folder.write(times.flatMap { message(at: $0) }, to: "copy.log")
    let logs = LogImport(files: [LogImport.File(path: path, name: "copy")], logZone: .utc)
    let today = CivilDate(daysSince1970: Int32(now.seconds / 86_400))
    return try pipeline.importLogs(logs, now: now, today: today).submissions
  }

  private func warnings(
    _ pipeline: IngestPipeline,
    _ state: SourceState = SourceState(),
    days: Int64 = 0
  ) throws -> [String] {
    let view = try #require(pipeline.view(since: nil))
    let time = Timestamp(seconds: now.seconds + days * 86_400)
    return StatusWarning.all(of: source, state, among: [source.name], view, now: time, .utc)
      .map(\.text)
  }

  private func status(_ pipeline: IngestPipeline, _ state: SourceState) throws -> SourceStatus {
    let view = try #require(pipeline.view(since: nil))
    return SourceStatus(source, state, among: [source.name], view, now: now)
  }

  @Test func `when the log was last written to is known over restarts`() throws {
    take("01:13:20")
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
  private static let text =
    "lines of 'mail' were lost: /nowhere: the file that was read last is gone"

  @Test func `lost lines are known over restarts, and warned of for a week`() throws {
    var state = SourceState()
    for _ in 0..<40 { state.add(SourceGap(.fileGone, at: "/nowhere")) }
    // No line behind them has come yet: a restart would find them again.
    #expect(try status(pipeline, state).gaps == 40)
    #expect(try warnings(pipeline, state) == [Self.text])
    #expect(try status(restarted(), SourceState()).gaps == 0)
    take("01:13:20", behind: LostLines.Found(state.gaps, count: 40))
    let noted = Self.text + " (noted 2026-11-23T02:13:20+00:00)"
    #expect(try status(pipeline, state).gaps == 40)
    #expect(try warnings(pipeline, state) == [noted])
    let after = try restarted(renames: ["mail": "mail:/var/log/mail.log"])
    #expect(try status(after, SourceState()).gaps == 40)
    #expect(try warnings(after, days: 6) == [noted])
    #expect(try warnings(after, days: 7) == [])
    state = SourceState()
    state.add(SourceGap(.fileGone, at: "/nowhere"))
    #expect(try status(after, state).gaps == 41)
  }

  @Test func `an import that has counted messages of that time ends the warning`() throws {
    take("01:00:00")
    take("01:20:00", behind: LostLines.Found([SourceGap(.truncated, at: "/nowhere", bytes: 7)]))
    let after = try restarted()
    #expect(try importLog("00:30:00", "00:40:00", into: after) == 2)
    #expect(try importLog("01:00:00", into: after) == 0)
    #expect(try warnings(after).count == 1)
    #expect(try importLog("01:00:00", "01:10:00", "01:20:00", into: after) == 1)
    #expect(try warnings(after) == [])
    #expect(try status(after, SourceState()).gaps == 1)
  }
}
