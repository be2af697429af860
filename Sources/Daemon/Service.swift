import Dispatch
import Foundation
import HTTPAPI
import Ingest
import LogSources
import Logging
import MailLog
import Platform
import Reports
import Settings

/// The daemon under one configuration, from its start to its stop.
///
/// What comes first ends last: the database, the pipeline, the answers, the sources. So all that the
/// sources have read is counted when the last save is made.
final class Service: Sendable {
  private let settings: Settings
  private let log: Logger
  let books: Books
  private let sources: [RunningSource]
  private let answering: Answering
  private let minutes = DispatchTimer(DispatchQueue(label: "submitwatch.minutes"))
  private let backfill: Backfill?
  private let began = ContinuousClock.now
  private let isStopping: Locked<Bool>
  private let trustedDay: Locked<TrustedDay>
  private let readingWait = Locked(ReadingWait())
  /// Those of which the journal was told that they do not log TLS.
  private let warnedHosts = Locked(Set<String>())

  /// Loads what was saved, and begins to answer and to read.
  ///
  /// - Parameters:
  ///   - settings: the configuration.
  ///   - listening: gives the socket to answer on.
  ///   - log: takes what people should know.
  ///   - started: when the daemon started.
  ///   - refused: the configuration that was refused last.
  /// - Throws: if the database or the socket cannot be used; nothing of it is left running then.
  init(
    _ settings: Settings,
    listening: () throws -> ListeningSocket,
    log: Logger,
    started: Timestamp,
    refused: Locked<StatusWarning?>
  ) throws {
    self.settings = settings
    self.log = log
    let zone = settings.timezone ?? .system
    // First: whatever cannot be had, nothing has begun.
    let socket = try listening()
    do {
      books = try Books(settings, zone: zone, log: log)
    } catch {
      socket.close()
      throw error
    }
    var calendar = LocalDays(zone: zone)
    let latest = books.pipeline.logTime.map { calendar.day(of: $0) }
    trustedDay = Locked(TrustedDay(last: books.pipeline.savedDay ?? latest))
    sources = books.plan.sources.map { RunningSource($0, log: log) }
    let isStopping = Locked(false)
    self.isStopping = isStopping
    let facts = Publisher.Facts(
      started: started,
      zone: zone,
      retentionDays: settings.retention,
      database: settings.database,
      refused: refused
    )
    let publisher = Self.publisher(books, sources, facts)
    books.reporting.take(figures: { publisher.current() })
    let importer = Self.importer(books, settings, zone: zone, isStopping)
    answering = Self.answering(socket, books, publisher, importer, settings, log: log)
    let answering = answering
    books.alerting.announce { answering.announceAlerts() }
    backfill = Self.backfill(books, settings, zone: zone, isStopping, log: log)
    start(from: books.pipeline.savedPositions, zone: zone)
  }

  private static func publisher(
    _ books: Books,
    _ sources: [RunningSource],
    _ facts: Publisher.Facts
  ) -> Publisher {
    Publisher(
      books.pipeline,
      books.keeper,
      books.alerting,
      books.reporting,
      sources.map(\.source),
      facts
    )
  }

  private static func importer(
    _ books: Books,
    _ settings: Settings,
    zone: ZoneRules,
    _ isStopping: Locked<Bool>
  ) -> Importer {
    Importer(
      books.pipeline,
      books.keeper,
      folder: URL(filePath: settings.database).deletingLastPathComponent().path,
      zone: zone,
      logZone: settings.logTimezone ?? zone,
      isStopping: { isStopping.withLock { $0 } }
    )
  }

  private static func answering(
    _ socket: ListeningSocket,
    _ books: Books,
    _ publisher: Publisher,
    _ importer: Importer,
    _ settings: Settings,
    log: Logger
  ) -> Answering {
    var options = HTTPServer.Options()
    options.hosts = settings.http.hosts
    options.configuration = settings.file
    options.now = { .now }
    let reporting = books.reporting
    var alerts = books.alerting.handlers
    alerts.judge = { [judge = alerts.judge] id, judgement in
      // Who is told that a verdict is kept asks for the alerts at once.
      defer { publisher.renew() }
      return try await judge(id, judgement)
    }
    let handlers = DaemonHandlers(
      published: { publisher.current() },
      importLog: { request in
        // Who is told that a log is counted asks for the figures at once.
        defer { publisher.renew() }
        return try await importer.run(request)
      },
      mailReport: { try await reporting.take($0) },
      alerts: alerts
    )
    return Answering(socket, options, handlers, log: log)
  }

  private static func backfill(
    _ books: Books,
    _ settings: Settings,
    zone: ZoneRules,
    _ isStopping: Locked<Bool>,
    log: Logger
  ) -> Backfill? {
    books.plan.onlyJournal(settings).map { journal in
      Backfill(
        books.pipeline,
        books.keeper,
        journal: journal,
        zone: zone,
        logZone: settings.logTimezone ?? zone,
        isStopping: { isStopping.withLock { $0 } },
        log: log
      )
    }
  }

  private func start(from positions: [String: SourcePosition], zone: ZoneRules) {
    answering.start()
    turnDay(zone)
    for source in sources { source.start(from: positions, into: books.pipeline) }
    // What old lines raised may be over: log time goes on as soon as all is read.
    minutes.start(every: .seconds(1)) { [self] in
      guard tick() else { return }
      minutes.start(every: .seconds(60)) { [self] in _ = tick() }
      // Nobody should see for long what the journal alone has.
      backfill?.advance()
    }
    books.keeper.saveRegularly(every: settings.saveInterval, books.pipeline) { [self] in
      turnDay(zone)
      warnOfHiddenTLS()
      // Again, if it was broken off.
      backfill?.advance()
    }
  }

  /// Ends all that runs, and saves for the last time.
  ///
  /// - Returns: whether all that was counted is saved.
  func stop() -> Bool {
    // Imports and the backfill end at the next block of lines.
    isStopping.withLock { $0 = true }
    minutes.stop()
    for source in sources { source.stop() }
    // Before the answers, which wait for the trials of alerts.
    books.alerting.stop()
    answering.stop()
    books.reporting.stop()
    return books.close()
  }

  /// Why it answers nobody any more; nil: it does, or was told to stop.
  var failure: (any Error)? { answering.failure }

  /// Whether lines are still taken; returns only if they are.
  func isAlive() -> Bool {
    books.pipeline.view(since: nil) != nil
  }

  /// Tells once which setting makes a mail server log what the reports are about.
  private func warnOfHiddenTLS() {
    for hidden in books.pipeline.hiddenTLS where hidden.isRecent(.now) {
      let name = "\(hidden.server.name) \(hidden.host)"
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
    let states = sources.map { ($0.source.name, $0.source.state) }
    let isRead = readingWait.withLock { $0.isOver(states, at: .now) }
    if isRead { books.pipeline.tick(now: .now) }
    // The figures are whole once the logs are read; but logs that never are hold no report back.
    if isRead || began.duration(to: .now) > .seconds(900) { books.reporting.look() }
    return isRead
  }

  private func turnDay(_ zone: ZoneRules) {
    var calendar = LocalDays(zone: zone)
    let today = calendar.day(of: .now)
    let (isBelieved, isNews) = trustedDay.withLock { day in
      let wasDoubted = day.isDoubted
      return (day.believes(today, at: .now), day.isDoubted && !wasDoubted)
    }
    if isBelieved { return books.pipeline.turn(today: today) }
    guard isNews else { return }
    log.log(
      .clockDoubted,
      .warning,
      "the clock is days ahead of when this ran last; old days are kept for an hour more",
      ["clock": "\(today.text)"]
    )
  }
}
