import Counters
import Detection
import Dialects
import Foundation
import Ingest
import LogSources
import MailLog
import Platform
import Reports
import Sessions

// What the sources know of themselves, in the words of the status.
extension SourceStatus {
  /// - Parameters:
  ///   - source: the source.
  ///   - state: what it knows of itself.
  ///   - names: those of all sources; one can be the beginning of another.
  ///   - view: what was counted.
  ///   - now: the wall clock.
  init(
    _ source: any LogSource,
    _ state: SourceState,
    among names: [String],
    _ view: IngestPipeline.View,
    now: Timestamp
  ) {
    let kind: Kind = source is JournalSource ? .journal : .file
    self.init(name: source.name, kind: kind, state: Self.state(state))
    let logs = view.logs(of: source, among: names)
    lines = logs.reduce(0) { $0 + UInt64($1.lines) }
    lastLine = logs.compactMap(\.latest).max()
    // How much waits in what is not there or may not be read, nobody knows.
    if self.state != .failed, self.state != .waiting {
      lagBytes = state.bytesBehind.map { UInt64(max(0, $0)) }
      // A last line of before the start does not tell that others wait.
      let read = lines > 0 ? lastLine : nil
      lagSeconds = state.isCaughtUp ? 0 : read.map { UInt64(max(0, now.seconds - $0.seconds)) }
    }
    position = logs.compactMap(\.position).map(\.forPeople).sorted().last
    gaps = logs.reduce(UInt64(state.newGapCount(logs))) { $0 + $1.lost.count }
    // For what all sources lack there is one warning.
    let told = state.problems.filter { $0.usedUp == nil }
    problems = told.map { $0.forPeople(of: source.name) }
    warned = Set(told.filter(\.hasWarning).map { $0.forPeople(of: source.name) })
  }

  private static func state(_ state: SourceState) -> State {
    for problem in state.problems {
      switch problem.reason {
      case .missing: return .waiting
      case .directory, .permissionDenied, .unreadable, .damaged: return .failed
      case .notWatched, .rateLimited, .followed: break
      }
    }
    return state.isCaughtUp ? .following : .catchingUp
  }
}

extension IngestPipeline.View {
  /// The logs that a source reads, or has read.
  fileprivate func logs(
    of source: any LogSource,
    among names: [String]
  ) -> [LiveLog.Progress] {
    sources.filter { source.bears($0.key, among: names) }.map(\.value)
  }
}

extension SourceState {
  /// How many gaps it has found behind which no line came yet: they are found again after a restart.
  fileprivate func newGapCount(_ logs: [LiveLog.Progress]) -> Int {
    max(0, gapCount - logs.reduce(0) { $0 + $1.lost.sinceStart })
  }
}

extension StatusWarning {
  /// What a source needs people for.
  static func all(
    of source: any LogSource,
    _ state: SourceState,
    among names: [String],
    _ view: IngestPipeline.View,
    now: Timestamp,
    _ zone: ZoneRules
  ) -> [StatusWarning] {
    var warnings: [StatusWarning] = state.problems.compactMap { problem in
      switch problem.reason {
      case .permissionDenied:
        .noPermission(
          source: problem.place,
          user: NSUserName(),
          source is JournalSource ? .join(group: "systemd-journal") : .toRead(problem.place)
        )
      case .missing, .directory, .unreadable, .damaged:
        .sourceFailed(source: problem.place, problem: problem.forPeople(of: problem.place))
      case .notWatched, .rateLimited, .followed: nil
      }
    }
    if state.suppressed > 0 {
      warnings.append(.journalRateLimit(source: source.name, dropped: UInt64(state.suppressed)))
    }
    let logs = view.logs(of: source, among: names)
    let lost = logs.flatMap(\.lost.open).filter { $0.isRecent(now) }
    if state.newGapCount(logs) > 0, let gap = state.gaps.last {
      warnings.append(.gap(of: source, gap, gap.forPeople))
    } else if let last = lost.max(by: { $0.noted < $1.noted }) {
      warnings.append(.gap(of: source, last.gap, last.forPeople(zone)))
    }
    return warnings
  }

  private static func gap(
    of source: any LogSource,
    _ gap: SourceGap,
    _ detail: String
  ) -> StatusWarning {
    .gap(source: source.name, detail: detail, isJournal: gap.reason == .vacuumed)
  }

  /// What the kernel has no more of for sources that are to be watched, one for all of them.
  static func notWatched(_ states: [SourceState]) -> [StatusWarning] {
    let settings = states.flatMap { Set($0.problems.compactMap(\.usedUp)) }
    return Dictionary(grouping: settings) { $0 }.sorted { $0.key < $1.key }.map {
      .notWatched(sources: UInt64($0.value.count), setting: $0.key)
    }
  }

