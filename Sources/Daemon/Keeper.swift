import Counters
import Dispatch
import Ingest
import Logging
import MailLog
import Platform
import Settings
import Storage

/// Keeps the database up with what is counted.
///
/// One save at a time, on a queue of its own: a slow disk holds up no line and no answer.
final class Keeper: Sendable {
  private struct State: ~Copyable {
    /// Nil once the last save is made.
    var store: SnapshotStore?
    /// What the last save that succeeded held.
    var generation: UInt64?
    /// The logs that are older than the journal are counted.
    var isBackfilled: Bool
    /// That is not saved yet.
    var isDirty = false
  }

  /// How saving goes.
  struct Progress: Sendable {
    /// When the counters were saved last.
    var saved: Timestamp?
    /// What keeps them from being saved.
    var problem: StorageError?
    /// What the database holds, once this is what it holds; nil: it is not known to hold all of it.
    var generation: UInt64?
    /// When it held everything for the last time.
    var whole = Timestamp.now

    /// When everything was saved for the last time; nil: all is that a view shows.
    func unsavedSince(showing generation: UInt64) -> Timestamp? {
      self.generation.map { generation <= $0 } == true ? nil : whole
    }
  }

  struct Opened {
    var keeper: Keeper
    var pipeline: IngestPipeline
  }

  private let state: Locked<State>
  /// Apart from `state`, which a save holds as long as the disk takes: who asks does not wait for it.
  private let shown: Locked<Progress>
  private let queue = DispatchQueue(label: "submitwatch.save")
  private let timer: DispatchTimer

  private let relay: AlertRelay
  private let log: Logger

  private init(
    _ store: consuming sending SnapshotStore,
    _ relay: AlertRelay,
    saved: Timestamp?,
    isBackfilled: Bool,
    log: Logger
  ) {
    state = Locked(State(store: store, isBackfilled: isBackfilled))
    shown = Locked(Progress(saved: saved))
    self.relay = relay
    self.log = log
    timer = DispatchTimer(queue)
  }

  /// Makes the pipeline go on from what the database holds; `changes`: what has become of its logs.
  static func open(
    _ store: consuming sending SnapshotStore,
    _ options: IngestPipeline.Options,
    _ relay: AlertRelay,
    changes: (Checkpoint) -> LogChanges,
    log: Logger
  ) throws -> Opened {
    let path = store.path
    let saved = try store.load(into: options.emptyCounters)
    let pipeline: IngestPipeline
    do throws(StoredDamage) {
      let changes = saved.map { changes($0.checkpoint) } ?? LogChanges()
      pipeline = try IngestPipeline(options, from: saved, changes, now: .now) { relay.take($0) }
    } catch {
      throw StorageError(error, path: path)
    }
    if let zone = saved?.checkpoint.zone { warnOfChange(from: zone, to: options.rules.zone, log) }
    let keeper = Keeper(
      store,
      relay,
      saved: saved?.checkpoint.savedAt,
      isBackfilled: saved?.checkpoint.isBackfilled ?? false,
      log: log
    )
    return Opened(keeper: keeper, pipeline: pipeline)
  }

  /// What is counted by day cannot be counted again by another one.
  private static func warnOfChange(from old: String, to zone: ZoneRules, _ log: Logger) {
    guard old != zone.name else { return }
    // UTC has several names.
    if let known = ZoneRules(named: old),
      (known.transitions, known.offsets) == (zone.transitions, zone.offsets)
    {
      return
    }
    log.warning(
      "the zone of the days has changed; days that are counted already keep the borders of the old one",
      metadata: ["from": "\(old)", "to": "\(zone.name)"]
    )
  }

  var progress: Progress { shown.withLock { $0 } }

  /// Whether the logs that are older than the journal were counted, by this daemon or one before it.
  var isBackfilled: Bool { state.withLock { $0.isBackfilled } }

  /// From the next save on they are.
  func noteBackfilled() {
    state.withLock { state in
      state.isBackfilled = true
      state.isDirty = true
    }
  }

  /// Saves what has changed, every so often; `also` runs first.
  func saveRegularly(
    every interval: Duration,
    _ pipeline: IngestPipeline,
    also: @escaping @Sendable () -> Void
  ) {
    timer.start(every: interval) { [self] in
      also()
      _ = save(pipeline)
    }
  }

  /// Saves what changes about alerts, at once.
  func save(_ change: () -> OutboxChange) throws {
    try state.withLock { state in
      guard state.store != nil else { throw DaemonError.isEnding }
      try state.store?.save(change())
    }
  }

  /// The alerts that are kept, whom they are still to be told, and whom they never will be.
  func loadAlerts() throws -> StoredOutbox {
    try state.withLock { try $0.store?.loadAlerts() } ?? StoredOutbox()
  }

  /// Saves what changes about reports by e-mail, at once.
  func save(_ change: ReportChange) throws {
    try state.withLock { state in
      guard state.store != nil else { throw DaemonError.isEnding }
      try state.store?.save(change)
    }
  }

  /// The reports that are still to be sent, and how far their schedules are kept to.
  func loadReports() throws -> ReportChange {
    try state.withLock { try $0.store?.loadReports() } ?? ReportChange()
  }

  /// Saves for the last time, and closes the database; whether the save worked.
  func finish(_ pipeline: IngestPipeline) -> Bool {
    timer.stop()
    return queue.sync {
      let isSaved = save(pipeline)
      // Not when the last reference goes: the next configuration opens it again at once.
      state.withLock { $0.store = nil }
      return isSaved
    }
  }

  /// Saves at once; whether that worked.
  func saveNow(_ pipeline: IngestPipeline) -> Bool {
    queue.sync { save(pipeline) }
  }

  private func save(_ pipeline: IngestPipeline) -> Bool {
    state.withLock { state in
      let isMissing = state.store?.isWhole == false
      guard state.isDirty || isMissing || pipeline.hasChanged(since: state.generation) else {
        shown.withLock { $0.whole = .now }
        return true
      }
      guard state.store != nil else { return false }
      var cut = pipeline.cut(at: .now)
      cut.checkpoint.isBackfilled = state.isBackfilled
      let alerts = relay.takeUnsaved()
      do throws(StorageError) {
        try state.store?.save(cut, alerts)
      } catch {
        relay.putBack(alerts)
        log.log(.notSaved, .error, "the counters are not saved", ["error": "\(error)"])
        shown.withLock { ($0.problem, $0.generation) = (error, nil) }
        return false
      }
      if progress.problem != nil { log.notice("the counters are saved again") }
      let saved = cut.checkpoint.savedAt
      shown.withLock { $0 = Progress(saved: saved, generation: cut.generation, whole: saved) }
      state.generation = cut.generation
      state.isDirty = false
      return true
    }
  }
}
