import Glibc
import MailLog

/// The machines' journals in a folder, each a log of its own.
///
/// The batches of a machine bear `name:` and its _MACHINE_ID; those of entries without one bear the
/// name alone. A position under the name alone is of all machines that have none of their own: so
/// it was saved while all were read as one log. Each gets its own from it, in batches without
/// lines, and the last of these takes it away by an empty cursor: whenever these are cut off, what
/// was saved up to there says the same.
///
/// Invariant: what is opened has read all that it can before it is opened again with other files.
final class JournalMachines: JournalEntries {
  private let name: String
  private let settings: JournalSourceSettings
  private let calls: any FileCalls
  /// Sees to what changes in the folder; its entries are not read.
  private let folder: Journal
  private var files = JournalFiles()
  /// Of the last entry that was read, by machine.
  private var cursors: [String: String] = [:]
  /// Machines that were read before the start, and not since.
  private var resumed: Set<String> = []
  private var opened: [String: (share: JournalFiles.Share, entries: JournalReading)] = [:]
  /// Batches without lines.
  private var marks: [LineBatch] = []
  private var gaps: [SourceGap] = []
  private var suppressions: [(unit: String, count: Int)] = []
  private var mustLook = true
  private var lastLook = ContinuousClock.now

  /// Opens the folder and goes to where the positions say.
  ///
  /// `hasReadAll`: up to there all was read before the folder was made anew.
  init(
    name: String,
    settings: JournalSourceSettings,
    from positions: [String: SourcePosition],
    hasReadAll: Bool,
    calls: any FileCalls
  ) throws(LogSourceError) {
    self.name = name
    self.settings = settings
    self.calls = calls
    folder = try Journal(settings)
    // From now on changes are noted; what is found below misses none.
    _ = folder.pollRequest()
    for (source, position) in positions {
      guard case .journal(let cursor) = position, let machine = machine(source) else { continue }
      cursors[machine] = cursor
      if !cursor.isEmpty, !hasReadAll { resumed.insert(machine) }
    }
    if cursors.isEmpty, !settings.readsHistory { beginAtEnd() }
    try look()
    noteGap()
  }

  private func source(_ machine: String) -> String {
    machine.isEmpty ? name : name + ":" + machine
  }

  private func machine(_ source: String) -> String? {
    guard source != name else { return "" }
    return source.hasPrefix(name + ":") ? String(source.dropFirst(name.utf8.count + 1)) : nil
  }

  /// Leaves out all that is there.
  private func beginAtEnd() {
    folder.seekEnd()
    guard folder.previous(), let cursor = folder.cursor else { return }
    mark("", at: cursor)
  }

  private func mark(_ machine: String, at cursor: String) {
    cursors[machine] = cursor
    let end = SourcePosition.journal(cursor: cursor)
    marks.append(LineBatch(source: source(machine), bytes: [], end: end))
  }

  /// Looks for the place that all had, or for any of the machines'; of these one can be gone for
  /// good, with its host.
  private func noteGap() {
    let isThere =
      if resumed.remove("") != nil, let common = cursors[""] {
        (try? folder.holds(common)) == true
      } else {
        resumed.isEmpty || !resumed.isDisjoint(with: files.shares.keys)
      }
    if !isThere { gaps.append(SourceGap(.vacuumed, at: settings.place)) }
  }

  // MARK: Reading

  func nextBatch() throws(LogSourceError) -> LineBatch? {
    while true {
      if !marks.isEmpty { return marks.removeFirst() }
      if mustLook { try look() }
      // The one that is farthest back goes on, so that their times do not go far apart.
      for (_, log) in opened.sorted(by: {
        ($0.value.entries.lastTime, $0.key) < ($1.value.entries.lastTime, $1.key)
      }) {
        if let batch = try log.entries.nextBatch() { return batch }
      }
      if opened.values.contains(where: \.entries.isHalted) { try look() }
      guard try openChanged() else { return nil }
    }
  }

  private func openChanged() throws(LogSourceError) -> Bool {
    do throws(LogSourceError) {
      return try open()
    } catch {
      // A file may have got another name since it was found.
      try look()
      return try open()
    }
  }

  private func look() throws(LogSourceError) {
    try files.look(settings, calls: calls)
    mustLook = false
    lastLook = .now
  }

  /// Opens what came, or has other files now, and closes what is gone; false: there was nothing to
  /// open.
  private func open() throws(LogSourceError) -> Bool {
    try takeOver()
    var isOpened = !marks.isEmpty
    for machine in opened.keys where opened[machine]?.share != files.shares[machine] {
      close(machine)
    }
    for (machine, share) in files.shares where opened[machine] == nil {
      let cursor = cursors[machine].flatMap { $0.isEmpty ? nil : $0 }
      let entries = try entries(of: share, from: cursor)
      let gone = entries.takeGaps()
      // What was read since the start was read to its end.
      if resumed.remove(machine) != nil { gaps += gone }
      opened[machine] = (share, entries)
      isOpened = true
    }
    return isOpened
  }

  private func close(_ machine: String) {
    guard let entries = opened.removeValue(forKey: machine)?.entries else { return }
    suppressions += entries.takeSuppressions()
    if let cursor = entries.cursor { cursors[machine] = cursor }
  }

  private func entries(
    of share: JournalFiles.Share,
    from cursor: String?
  ) throws(LogSourceError) -> JournalReading {
    try JournalReading(name: source(share.machine), settings: settings, files: share, from: cursor)
  }

  /// Gives each machine a place of its own in place of the one that all had.
  private func takeOver() throws(LogSourceError) {
    guard let common = cursors[""], !common.isEmpty,
      files.shares.keys.contains(where: { !$0.isEmpty })
    else { return }
    for (machine, share) in files.shares.sorted(by: { $0.key < $1.key })
    where !machine.isEmpty && cursors[machine] == nil {
      let last = try entries(of: share, from: nil).lastCursor(upTo: common)
      // Without one all of it comes behind that place.
      if let last { mark(machine, at: last) }
    }
    var rest: String?
    if let share = files.shares[""] {
      rest = try entries(of: share, from: nil).lastCursor(upTo: common)
    }
    if rest != common { mark("", at: rest ?? "") }
  }

  // MARK: What else is known

  func takeGaps() -> [SourceGap] {
    defer { gaps = [] }
    return gaps
  }

  func takeSuppressions() -> [(unit: String, count: Int)] {
    defer { suppressions = [] }
    return opened.values.reduce(suppressions) { $0 + $1.entries.takeSuppressions() }
  }

  func wait(for stopping: EventDescriptor, atMost limit: Duration, isWatched: Bool) {
    let change = folder.wait(for: stopping, atMost: limit, isWatched: isWatched)
    mustLook = change == .files
    // Not all that happens on a network's file system is told.
    let isLong = lastLook.duration(to: .now) >= settings.lookInterval
    if change == .entries, isLong { mustLook = true }
  }
}
