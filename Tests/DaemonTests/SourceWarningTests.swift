import Glibc
import Ingest
import MailLog
import Reports
import Testing

@testable import Daemon
@testable import LogSources

/// What the status says of sources.
struct SourceWarningTests {
  @Test(arguments: [(SourceGap.Reason.vacuumed, true), (.fileGone, false), (.truncated, false)])
  func `the remedy for lost lines is for what lost them`(
    reason: SourceGap.Reason,
    isJournal: Bool
  ) throws {
    let source = FileSource(name: "mail", settings: FileSourceSettings(path: "/nowhere"))
    var state = SourceState()
    state.add(SourceGap(reason, at: "here"))
    let view = try #require(pipeline().view(since: nil))
    let warnings = StatusWarning.all(of: source, state, among: ["mail"], view, now: now, .utc)
    let warning = try #require(warnings.first)
    #expect(warning.code == .gap)
    #expect(warning.remedy.contains("SystemMaxUse= in journald.conf(5)") == isJournal)
    #expect(warning.remedy.contains("logrotate") == !isJournal)
  }

  private let now = Timestamp(seconds: 1_795_400_000)

  private func pipeline() throws -> IngestPipeline {
    let options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc) }
    return try IngestPipeline(options)
  }

  private func status(_ state: SourceState, _ pipeline: IngestPipeline) throws -> SourceStatus {
    let source = FileSource(name: "mail", settings: FileSourceSettings(path: "/nowhere"))
    let view = try #require(pipeline.view(since: nil))
    return SourceStatus(source, state, among: ["mail"], view, now: now)
  }

  @Test func `a clock that is years ahead does not hide when the last line came`() throws {
    let pipeline = try pipeline()
    func take(_ stamps: String...) throws -> Int64? {
      let lines = stamps.map { "\($0)+00:00 mx1 postfix/smtpd[7]: connect from a[192.0.2.1]\n" }
      let bytes = Array(lines.joined().utf8)
      pipeline.take(LineBatch(source: "mail", bytes: bytes, end: .journal(cursor: "")), now: now)
      return try status(SourceState(), pipeline).lastLine.map { $0.seconds - now.seconds }
    }
    #expect(try take("2031-01-01T00:00:00") == nil)
    #expect(try take("2026-11-23T02:13:10", "2031-01-01T00:00:00", "2031-01-01T00:00:01") == -10)
    #expect(try take("2031-01-01T00:00:02", "2026-11-23T02:13:15") == -5)
    // Another zone's host may be ahead by hours, and lines need not come in their order.
    #expect(try take("2026-11-23T14:13:20") == 43_200)
    #expect(try take("2026-11-23T02:13:20") == 43_200)
  }

  @Test func `the last line under a clock that was ahead is forgotten with the next one`() throws {
    let pipeline = try pipeline()
    func take(_ stamp: String, days: Int64 = 0) throws -> Timestamp? {
      let bytes = Array("\(stamp)+00:00 mx1 postfix/smtpd[7]: connect from a[192.0.2.1]\n".utf8)
      let time = Timestamp(seconds: now.seconds + days * 86_400)
      pipeline.take(LineBatch(source: "mail", bytes: bytes, end: .journal(cursor: "")), now: time)
      return try status(SourceState(), pipeline).lastLine
    }
    let ahead = Timestamp(seconds: now.seconds + 400 * 86_400)
    #expect(try take("2027-12-28T02:13:20", days: 400) == ahead)
    #expect(try take("2027-12-28T02:13:21") == nil)
    #expect(try take("2026-11-23T02:13:20") == now)
  }

  @Test(arguments: [
    (SourceProblem.Reason.permissionDenied, SourceStatus.State.failed), (.missing, .waiting),
  ])
  func `a source that cannot be read is not said to be up to date`(
    reason: SourceProblem.Reason,
    shown: SourceStatus.State
  ) throws {
    let pipeline = try pipeline()
    var state = SourceState()
    state.isCaughtUp = true
    state.bytesBehind = 0
    #expect(try status(state, pipeline).lagSeconds == 0)
    #expect(try status(state, pipeline).lagBytes == 0)
    state.problems = [SourceProblem(reason, at: "mail.log")]
    #expect(try status(state, pipeline).state == shown)
    #expect(try status(state, pipeline).lagSeconds == nil)
    #expect(try status(state, pipeline).lagBytes == nil)
  }

  @Test func `a directory is not said to be missing`() throws {
    let source = FileSource(name: "mail", settings: FileSourceSettings(path: "/var/log"))
    var state = SourceState()
    state.problems = [SourceProblem(.directory, at: "/var/log")]
    let view = try #require(pipeline().view(since: nil))
    let warnings = StatusWarning.all(of: source, state, among: ["mail"], view, now: now, .utc)
    let text = "'/var/log' cannot be read: it is a directory; name a file in it"
    #expect(warnings.map(\.text) == [text])
    #expect(try status(state, pipeline()).state == .failed)
  }

  @Test func `a problem is told once, and its place where it is not the source itself`() throws {
    var state = SourceState()
    state.problems = [
      SourceProblem(.missing, at: "mail"), SourceProblem(.damaged, at: "mail.1.gz"),
      SourceProblem(.notWatched(errorNumber: EIO), at: "mail"),
    ]
    let source = try status(state, pipeline())
    let damaged = "mail.1.gz: its compressed data is damaged or incomplete"
    let unwatched = "changes are not reported (Input/output error), it is looked at every second"
    #expect(source.problems == ["it is not there", damaged, unwatched])
    #expect(source.warned == ["it is not there", damaged])
  }

  @Test func `lines count for the source whose log they are of`() throws {
    let names = ["journal", "journal:/var/remote"]
    let options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    let pipeline = try IngestPipeline(options)
    let line = "2026-11-21T10:00:00+00:00 mx postfix/smtpd[7]: connect from unknown[192.0.2.1]\n"
    let logs = [("journal", 1), ("journal:/var/remote:1b", 2), ("journal:/var/remote:2b", 4)]
    for (log, count) in logs {
      let bytes = Array(String(repeating: line, count: count).utf8)
      let batch = LineBatch(source: log, bytes: bytes, end: .journal(cursor: "c"))
      pipeline.take(batch, now: Timestamp(seconds: 1_795_255_205))
    }
    let view = try #require(pipeline.view(since: nil))
    let lines = names.map { name in
      let source = JournalSource(name: name, settings: JournalSourceSettings())
      let now = Timestamp(seconds: 1_795_255_205)
      return SourceStatus(source, SourceState(), among: names, view, now: now).lines
    }
    #expect(lines == [1, 6])
  }
}
