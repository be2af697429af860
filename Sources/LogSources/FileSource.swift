import Glibc
package import MailLog
import Platform

/// What a `FileSource` reads, and how.
package struct FileSourceSettings: Equatable, Sendable {
  /// A path; with `*`, `?` or `[…]` all logs that match; with `%D` or `%M` in its last part a log
  /// whose name has the day or the month, as Exim's.
  package var path: String
  /// On the first start the rotated files are read as well.
  package var readsRotated = true
  /// Where rotated files are beside the folder of the log; nil: nowhere else.
  package var oldFolder: String?
  /// The paths of other sources: never rotated files of this one.
  package var others: Set<String> = []
  /// Lets the kernel report changes, where it does.
  package var watches = true
  /// How often it looks where changes are not reported.
  package var pollInterval: Duration = .seconds(1)
  /// How often it looks all the same: what could not be read may have become readable.
  package var lookInterval: Duration = .seconds(60)

  package init(path: String) {
    self.path = path
  }
}

/// Follows log files: `LogFollower` says how.
///
/// A pattern's logs bear `name:path` as their batches' source.
package final class FileSource: LogSource {
  package let name: String
  private let settings: FileSourceSettings
  private let claims: LogClaims
  private let calls: any FileCalls
  private let stopping = EventDescriptor()
  private let shared = Locked(SourceState())

  /// `claims`: what the sources beside this one follow.
  package init(
    name: String,
    settings: FileSourceSettings,
    claims: LogClaims = LogClaims(),
    calls: any FileCalls = KernelCalls()
  ) {
    self.name = name
    self.settings = settings
    self.claims = claims
    self.calls = calls
    // Before those that a pattern finds.
    guard !PathPattern.isPattern(settings.path) else { return }
    _ = claims.owner(of: calls.target(of: settings.path), orNow: name)
  }

  package var state: SourceState { shared.withLock { $0 } }

  package func stop() { stopping.signal() }

  package func adopted(_ positions: [String: SourcePosition]) -> [String: String] {
    let tailer = LogTailer(name: name, settings: settings, positions: [:], calls: calls)
    return tailer.adopted(positions)
  }

  package func run(
    from positions: [String: SourcePosition],
    into sink: @Sendable (LineBatch) throws -> Void
  ) throws {
    let tailer = LogTailer(
      name: name,
      settings: settings,
      positions: positions,
      claims: claims,
      calls: calls
    )
    let waiting = FileWaiting(settings: settings, tailer: tailer, stopping: stopping)
    var looks = true
    while !stopping.isSignalled {
      // Watched before it is read: what comes meanwhile is reported.
      if looks { waiting.watchFolders() }
      shared.withLock { $0.problems = waiting.problems }
      let isDone = try tailer.pass(looks: looks, into: sink, state: shared) {
        stopping.isSignalled
      }
      guard isDone else { return }
      looks = waiting.wait(afterLook: looks)
    }
  }
}

/// Waits for something to read.
private final class FileWaiting {
  /// Changes that are not reported.
  private(set) var problems: [SourceProblem] = []
  private let settings: FileSourceSettings
  private let tailer: LogTailer
  private let stopping: EventDescriptor
  private var watch: FolderWatch?
  private var folders: Set<String> = []
  /// Changes in all folders are reported.
  private var isReliable = false

  init(settings: FileSourceSettings, tailer: LogTailer, stopping: EventDescriptor) {
    self.settings = settings
    self.tailer = tailer
    self.stopping = stopping
  }

  func watchFolders() {
    guard settings.watches else { return }
    do throws(SystemCallFailure) {
      if watch == nil { watch = try FolderWatch() }
      if let watch { watchFolders(by: watch) }
    } catch {
      problems = [SourceProblem(.notWatched(errorNumber: error.number), at: settings.path)]
    }
  }

  private func watchFolders(by watch: FolderWatch) {
    folders = tailer.folders
    let failed = watch.watch(folders)
    problems = failed.sorted { $0.key < $1.key }.map {
      SourceProblem(.notWatched(errorNumber: $0.value), at: $0.key)
    }
    isReliable = failed.isEmpty && !folders.contains { NetworkFileSystem.holds($0) }
  }

  /// Returns when there may be something to read; true if a file may have come or gone.
  func wait(afterLook: Bool) -> Bool {
    // Reading has shown files in other folders.
    if afterLook, watch != nil, tailer.folders != folders { return true }
    let interval = isReliable ? settings.lookInterval : settings.pollInterval
    guard let watch else {
      stopping.wait(for: [], milliseconds: interval.milliseconds)
      return true
    }
    let request = pollfd(fd: watch.descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      if stopping.wait(for: [request], milliseconds: interval.milliseconds) { return true }
      let (events, isComplete) = watch.events()
      // Nothing happened in all that time.
      guard isComplete, !events.isEmpty else { return true }
      if events.contains(where: { $0.isStructural }) { return true }
      // Of a busy folder, where other logs are written, most is not of interest.
      if events.contains(where: { tailer.concerns($0.name) }) { return false }
    }
  }
}
