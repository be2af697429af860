import Ingest
import Logging
import MailLog
import Settings
import Storage

/// What a service has in its database: the counts, and what is to be told of them.
struct Books {
  let plan: SourcePlan
  let keeper: Keeper
  let pipeline: IngestPipeline
  let alerting: Alerting
  let reporting: Reporting
  private let relay = AlertRelay()

  /// Loads what was saved, and begins to tell the alerts that were due.
  ///
  /// - Throws: if the database cannot be used; it is closed then.
  init(_ settings: Settings, zone: ZoneRules, log: Logger) throws {
    let store = try SnapshotStore(path: settings.database)
    plan = SourcePlan(settings, zone: zone, followed: try store.loadSourceNames())
    let opened = try Keeper.open(
      store,
      plan.pipelineOptions(settings, zone: zone),
      relay,
      changes: plan.changes,
      log: log
    )
    (keeper, pipeline) = (opened.keeper, opened.pipeline)
    reporting = try Reporting(settings, keeper, log: log)
    // Last: it tells alerts at once, and from then on relay, outbox and keeper hold one another.
    alerting = try Alerting(settings, pipeline, keeper, relay, log: log)
  }

  /// Saves for the last time, once alerts and reports have stopped, and closes the database.
  ///
  /// - Returns: whether all that was counted is saved.
  func close() -> Bool {
    defer { relay.disconnect() }
    return keeper.finish(pipeline)
  }
}
