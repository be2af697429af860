import Dispatch
import Ingest
import LogSources
import Logging
import MailLog
import Storage

/// Keeps the database up with what is counted.
///
/// One save at a time, on a queue of its own: a slow disk holds up no line and no answer.
final class Keeper: Sendable {
  private struct State: ~Copyable {
    var store: SnapshotStore
    /// What the last save that succeeded held.
    var generation: UInt64?
    var saved: Timestamp?
    var problem: String?
  }

  struct Opened {
    var keeper: Keeper
    var pipeline: IngestPipeline
    var positions: [String: SourcePosition]
  }

  private let state: Locked<State>
  private let queue = DispatchQueue(label: "submitwatch.save")
  private let timer: DispatchTimer

  private init(_ store: consuming sending SnapshotStore, saved: Timestamp?) {
    state = Locked(State(store: store, generation: nil, saved: saved))
    timer = DispatchTimer(queue)
  }

  /// Opens the database, and makes the pipeline go on from what it holds.
  static func open(_ path: String, _ options: IngestPipeline.Options) throws -> Opened {
    var store = try SnapshotStore(path: path)
    let loaded = try store.load(into: options.emptyCounters)
    let saved = loaded.map { IngestPipeline.Saved($0.counters, $0.record) }
    let pipeline = try restored(options, saved, path: path)
    let keeper = Keeper(store, saved: loaded?.record.savedAt)
    return Opened(keeper: keeper, pipeline: pipeline, positions: saved?.positions ?? [:])
  }

  private static func restored(
    _ options: IngestPipeline.Options,
    _ saved: IngestPipeline.Saved?,
    path: String
  ) throws(StorageError) -> IngestPipeline {
    do {
      return try IngestPipeline(options, from: saved)
    } catch {
      throw StorageError(.damaged(part: "open sessions"), path: path)
    }
  }

  /// When the counters were saved last, and what keeps them from being saved.
  var progress: (saved: Timestamp?, problem: String?) {
    state.withLock { ($0.saved, $0.problem) }
  }

  /// Saves what has changed, every so often; `also` runs first.
  func saveRegularly(
    every interval: Duration,
    _ pipeline: IngestPipeline,
    _ zone: ZoneRules,
    _ log: Logger,
    also: @escaping @Sendable () -> Void
  ) {
    timer.start(every: interval) { [self] in
      also()
      _ = save(pipeline, zone, log)
    }
  }

  /// Saves for the last time, and gives the database free; whether saving worked.
  func finish(_ pipeline: IngestPipeline, _ zone: ZoneRules, _ log: Logger) -> Bool {
    timer.stop()
    return queue.sync {
      let isSaved = save(pipeline, zone, log)
      // Whoever still answers holds the keeper, but the next one needs the database.
      state.withLock { $0.store.close() }
      return isSaved
    }
  }

  private func save(_ pipeline: IngestPipeline, _ zone: ZoneRules, _ log: Logger) -> Bool {
    state.withLock { state in
      guard pipeline.hasChanged(since: state.generation) else { return true }
      let cut = pipeline.cut()
      let point = SavePoint(cut, at: .now, zone: zone)
      do throws(StorageError) {
        try state.store.save(point)
      } catch {
        log.error("the counters are not saved", metadata: ["error": "\(error)"])
        state.problem = "\(error)"
        return false
      }
      if state.problem != nil { log.notice("the counters are saved again") }
      state.problem = nil
      state.generation = cut.generation
      state.saved = point.record.savedAt
      return true
    }
  }
}
