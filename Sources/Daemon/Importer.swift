import Foundation
import HTTPAPI
import Ingest
import LogSources
import MailLog

/// Takes old logs in: to a file beside the database first, from there into the counters.
final class Importer: Sendable {
  private let pipeline: IngestPipeline
  private let keeper: Keeper
  private let folder: URL
  private let zone: ZoneRules
  private let logZone: ZoneRules
  private let isBusy = Locked(false)

  /// - Parameters:
  ///   - pipeline: counts.
  ///   - keeper: saves what was counted before the client is told so.
  ///   - folder: where the logs wait; there must be room for them.
  ///   - zone: the zone of the days.
  ///   - logZone: the zone of stamps that name none.
  init(
    _ pipeline: IngestPipeline,
    _ keeper: Keeper,
    folder: String,
    zone: ZoneRules,
    logZone: ZoneRules
  ) {
    self.pipeline = pipeline
    self.keeper = keeper
    self.folder = URL(filePath: folder)
    self.zone = zone
    self.logZone = logZone
  }

  /// Counts what a client sends; nothing of it, if it does not come or cannot be read to its end.
  func run(_ request: ImportRequest) async throws -> ImportOutcome {
    let isFirst = isBusy.withLock { busy in
      defer { busy = true }
      return !busy
    }
    guard isFirst else { throw ImportRefusal(.busy, "another import is going on; try again later") }
    defer { isBusy.withLock { $0 = false } }
    let file = folder.appending(path: "import-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try await spool(request.body, to: file)
    let logs = try logImport(request, file: file)
    return try await withCheckedThrowingContinuation { continuation in
      // Reading takes long: not on a thread that answers wait for.
      DispatchQueue.global().async { [self] in
        continuation.resume(with: Result { try count(logs) })
      }
    }
  }

  private func spool(_ body: ImportBody, to file: URL) async throws {
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = try? FileHandle(forWritingTo: file)
    else {
      throw ImportRefusal(.unavailable, "cannot write to '\(folder.path)'; is the disk full?")
    }
    defer { try? handle.close() }
    for try await bytes in body {
      do {
        try handle.write(contentsOf: Data(bytes))
      } catch {
        let problem = error.localizedDescription
        throw ImportRefusal(.unavailable, "cannot keep the log in '\(folder.path)': \(problem)")
      }
    }
  }

  private func logImport(_ request: ImportRequest, file: URL) throws -> LogImport {
    var zone = logZone
    if let name = request.logTimezone {
      guard let named = ZoneRules(named: name) else {
        throw ImportRefusal(.badData, "'\(name)' is no time zone: an IANA name or UTC±HH:MM is")
      }
      zone = named
    }
    let name = request.name ?? "the log"
    return LogImport(
      files: [LogImport.File(path: file.path, name: name)],
      logZone: zone,
      year: request.year
    )
  }

  private func count(_ logs: LogImport) throws -> ImportOutcome {
    var calendar = MailLog.Calendar(zone: zone)
    let now = Timestamp.now
    let outcome: LogImport.Outcome
    do {
      outcome = try pipeline.importLogs(logs, now: now, today: calendar.day(of: now))
    } catch let error as LogImport.Busy {
      throw ImportRefusal(.busy, "\(error)")
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
      tooOld: outcome.tooOld
    )
  }
}
