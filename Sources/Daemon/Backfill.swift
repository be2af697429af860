import Dispatch
import Ingest
import LogSources
import Logging
import MailLog
import Platform

/// Counts, once, the log files that are older than the journal, on a machine whose source that is.
///
/// The journal's own history comes first; what it holds does not count again. What is broken off, by
/// a stop of the daemon, is begun again: nothing of it counts twice.
final class Backfill: Sendable {
  private enum State {
    case waiting, running, done
  }

  private let pipeline: IngestPipeline
  private let keeper: Keeper
  private let journal: any LogSource
  private let paths: [String]
  private let zone: ZoneRules
  private let logZone: ZoneRules
  private let isStopping: @Sendable () -> Bool
  private let log: Logger
  private let state: Locked<State>

  /// - Parameters:
  ///   - pipeline: counts.
  ///   - keeper: knows whether it was done before.
  ///   - journal: the source that is read first.
  ///   - paths: logs as they are called now; their rotated files belong to them.
  ///   - zone: the zone of the days.
  ///   - logZone: the zone of stamps that name none.
  ///   - isStopping: the service ends, and the reading with it.
  ///   - log: takes what people should know.
  init(
    _ pipeline: IngestPipeline,
    _ keeper: Keeper,
    journal: any LogSource,
    paths: [String] = SourceChoice.usualPaths,
    zone: ZoneRules,
    logZone: ZoneRules,
    isStopping: @escaping @Sendable () -> Bool,
    log: Logger
  ) {
    self.pipeline = pipeline
    self.keeper = keeper
    self.journal = journal
    self.paths = paths
    self.zone = zone
    self.logZone = logZone
    self.isStopping = isStopping
    self.log = log
    state = Locked(keeper.isBackfilled ? .done : .waiting)
  }

  /// Begins, on a thread of its own, as soon as the journal is read; to be called every so often.
  func advance() {
    let isDue = state.withLock { state in
      guard state == .waiting, journal.state.isCaughtUp else { return false }
      state = .running
      return true
    }
    guard isDue else { return }
    DispatchQueue.global(qos: .utility).async { [self] in
      let isDone = paths.allSatisfy(count)
      if isDone { keeper.noteBackfilled() }
      state.withLock { $0 = isDone ? .done : .waiting }
      if isDone { _ = keeper.saveNow(pipeline) }
    }
  }

  /// Counts the files of one log; false: not now.
  private func count(_ path: String) -> Bool {
    var files = SourceChoice.files(of: path)
    var calendar = LocalDays(zone: zone)
    while !files.isEmpty {
      let now = Timestamp.now
      var logs = LogImport(
        files: files.map { LogImport.File(path: $0, name: $0) },
        logZone: logZone
      )
      logs.isStopping = isStopping
      do {
        let outcome = try pipeline.importLogs(logs, now: now, today: calendar.day(of: now))
        log.info(
          "older logs are counted",
          metadata: ["log": "\(path)", "messages": "\(outcome.submissions)"]
        )
        return true
      } catch is LogImport.Busy {
        return false
      } catch is LogImport.Stopped {
        return false
      } catch {
        let damaged = (error as? LogSourceError)?.path
        log.warning(
          "an older log is not counted",
          metadata: ["log": "\(damaged ?? path)", "error": "\(error)"]
        )
        // The others are read without it.
        guard let damaged, files.contains(damaged) else { return true }
        files.removeAll { $0 == damaged }
      }
    }
    return true
  }
}
