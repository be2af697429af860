import Counters
import HTTPAPI
import Ingest
import LogSources
import MailLog
import Platform
import Reports
import Storage

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
    /// The configuration that was refused last, unless a good one came later.
    var refused: Locked<StatusWarning?>
  }

  private struct State: Sendable {
    var view: IngestPipeline.View?
    var rows: UInt64 = 0
    /// How the sources were just before the view was made: what they had read by then is in it.
    var sources: [SourceState] = []
    var made = Timestamp(seconds: 0)
    /// The newest first, and what they are made of.
    var alerts: [KeptAlert] = []
    var alertSources: [UInt64] = []
    var alertGeneration: UInt64 = 0
  }

  private static let interval: Int64 = 250_000_000

  private let pipeline: IngestPipeline
  private let keeper: Keeper
  private let alerting: Alerting
  private let reporting: Reporting
  private let sources: [any LogSource]
  private let facts: Facts
  private let state = Locked(State())
  private let summed = SummedPeriods()

  init(
    _ pipeline: IngestPipeline,
    _ keeper: Keeper,
    _ alerting: Alerting,
    _ reporting: Reporting,
    _ sources: [any LogSource],
    _ facts: Facts
  ) {
    self.pipeline = pipeline
    self.keeper = keeper
    self.alerting = alerting
    self.reporting = reporting
    self.sources = sources
    self.facts = facts
  }

  /// Makes the next answer one of a new cut.
  func renew() { state.withLock { $0.made = Timestamp(seconds: 0) } }

  /// The last cut, or a new one if that is due.
  func current() -> Published {
    let now = Timestamp.now
    let state = state.withLock { state in
      if abs(now.since(state.made)) >= Self.interval {
        state.made = now
        state.sources = sources.map(\.state)
        if let view = pipeline.view(since: state.view?.generation) {
          state.view = view
          state.rows = view.counters.rowCount
        }
      }
      // Not of a moment ago: who is told of an alert asks for it at once.
      let sources = [state.view?.generation ?? 0, alerting.generation]
      if sources != state.alertSources {
        state.alertSources = sources
        let alerts = alerting.alerts(state.view?.alerts ?? [])
        if alerts != state.alerts { state.alertGeneration += 1 }
        state.alerts = alerts
      }
      return state
    }
    guard let view = state.view else { preconditionFailure("a pipeline always has a first view") }
    var calendar = LocalDays(zone: facts.zone)
    var published = Published(
      counters: view.counters,
      generation: view.generation,
      status: status(state, view, now: now),
      zone: facts.zone,
      today: calendar.day(of: now),
      retentionDays: facts.retentionDays
    )
    let summed = summed
    published.counters.summing = { summed.rows(of: $0) }
    (published.alertGeneration, published.alerts) = (state.alertGeneration, state.alerts)
    return published
  }

  private func status(
    _ state: State,
    _ view: IngestPipeline.View,
    now: Timestamp
  ) -> DaemonStatus {
    var status = DaemonStatus(
      version: programVersion,
      started: facts.started,
      time: now,
      zone: facts.zone
    )
    let progress = keeper.progress
    let states = Array(zip(sources, state.sources))
    let names = sources.map(\.name)
    status.sources = states.map { SourceStatus($0, $1, among: names, view, now: now) }
    status.lines = LineTotals(view)
    status.database = DatabaseStatus(path: facts.database, bytes: Self.size(of: facts.database))
    status.saved = progress.saved
    status.unsavedSince = progress.unsavedSince(showing: view.generation)
    status.days = UInt64(view.counters.days.count)
    status.rows = state.rows
    status.alerts = AlertTotals(state.alerts, alerting.sinks)
    status.alerts.note(view.detection)
    status.warnings =
      states.flatMap { StatusWarning.all(of: $0, $1, among: names, view, now: now, facts.zone) }
      + StatusWarning.notWatched(states.map(\.1))
      + status.sources.compactMap(StatusWarning.lag)
      + BoundedTable.allCases.compactMap { table in
        status.lines.dropped[table].map { .linesDropped(table: table, count: $0) }
      }
    if let warning = facts.refused.withLock({ $0 }) { status.warnings.append(warning) }
    status.warnings += status.alerts.sinks.compactMap { sink in
      sink.problem.map {
        .sinkFailed(sink: sink.name, waiting: sink.waiting, givenUp: sink.givenUp, problem: $0)
      }
    }
    let mails = reporting.progress
    if let problem = mails.problem {
      status.warnings.append(.reportsWait(count: UInt64(mails.waiting), problem: problem))
    }
    if let warning = StatusWarning.withheld(view.detection, now: now) {
      status.warnings.append(warning)
    }
    if let problem = progress.problem {
      let isFull = problem.isForWantOfRoom
      status.warnings.append(
        .saveFailed("\(problem)", database: facts.database, isFull: isFull)
      )
    }
    // What was set right a day ago is no warning any more.
    status.warnings += view.hiddenTLS.filter { $0.isRecent(now) }.map(\.warning)
    if let unknown = view.lastUnknownRecipients, now.since(unknown) < 86_400_000_000_000 {
      status.warnings.append(.recipientsNotLogged(host: "the mail server"))
    }
    return status
  }

  private static func size(of database: String) -> UInt64 {
    [database, database + "-wal"].map { SystemFacts.size(of: $0) }.reduce(0, +)
  }
}
