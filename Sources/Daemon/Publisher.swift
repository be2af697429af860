import Counters
import HTTPAPI
import Ingest
import LogSources
import MailLog
import Reports

/// What readers see: a cut of the counters, and how the daemon is.
///
/// A cut is made when somebody asks, at most every 250 ms: while nobody does, nothing wakes up.
final class Publisher: Sendable {
  /// What does not change while the daemon runs.
  struct Facts: Sendable {
    var started: Timestamp
    var zone: ZoneRules
    var retentionDays: Int
    var database: String
  }

  private struct State: Sendable {
    var view: IngestPipeline.View?
    var rows: UInt64 = 0
    var made = Timestamp(seconds: 0)
  }

  private static let interval: Int64 = 250_000_000

  private let pipeline: IngestPipeline
  private let keeper: Keeper
  private let sources: [any LogSource]
  private let facts: Facts
  private let state = Locked(State())

  init(
    _ pipeline: IngestPipeline,
    _ keeper: Keeper,
    _ sources: [any LogSource],
    _ facts: Facts
  ) {
    self.pipeline = pipeline
    self.keeper = keeper
    self.sources = sources
    self.facts = facts
  }

  /// The last cut, or a new one if that is due.
  func current() -> Published {
    let now = Timestamp.now
    let (view, rows) = state.withLock { state in
      if abs(now.since(state.made)) >= Self.interval {
        state.made = now
        if let view = pipeline.view(since: state.view?.generation) {
          state.view = view
          state.rows = view.counters.rowCount
        }
      }
      return (state.view, state.rows)
    }
    guard let view else { preconditionFailure("a pipeline always has a first view") }
    var calendar = MailLog.Calendar(zone: facts.zone)
    return Published(
      counters: view.counters,
      generation: view.generation,
      status: status(view, rows: rows, now: now),
      zone: facts.zone,
      today: calendar.day(of: now),
      retentionDays: facts.retentionDays
    )
  }

  private func status(_ view: IngestPipeline.View, rows: UInt64, now: Timestamp) -> DaemonStatus {
    var status = DaemonStatus(
      version: programVersion,
      started: facts.started,
      time: now,
      zone: facts.zone
    )
    let progress = keeper.progress
    status.sources = sources.map { SourceStatus($0, $0.state, view, now: now) }
    status.lines = LineTotals(view)
    status.database = DatabaseStatus(path: facts.database, bytes: Self.size(of: facts.database))
    status.saved = progress.saved
    status.days = UInt64(view.counters.days.count)
    status.rows = rows
    status.warnings =
      sources.flatMap { StatusWarning.all(of: $0, $0.state) }
      + status.sources.compactMap(StatusWarning.lag)
      + status.lines.dropped.sorted { $0.key < $1.key }
      .map { StatusWarning.linesDropped(table: $0.key, count: $0.value) }
    if sources.isEmpty { status.warnings.append(.noSource) }
    if let problem = progress.problem { status.warnings.append(.saveFailed(problem)) }
    // What was set right a day ago is no warning any more.
    if let hidden = view.lastHiddenTLS, now.since(hidden) < 86_400_000_000_000 {
      status.warnings.append(.tlsNotLogged(host: "the mail server", dialect: "postfix"))
    }
    return status
  }

  private static func size(of database: String) -> UInt64 {
    [database, database + "-wal"].map { FileFacts.size(of: $0) }.reduce(0, +)
  }
}
