import Glibc
import Locking
package import MailLog

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

  package init(
    name: String,
    settings: JournalSourceSettings,
    calls: any FileCalls = KernelCalls()
  ) {
    self.name = name
    self.settings = settings
    self.calls = calls
  }

  package var state: SourceState { shared.withLock { $0 } }

  package func stop() { stopping.signal() }

  package func run(
    from positions: [String: SourcePosition],
    into sink: @Sendable (LineBatch) throws -> Void
  ) throws {
    var positions = positions
    while !stopping.isSignalled {
      guard let failure = try readOn(from: &positions, into: sink) else { return }
      shared.withLock { state in
        state.isCaughtUp = false
        state.problems = [SourceProblem(Self.reason(failure), at: settings.place)]
      }
      stopping.wait(for: [], milliseconds: settings.pollInterval.milliseconds)
    }
  }

  /// Reads until it is stopped, or the journal has to be opened again.
  ///
  /// Opens and closes the journal on this thread, as sd_journal_open(3) wants it.
  private func readOn(
    from positions: inout [String: SourcePosition],
    into sink: (LineBatch) throws -> Void
  ) throws -> LogSourceError? {
    if let path = JournalAccess.refused(settings, calls: calls) {
      return LogSourceError(.permissionDenied, path: path)
    }
    let entries: any JournalEntries
    do throws(LogSourceError) {
      entries = try open(from: positions)
    } catch {
      return error
    }
    shared.withLock { $0.problems = [] }
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
        entries.wait(for: stopping)
      }
    }
    return nil
  }

  private func open(
    from positions: [String: SourcePosition]
  ) throws(LogSourceError) -> any JournalEntries {
    // Those of a folder may have come from other machines.
    guard settings.directory == nil else {
      return try JournalMachines(name: name, settings: settings, from: positions, calls: calls)
    }
    var cursor: String?
    if case .journal(let known)? = positions[name] { cursor = known }
    return try JournalReading(name: name, settings: settings, from: cursor)
  }

  private func note(_ suppressions: [(unit: String, count: Int)]) {
    guard !suppressions.isEmpty else { return }
    shared.withLock { state in
      for (unit, count) in suppressions {
        state.suppressed += count
        let problem = SourceProblem(.rateLimited, at: unit)
        if !state.problems.contains(problem) { state.problems.append(problem) }
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
