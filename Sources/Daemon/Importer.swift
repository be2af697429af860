import Dialects
import HTTPAPI
import Ingest
import MailLog
import Platform
import Settings

/// Takes old logs in: to a file first, from there into the counters.
final class Importer: Sendable {
  private let pipeline: IngestPipeline
  private let keeper: Keeper
  private let folder: String
  private let zone: ZoneRules
  private let logZone: ZoneRules
  private let isStopping: @Sendable () -> Bool
  private let isBusy = Locked(false)

  /// - Parameters:
  ///   - pipeline: counts.
  ///   - keeper: saves what was counted before the client is told so.
  ///   - folder: where the logs wait; there must be room for them.
  ///   - zone: the zone of the days.
  ///   - logZone: the zone of stamps that name none.
  ///   - isStopping: the service ends, and an import with it.
  init(
    _ pipeline: IngestPipeline,
    _ keeper: Keeper,
    folder: String,
    zone: ZoneRules,
    logZone: ZoneRules,
    isStopping: @escaping @Sendable () -> Bool
  ) {
    self.pipeline = pipeline
    self.keeper = keeper
    self.folder = folder
    self.zone = zone
    self.logZone = logZone
    self.isStopping = isStopping
  }

  /// Counts what a client sends; nothing of it, if it does not come or cannot be read to its end.
  func run(_ request: ImportRequest) async throws -> ImportOutcome {
    let logZone = try logZone(of: request)
    let isFirst = isBusy.withLock { busy in
      defer { busy = true }
      return !busy
    }
    guard isFirst else { throw ImportRefusal(.busy, "another import is going on; try again later") }
    defer { isBusy.withLock { $0 = false } }
    let spool = try await blocking { [folder] in try ImportSpool(in: folder) }
    for try await bytes in request.body {
      guard !isStopping() else { throw Self.stopped }
      try await blocking { try spool.write(bytes) }
    }
    if let modified = request.modified { try spool.setModified(modified) }
    let logs = logImport(request, spool, logZone)
    return try await blocking { [self] in try withExtendedLifetime(spool) { try count(logs) } }
  }

  private static var stopped: ImportRefusal {
    ImportRefusal(
      .unavailable,
      "the daemon ends or takes up a new configuration, nothing of the log is counted; try again"
    )
  }

  private func logZone(of request: ImportRequest) throws -> ZoneRules {
    guard let name = request.logTimezone else { return logZone }
    guard let zone = ZoneRules(named: name) else {
      throw ImportRefusal(.unknownZone, "'\(name)' is no time zone")
    }
    return zone
  }

  private func logImport(
    _ request: ImportRequest,
    _ spool: ImportSpool,
    _ zone: ZoneRules
  ) -> LogImport {
    let name = request.name ?? "the log"
    var logs = LogImport(
      files: [LogImport.File(path: spool.path, name: name)],
      logZone: zone,
      year: request.year
    )
    logs.host = request.host.map { Array($0.utf8) }
    logs.isStopping = isStopping
    return logs
  }

  private func count(_ logs: LogImport) throws -> ImportOutcome {
    var calendar = LocalDays(zone: zone)
    let now = Timestamp.now
    let outcome: LogImport.Outcome
    do {
      outcome = try pipeline.importLogs(logs, now: now, today: calendar.day(of: now))
    } catch let error as LogImport.Busy {
      throw ImportRefusal(.busy, "\(error)")
    } catch is LogImport.Stopped {
      throw Self.stopped
    } catch {
      throw ImportRefusal(.badData, "\(error); nothing of it is counted")
    }
    guard keeper.saveNow(pipeline) else {
      throw ImportRefusal(
        .unavailable,
        "the log is counted, but cannot be saved yet: see the status"
      )
    }
    return ImportOutcome(
      lines: outcome.lines,
      submissions: outcome.submissions,
      alreadyCounted: outcome.alreadyCounted,
      tooOld: outcome.tooOld,
      used: outcome.usedLines,
      passedOver: Dictionary(
        uniqueKeysWithValues: outcome.passedOver.map { ($0.key.label, UInt64(max(0, $0.value))) }
      )
    )
  }
}