  /// A source that is more than a minute behind.
  static func lag(_ source: SourceStatus) -> StatusWarning? {
    guard source.state == .catchingUp, let seconds = source.lagSeconds, seconds > 60 else {
      return nil
    }
    return .lag(source: source.name, seconds: seconds)
  }
}

extension HiddenTLS {
  /// What was set right a day ago is no warning any more.
  func isRecent(_ now: Timestamp) -> Bool { now.since(time) < 86_400_000_000_000 }

  var warning: StatusWarning { .tlsNotLogged(host: host, server) }
}

extension LineTotals {
  init(_ view: IngestPipeline.View) {
    let totals = view.totals
    self.init(
      used: UInt64(max(0, totals.usedLines)),
      passedOver: Dictionary(
        uniqueKeysWithValues: totals.passedOver.map { ($0.key.label, UInt64(max(0, $0.value))) }
      ),
      dropped: Dictionary(
        uniqueKeysWithValues: BoundedTable.allCases.map { ($0, $0.drops(view)) }
      ).filter { $0.value > 0 }
    )
  }
}

extension BoundedTable {
  /// How many entries found no room in it.
  fileprivate func drops(_ view: IngestPipeline.View) -> UInt64 {
    let (sessions, counters) = (view.totals.drops, view.counters)
    return switch self {
    case .sessions: UInt64(sessions.sessions)
    case .waiting: UInt64(sessions.waiting)
    case .early: UInt64(sessions.early)
    case .plain: UInt64(sessions.plain)
    case .noted: UInt64(sessions.noted)
    case .delivering: UInt64(sessions.delivering)
    case .senders: counters.drops.senders + UInt64(sessions.senders)
    case .accounts: counters.drops.accounts
    case .details: counters.drops.accountEntries + (counters.details?.drops ?? 0)
    case .edges: view.edgeDrops
    }
  }
}

extension AlertTotals {
  /// What the detector left out.
  mutating func note(_ totals: DetectorTotals) {
    withheld = totals.withheld
    forgottenLogins = totals.forgottenFailures
    unwatched = totals.unwatched
  }
}

extension StatusWarning {
  /// What nobody was told within a day.
  static func withheld(_ totals: DetectorTotals, now: Timestamp) -> StatusWarning? {
    guard let last = totals.lastWithheld, now.since(last) < 86_400_000_000_000 else { return nil }
    return .alertsWithheld(totals.withheld)
  }
}

extension SourcePosition {
  fileprivate var forPeople: String {
    switch self {
    case .file(let file): "\(file.path) at byte \(file.offset)"
    case .journal(let cursor): cursor
    }
  }
}

extension SourceProblem {
  /// The setting of the kernel, inotify(7), that leaves no room to watch the source.
  fileprivate var usedUp: String? {
    guard case .notWatched(let number) = reason else { return nil }
    return switch number {
    case EMFILE: "fs.inotify.max_user_instances"
    // Not a disk's room.
    case ENOSPC: "fs.inotify.max_user_watches"
    default: nil
    }
  }

  /// Whether it is one of the source's warnings, too.
  fileprivate var hasWarning: Bool {
    switch reason {
    case .missing, .directory, .permissionDenied, .unreadable, .damaged: true
    case .notWatched, .rateLimited, .followed: false
    }
  }

  /// The place is left out where it is the source itself.
  fileprivate func forPeople(of source: String) -> String {
    let reason =
      switch reason {
      case .missing: "it is not there"
      case .directory: "it is a directory; name a file in it"
      case .permissionDenied: "permission denied"
      case .unreadable(let number): SystemCallFailure(number: number).description
      case .damaged: "its compressed data is damaged or incomplete"
      case .notWatched(let number):
        "changes are not reported (\(SystemCallFailure(number: number))), it is looked at every second"
      case .rateLimited: "journald drops lines over its rate limit"
      case .followed(let source): "the same file as '\(source)', which is read"
      }
    return place == source ? reason : "\(place): \(reason)"
  }
}

extension SourceGap {
  var forPeople: String {
    let reason =
      switch reason {
      case .fileGone: "the file that was read last is gone"
      case .truncated: "the file was cut, and no copy of it was found"
      case .unreadable: "a rotated file cannot be read to its end"
      case .writtenAfterRotation: "a rotated file was written to after the next one was begun"
      case .vacuumed: "the journal no longer holds the entry that was read last"
      }
    return "\(place): \(reason)" + (bytes.map { ", \($0) bytes" } ?? "")
  }
}

extension LostLines.Gap {
  /// Whoever has not seen it for a week has no copy of the lines any more.
  fileprivate func isRecent(_ now: Timestamp) -> Bool {
    now.since(noted) < 7 * 86_400_000_000_000
  }

  fileprivate func forPeople(_ zone: ZoneRules) -> String {
    let offset = Int16(zone.offset(at: noted.seconds) / 60)
    return "\(gap.forPeople) (noted \(noted.text(offsetMinutes: offset)))"
  }
}
