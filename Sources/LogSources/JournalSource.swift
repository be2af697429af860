import Glibc
package import MailLog
import Platform

/// Which journal a `JournalSource` reads, and what of it.
package struct JournalSourceSettings: Equatable, Sendable {
  /// A folder with journal files, as collected from other hosts; nil for this machine's journal.
  package var directory: String?
  /// A namespace of this machine, systemd-journald@.service(8); nil for the default one.
  package var namespace: String?
  /// Entries with these identifiers are read, besides those of the mail facility.
  package var identifiers: [String] = []
  /// Of units whose names begin like this it is noted when journald drops their entries.
  package var units: [String] = []
  /// On the first start all is read that the journal has; else what comes from now on.
  package var readsHistory = true
  /// How often it looks where changes are not reported.
  package var pollInterval: Duration = .seconds(1)
  /// How often it looks whether the journal is elsewhere now, or has files that nobody told of.
  package var lookInterval: Duration = .seconds(10)

  package init() {}

  /// How a person finds the journal.
  var place: String { directory ?? namespace.map { "journal namespace \($0)" } ?? "journal" }
}

/// Reads the mail servers' entries of a journal, each in its export format.
///
/// In a folder the journal of each machine is a log of its own: its batches bear `name:` and the
/// value of _MACHINE_ID as their source.
package final class JournalSource: LogSource {
  package let name: String
  private let settings: JournalSourceSettings
  private let calls: any FileCalls
  private let stopping = EventDescriptor()
  private let shared = Locked(SourceState())
  /// When it was made, in microseconds.
  private let start: UInt64

  package init(
    name: String,
    settings: JournalSourceSettings,
    calls: any FileCalls = KernelCalls()
  ) {
    start = UInt64(max(0, Timestamp.now.nanoseconds / 1_000_000_000)) * 1_000_000
    self.name = name
    self.settings = settings
    self.calls = calls
  }

  /// Whether the journal got entries since `time` that a source with these settings reads.
  package static func holdsLines(
    since time: Timestamp,
    _ settings: JournalSourceSettings
  ) -> Bool {
    var settings = settings
    settings.readsHistory = false
    let start = UInt64(max(0, time.nanoseconds / 1000))
    let reading = try? JournalReading(name: "", settings: settings, from: nil, since: start)
    return (try? reading?.nextBatch()) != nil
  }

  package var state: SourceState { shared.withLock { $0 } }

  package func stop() { stopping.signal() }

  package func run(
    from positions: [String: SourcePosition],
    into sink: @Sendable (LineBatch) throws -> Void
  ) throws {
    var positions = positions
    var hasReadAll = false
    while !stopping.isSignalled {
      let failure = try readOn(from: &positions, hasReadAll: hasReadAll, into: sink)
      hasReadAll = failure == nil
      guard let failure else { continue }
      shared.withLock { state in
        state.isCaughtUp = false
        state.problems = [SourceProblem(Self.reason(failure), at: settings.place)]
      }
      stopping.wait(for: [], milliseconds: settings.pollInterval.milliseconds)
    }
  }

  /// Reads until it is stopped, or the journal has to be opened again; nil: all that there was is
  /// read.
  ///
  /// Opens and closes the journal on this thread, as sd_journal_open(3) wants it.
  private func readOn(
    from positions: inout [String: SourcePosition],
    hasReadAll: Bool,
    into sink: (LineBatch) throws -> Void
  ) throws -> LogSourceError? {
    if let path = JournalAccess.refused(settings, calls: calls) {
      return LogSourceError(.permissionDenied, path: path)
    }
    // In front of the opening: what changes behind it is noticed.
    let places = JournalPlaces(settings, calls: calls)
    let entries: any JournalEntries
    do throws(LogSourceError) {
      entries = try open(from: positions, hasReadAll: hasReadAll)
    } catch {
      return error
    }
    shared.withLock { $0.problems = places.problems }
    while !stopping.isSignalled {
      let batch: LineBatch?
      do throws(LogSourceError) {
        batch = try entries.nextBatch()
      } catch {
        return error
      }
      let gaps = entries.takeGaps()
      if !gaps.isEmpty { shared.withLock { state in gaps.forEach { state.add($0) } } }
      note(entries.takeSuppressions())
      if let batch {
        try sink(batch)
        positions[batch.source] = batch.end
        shared.withLock { state in
          state.isCaughtUp = false
          state.positions[batch.source] = batch.end
        }
      } else {
        shared.withLock { $0.isCaughtUp = true }
        let limit = places.isWatched ? settings.lookInterval : settings.pollInterval
        entries.wait(for: stopping, atMost: limit, isWatched: places.isWatched)
        if places.mustOpenAgain() { return nil }
      }
    }
    return nil
  }

  private func open(
    from positions: [String: SourcePosition],
    hasReadAll: Bool
  ) throws(LogSourceError) -> any JournalEntries {
    // Those of a folder may have come from other machines.
    guard settings.directory == nil else {
      return try JournalMachines(
        name: name,
        settings: settings,
        from: positions,
        hasReadAll: hasReadAll,
        calls: calls
      )
    }
    var cursor: String?
    if case .journal(let known)? = positions[name] { cursor = known }
    let since = hasReadAll ? start : nil
    let entries = try JournalReading(name: name, settings: settings, from: cursor, since: since)
    // What is gone with the old files was read.
    if hasReadAll { _ = entries.takeGaps() }
    return entries
  }

  /// A folder may hold the journal of any host, with units of any name.
  private static let problemLimit = 32

  private func note(_ suppressions: [(unit: String, count: Int)]) {
    guard !suppressions.isEmpty else { return }
    shared.withLock { state in
      for (unit, count) in suppressions {
        let sum = state.suppressed.addingReportingOverflow(count)
        state.suppressed = sum.overflow ? .max : sum.partialValue
        let problem = SourceProblem(.rateLimited, at: unit)
        let isShown = state.problems.contains(problem) || state.problems.count >= Self.problemLimit
        if !isShown { state.problems.append(problem) }
      }
    }
  }

  private static func reason(_ error: LogSourceError) -> SourceProblem.Reason {
    switch error.code {
    case .missing: .missing
    case .permissionDenied: .permissionDenied
    case .readFailed(let number), .openFailed(let number): .unreadable(errorNumber: number)
    default: .unreadable(errorNumber: EIO)
    }
  }
}
