import Dispatch
import Foundation
import HTTPAPI
import Ingest
import LogSources
import Logging
import MailLog
import Reports
import Settings

/// The daemon under one configuration, from its start to its stop.
///
/// What comes first ends last: the database, the pipeline, the answers, the sources. So all that the
/// sources have read is counted when the last save is made.
final class Service: Sendable {
  private let settings: Settings
  private let log: Logger
  private let keeper: Keeper
  private let pipeline: IngestPipeline
  private let publisher: Publisher
  private let alerting: Alerting
  private let reporting: Reporting
  private let sources: [RunningSource]
  private let answering: Answering
  private let minutes = DispatchTimer(DispatchQueue(label: "submitwatch.minutes"))
  private let backfill: Backfill?
  private let began = ContinuousClock.now
  /// Those of which the journal was told that they do not log TLS.
  private let warnedHosts = Locked(Set<String>())

  /// Loads what was saved, and begins to answer and to read.
  ///
  /// - Parameters:
  ///   - settings: the configuration.
  ///   - listening: gives the socket to answer on, when all is loaded.
  ///   - log: takes what people should know.
  ///   - started: when the daemon started.
  /// - Throws: if the database or the socket cannot be used.
  init(
    _ settings: Settings,
    listening: () throws -> ListeningSocket,
    log: Logger,
    started: Timestamp
  ) throws {
    self.settings = settings
    self.log = log
    let zone = settings.timezone ?? .system
    let plan = SourcePlan(settings, zone: zone)
    let options = plan.pipelineOptions(settings, zone: zone)
    let relay = AlertRelay()
    let opened = try Keeper.open(settings.database, options, relay, renamed: plan.renamed, log: log)
    keeper = opened.keeper
    pipeline = opened.pipeline
    sources = plan.sources.map { RunningSource($0, log: log) }
    alerting = try Alerting(settings, pipeline, keeper, relay, log: log)
    reporting = try Reporting(settings, keeper, log: log)
    publisher = Publisher(
      pipeline,
      keeper,
      alerting,
      reporting,
      sources.map(\.source),
      Publisher.Facts(
        started: started,
        zone: zone,
        retentionDays: settings.retention,
        database: settings.database
      )
    )
    let publisher = publisher
    let reporting = reporting
    reporting.take(figures: { publisher.current() })
    let importer = Importer(
      pipeline,
      keeper,
      folder: URL(filePath: settings.database).deletingLastPathComponent().path,
      zone: zone,
      logZone: settings.logTimezone ?? zone
    )
    answering = Answering(
      try listening(),
      hosts: settings.http.hosts,
      published: { publisher.current() },
      importLog: { try await importer.run($0) },
      mailReport: { try await reporting.take($0) },
      alerts: alerting.handlers,
      log: log
    )
    let answering = answering
    alerting.announce { answering.announceAlerts() }
    backfill = plan.onlyJournal(settings).map {
      Backfill(
        opened.pipeline,
        opened.keeper,
        journal: $0,
        zone: zone,
        logZone: settings.logTimezone ?? zone,
        log: log
      )
    }
    start(from: opened.positions, zone: zone)
  }

  private func start(from positions: [String: SourcePosition], zone: ZoneRules) {
    answering.start()
    turnDay(zone)
    for source in sources { source.start(from: positions, into: pipeline) }
    if sources.isEmpty {
      log.log(.noSource, .warning, "no log with lines of a mail server was found")
    }
    // What old lines raised may be over: log time goes on as soon as all is read.
    minutes.start(every: .seconds(1)) { [self] in
      if tick() { minutes.start(every: .seconds(60)) { [self] in _ = tick() } }
    }
    keeper.saveRegularly(every: settings.saveInterval, pipeline) { [self] in
      turnDay(zone)
      warnOfHiddenTLS()
      backfill?.advance()
    }
  }

  /// Ends all that runs, and saves for the last time.
  ///
  /// - Returns: whether all that was counted is saved.
  func stop() -> Bool {
    minutes.stop()
    for source in sources { source.stop() }
    answering.stop()
    alerting.stop()
    reporting.stop()
    return keeper.finish(pipeline)
  }

  /// Whether lines are still taken; returns only if they are.
  func isAlive() -> Bool {
    pipeline.view(since: nil) != nil
  }

  /// Tells once which setting makes a mail server log what the reports are about.
  private func warnOfHiddenTLS() {
    for hidden in pipeline.hiddenTLS where hidden.isRecent(.now) {
      let name = "\(hidden.dialect) \(hidden.host)"
      let isNew = warnedHosts.withLock { $0.insert(name).inserted && $0.count <= 100 }
      guard isNew else { continue }
      log.log(
        .tlsNotLogged,
        .warning,
        "TLS is used but not logged",
        ["host": "\(hidden.host)", "remedy": "\(hidden.warning.remedy)"]
      )
    }
  }

  /// Lets log time go on although no line comes; not while lines wait to be read.
  private func tick() -> Bool {
    let isRead = sources.allSatisfy(\.source.state.isCaughtUp)
    if isRead { pipeline.tick(now: .now) }
    // The figures are whole once the logs are read; but logs that never are hold no report back.
    if isRead || began.duration(to: .now) > .seconds(900) { reporting.look() }
    return isRead
  }

  private func turnDay(_ zone: ZoneRules) {
    var calendar = MailLog.Calendar(zone: zone)
    pipeline.turn(today: calendar.day(of: .now))
  }
}
