import Dialects
import HTTPAPI
import Ingest
import LogSources
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
    let spools = try await receive(request.body)
    var logs = LogImport(files: spools.map(\.log), logZone: logZone, year: request.year)
    logs.host = request.host.map { Array($0.utf8) }
    logs.isStopping = isStopping
    return try await blocking { [self, logs] in
      try withExtendedLifetime(spools) { try count(logs) }
    }
  }

  /// The logs that a client sends, each in a file.
  private func receive(_ body: ImportBody) async throws -> [ImportSpool] {
    var spools: [ImportSpool] = []
    for try await element in body {
      guard !isStopping() else { throw Self.stopped }
      switch element {
      case .file(let name, let modified):
        guard spools.count < ImportSpool.limit else { throw Self.tooMany }
        spools.append(
          try await blocking { [folder] in
            try ImportSpool(in: folder, name: name ?? "the log", modified: modified)
          }
        )
      case .bytes(let bytes):
        try await blocking { [last = spools.last] in try last?.write(bytes) }
      }
    }
    for spool in spools { try spool.finish() }
    return spools
  }

  private static var tooMany: ImportRefusal {
    ImportRefusal(
      .badData,
      "these are more than \(ImportSpool.limit) files: import them by several commands"
    )
  }

  private static var stopped: ImportRefusal {
    ImportRefusal(
      .unavailable,
      "the daemon ends or takes up a new configuration, nothing of the import is counted; try again"
    )
  }

  private func logZone(of request: ImportRequest) throws -> ZoneRules {
    guard let name = request.logTimezone else { return logZone }
    guard let zone = ZoneRules(named: name) else {
      throw ImportRefusal(.unknownZone, "'\(name)' is no time zone")
    }
    return zone
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
    } catch let error as LogSourceError {
      throw ImportRefusal(.badData, error.refusal)
    } catch {
      throw ImportRefusal(.badData, "\(error); nothing of the import is counted")
    }
    guard keeper.saveNow(pipeline) else {
      throw ImportRefusal(
        .unavailable,
        "the import is counted, but cannot be saved yet: see the status"
      )
    }
    return ImportOutcome(
      outcome.files.map(ImportOutcome.File.init),
      submissions: outcome.submissions,
      alreadyCounted: outcome.alreadyCounted,
      tooOld: outcome.tooOld
    )
  }
}

extension ImportOutcome.File {
  fileprivate init(_ file: LogImport.ReadFile) {
    self.init(
      name: file.name,
      lines: file.lines,
      used: file.usedLines,
      passedOver: Dictionary(
        uniqueKeysWithValues: file.passedOver.map { ($0.key.label, $0.value) }
      )
    )
  }
}
