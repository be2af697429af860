import Glibc
import MailLog

/// An open journal on its way from entry to entry, on one thread.
final class JournalReading {
  /// Entries that are no longer there.
  private(set) var gap: SourceGap?
  /// Entries of mail units that journald has dropped, since it was asked last.
  private(set) var suppressions: [(unit: String, count: Int)] = []

  private let name: String
  private let settings: JournalSourceSettings
  private let journal: Journal
  private var format = JournalEntryFormat()
  /// The entry that the journal stands at was not read yet.
  private var isAtUnread = false

  /// About as much as a batch may hold; an entry may add as much again.
  private static let batchSize = 48 * 1024

  /// Opens the journal and goes to the entry behind that of `cursor`.
  init(
    name: String,
    settings: JournalSourceSettings,
    from cursor: String?
  ) throws(LogSourceError) {
    self.name = name
    self.settings = settings
    journal = try Journal(settings)
    // From now on changes are noted; what is read below misses none.
    _ = journal.pollRequest()
    do throws(SystemCallFailure) {
      if let cursor { try resume(behind: cursor) } else { begin() }
    } catch {
      throw LogSourceError(reading: settings.place, error)
    }
  }

  private func begin() {
    addMatches()
    if settings.readsHistory {
      journal.seekStart()
    } else {
      journal.seekEnd()
      _ = journal.previous()
    }
  }

  private func resume(behind cursor: String) throws(SystemCallFailure) {
    // Without the matches: with other identifiers in the settings the entry may not match now.
    var isThere = false
    if journal.seek(to: cursor) { isThere = try journal.next() && journal.isAt(cursor) }
    if !isThere { gap = SourceGap(.vacuumed, at: settings.place) }
    addMatches()
    guard journal.seek(to: cursor) else {
      journal.seekStart()
      return
    }
    isAtUnread = try journal.next() && !journal.isAt(cursor)
  }

  private func addMatches() {
    journal.add(match: "SYSLOG_FACILITY=2")
    journal.addAlternative()
    for identifier in settings.identifiers {
      journal.add(match: "SYSLOG_IDENTIFIER=" + identifier)
    }
    if !settings.identifiers.isEmpty { journal.addAlternative() }
    journal.add(match: JournalEntryFormat.suppression)
  }

  /// The next entries; nil at the end.
  func nextBatch() throws(SystemCallFailure) -> LineBatch? {
    format.removeEntries()
    var tooLong = 0
    var cursor: String?
    while format.bytes.count < Self.batchSize {
      guard try advance() else { break }
      guard let time = journal.storedTime else { continue }
      format.begin(storedTime: time)
      try journal.addFields(to: &format)
      format.end()
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

  /// "Suppressed 12 messages from postfix@-.service", or the unit's control group.
  private func note(suppression text: String) {
    let words = text.split(separator: " ")
    guard words.count == 5, words[0] == "Suppressed", let count = Int(words[1]) else { return }
    let unit = words[4].split(separator: "/").last.map(String.init) ?? ""
    guard settings.units.contains(where: { unit.hasPrefix($0) }) else { return }
    suppressions.append((unit, count))
  }

  func takeSuppressions() -> [(unit: String, count: Int)] {
    defer { suppressions = [] }
    return suppressions
  }

  /// Returns when there may be entries, or `stopping` is signalled.
  func wait(for stopping: EventDescriptor) {
    let poll = settings.pollInterval.milliseconds
    if let request = journal.pollRequest() {
      stopping.wait(for: [request], milliseconds: journal.timeout() ?? -1)
    } else {
      stopping.wait(for: [], milliseconds: poll)
    }
    journal.process()
  }
}
