import Glibc
import MailLog
import Platform

/// An open journal on its way from entry to entry, on one thread.
protocol JournalEntries: AnyObject {
  /// The next entries; nil at the end.
  func nextBatch() throws(LogSourceError) -> LineBatch?
  /// Entries that are no longer there, since it was asked last.
  func takeGaps() -> [SourceGap]
  /// Entries of mail units that journald has dropped, since it was asked last.
  func takeSuppressions() -> [(unit: String, count: Int)]
  /// Returns when there may be entries, `stopping` is signalled, or the time has run out.
  func wait(for stopping: EventDescriptor, atMost limit: Duration, isWatched: Bool)
}

/// Entries that libsystemd puts in one order.
///
/// It goes by their times where they are of different machines or boots: what comes later than
/// entries with later times is passed over. So the machines of a folder are read apart.
final class JournalReading: JournalEntries {
  /// The time of the last entry that was read, in microseconds; 0: there was none.
  private(set) var lastTime: UInt64 = 0
  /// Stopped in front of an entry of another machine.
  private(set) var isHalted = false

  private let name: String
  private let settings: JournalSourceSettings
  private let journal: Journal
  private var gaps: [SourceGap] = []
  private var suppressions: [(unit: String, count: Int)] = []
  private var format: JournalEntryFormat
  /// What the entries' _MACHINE_ID has to be, as a match; nil: anything.
  private let match: String?
  /// The entry that the journal stands at was not read yet.
  private var isAtUnread = false

  /// About as much as a batch may hold; an entry may add as much again.
  private static let batchSize = 48 * 1024

  /// Opens the journal of the settings and goes to the entry behind that of `cursor`.
  ///
  /// Without one it begins as the settings say, but where these leave out what is there, with what
  /// came since `start`, in microseconds.
  init(
    name: String,
    settings: JournalSourceSettings,
    from cursor: String?,
    since start: UInt64? = nil
  ) throws(LogSourceError) {
    self.name = name
    self.settings = settings
    journal = try Journal(settings)
    match = nil
    format = JournalEntryFormat()
    // From now on changes are noted; what is read below misses none.
    _ = journal.pollRequest()
    do throws(SystemCallFailure) {
      if let cursor { try resume(behind: cursor) } else { begin(since: start) }
    } catch {
      throw LogSourceError(reading: settings.place, error)
    }
  }

  /// Opens the files of one machine and goes to the entry behind that of `cursor`, or to the first.
  ///
  /// - Parameters:
  ///   - name: the source of the batches.
  ///   - settings: those of the folder.
  ///   - files: where the machine's entries are.
  ///   - cursor: of the last entry that was read.
  /// - Throws: if one of the files is not there any more, or cannot be read.
  init(
    name: String,
    settings: JournalSourceSettings,
    files: JournalFiles.Share,
    from cursor: String?
  ) throws(LogSourceError) {
    self.name = name
    self.settings = settings
    do throws(SystemCallFailure) {
      journal = try Journal(files: files.paths)
    } catch {
      throw LogSourceError(opening: settings.place, error)
    }
    let field = files.machine.isEmpty ? "" : "_MACHINE_ID=" + files.machine
    // Where all entries are its own a match would only cost time.
    match = files.isMixed && !field.isEmpty ? field : nil
    format = JournalEntryFormat(machine: field)
    guard let cursor else {
      addMatches()
      journal.seekStart()
      return
    }
    do throws(SystemCallFailure) {
      try resume(behind: cursor)
    } catch {
      throw LogSourceError(reading: settings.place, error)
    }
  }

  /// The last entry that does not come behind that of `cursor`, which may be of another machine.
  func lastCursor(upTo cursor: String) -> String? {
    journal.seek(to: cursor) && journal.previous() ? journal.cursor : nil
  }

  /// The last entry that was read; nil: none since this was opened.
  var cursor: String? { lastTime > 0 ? journal.cursor : nil }

  private func begin(since start: UInt64?) {
    addMatches()
    if settings.readsHistory {
      journal.seekStart()
    } else if let start {
      journal.seek(toTime: start)
    } else {
      journal.seekEnd()
      _ = journal.previous()
    }
  }

  private func resume(behind cursor: String) throws(SystemCallFailure) {
    // Without the matches: with other identifiers in the settings the entry may not match now.
    if try !journal.holds(cursor) { gaps.append(SourceGap(.vacuumed, at: settings.place)) }
    addMatches()
    guard journal.seek(to: cursor) else {
      journal.seekStart()
      return
    }
    isAtUnread = try journal.next() && !journal.isAt(cursor)
  }

  private func addMatches() {
    if let match {
      journal.add(match: match)
      journal.addCondition()
    }
    journal.add(match: "SYSLOG_FACILITY=2")
    journal.addAlternative()
    for identifier in settings.identifiers {
      journal.add(match: "SYSLOG_IDENTIFIER=" + identifier)
    }
    if !settings.identifiers.isEmpty { journal.addAlternative() }
    journal.add(match: JournalEntryFormat.suppression)
    journal.add(match: JournalEntryFormat.driver)
  }

  func nextBatch() throws(LogSourceError) -> LineBatch? {
    do throws(SystemCallFailure) {
      return try readBatch()
    } catch {
      throw LogSourceError(reading: settings.place, error)
    }
  }

  private func readBatch() throws(SystemCallFailure) -> LineBatch? {
    format.removeEntries()
    var tooLong = 0
    var cursor: String?
    while format.bytes.count < Self.batchSize, !isHalted {
      guard try advance() else { break }
      guard let time = journal.storedTime else { continue }
      format.begin(storedTime: time)
      try journal.addFields(to: &format)
      format.end()
      if format.isForeign {
        halt()
        break
      }
      lastTime = time
      if format.isSuppression {
        note(suppression: format.drop())
      } else if format.isTooLong {
        _ = format.drop()
        tooLong += 1
        cursor = journal.cursor
      }
    }
    guard !format.bytes.isEmpty || tooLong > 0 else { return nil }
    // The journal still stands at the last entry, also at its end.
    guard let end = journal.cursor ?? cursor else { return nil }
    return LineBatch(
      source: name,
      bytes: format.bytes,
      end: .journal(cursor: end),
      tooLong: tooLong
    )
  }

  private func advance() throws(SystemCallFailure) -> Bool {
    guard !isAtUnread else {
      isAtUnread = false
      return true
    }
    return try journal.next()
  }

  /// Goes back in front of the entry, which is for who reads that machine's.
  private func halt() {
    _ = format.drop()
    isHalted = true
    _ = journal.previous()
  }

  /// "Suppressed 12 messages from postfix@-.service", or the unit's control group.
  private func note(suppression text: String) {
    let words = text.split(separator: " ")
    guard words.count == 5, words[0] == "Suppressed", let count = Int(words[1]),
      count > 0
    else { return }
    let unit = words[4].split(separator: "/").last.map(String.init) ?? ""
    guard settings.units.contains(where: { unit.hasPrefix($0) }) else { return }
    suppressions.append((unit, count))
  }

  func takeSuppressions() -> [(unit: String, count: Int)] {
    defer { suppressions = [] }
    return suppressions
  }

  func takeGaps() -> [SourceGap] {
    defer { gaps = [] }
    return gaps
  }

  func wait(for stopping: EventDescriptor, atMost limit: Duration, isWatched: Bool) {
    _ = journal.wait(for: stopping, atMost: limit, isWatched: isWatched)
  }
}
