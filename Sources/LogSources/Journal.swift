import CSystemd
import Glibc
import Platform

/// A journal, read by libsystemd.
///
/// Invariants that make it safe: `handle` is made by `init`, closed by `deinit`, and used in no
/// other place; one thread does all of it (sd_journal_open(3)). What libsystemd lends is copied
/// before the next call.
@safe final class Journal {
  private let handle: OpaquePointer

  init(_ settings: JournalSourceSettings) throws(LogSourceError) {
    var opened: OpaquePointer?
    let flags = Int32(SD_JOURNAL_LOCAL_ONLY)
    let status: Int32
    if let directory = settings.directory {
      status = unsafe sd_journal_open_directory(&opened, directory, 0)
    } else if let namespace = settings.namespace {
      status = unsafe sd_journal_open_namespace(&opened, namespace, flags)
    } else {
      status = unsafe sd_journal_open(&opened, flags)
    }
    guard status >= 0, let opened = unsafe opened else {
      let failure = SystemCallFailure(number: -status)
      throw LogSourceError(opening: settings.place, failure)
    }
    unsafe handle = opened
    limitFields()
  }

  /// Some files of a journal, of which all must be there; no others are added.
  init(files: [String]) throws(SystemCallFailure) {
    var opened: OpaquePointer?
    // Strings of our own, with a nil behind the last.
    var paths = unsafe files.map { unsafe UnsafePointer(strdup($0)) } + [nil]
    defer { unsafe paths.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
    let status = unsafe sd_journal_open_files(&opened, &paths, 0)
    guard status >= 0, let opened = unsafe opened else {
      throw SystemCallFailure(number: -status)
    }
    unsafe handle = opened
    limitFields()
  }

  /// A field over the limit is cut, and so told from one at the limit.
  private func limitFields() {
    unsafe sd_journal_set_data_threshold(handle, JournalEntryFormat.valueLimit + 128)
  }

  deinit {
    unsafe sd_journal_close(handle)
  }

  // MARK: Matches

  func add(match: String) {
    unsafe sd_journal_add_match(handle, match, match.utf8.count)
  }

  /// What is matched next is an alternative to what was before.
  func addAlternative() {
    unsafe sd_journal_add_disjunction(handle)
  }

  /// What is matched next is a condition besides all that was before.
  func addCondition() {
    unsafe sd_journal_add_conjunction(handle)
  }

  // MARK: Places

  func seekStart() { unsafe sd_journal_seek_head(handle) }

  /// In front of the last entry.
  func seekEnd() { unsafe sd_journal_seek_tail(handle) }

  /// In front of the first entry that the journal got at this time or later, in microseconds.
  func seek(toTime time: UInt64) { unsafe sd_journal_seek_realtime_usec(handle, time) }

  func seek(to cursor: String) -> Bool { unsafe sd_journal_seek_cursor(handle, cursor) >= 0 }

  /// Whether this entry is that of `cursor`.
  ///
  /// What journald moves from /run to the disk is numbered anew: boot, times and contents tell.
  func isAt(_ cursor: String) -> Bool {
    if unsafe sd_journal_test_cursor(handle, cursor) > 0 { return true }
    let entry = Self.withoutNumbers(cursor)
    return entry.count == 4 && self.cursor.map(Self.withoutNumbers) == entry
  }

  private static func withoutNumbers(_ cursor: String) -> [Substring] {
    cursor.split(separator: ";").filter { !$0.hasPrefix("s=") && !$0.hasPrefix("i=") }
  }

  /// Whether it has the entry of `cursor`; goes there, or to what came in its place.
  func holds(_ cursor: String) throws(SystemCallFailure) -> Bool {
    guard seek(to: cursor), try next() else { return false }
    return isAt(cursor)
  }

  /// The next entry; false at the end.
  func next() throws(SystemCallFailure) -> Bool {
    let status = unsafe sd_journal_next(handle)
    guard status >= 0 else { throw SystemCallFailure(number: -status) }
    return status > 0
  }

  func previous() -> Bool { unsafe sd_journal_previous(handle) > 0 }

  var cursor: String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe sd_journal_get_cursor(handle, &text) >= 0, let text = unsafe text else {
      return nil
    }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// When the journal got the entry, in microseconds.
  var storedTime: UInt64? {
    var time: UInt64 = 0
    return unsafe sd_journal_get_realtime_usec(handle, &time) >= 0 ? time : nil
  }

  /// Adds the entry's fields to what is written.
  func addFields(to format: inout JournalEntryFormat) throws(SystemCallFailure) {
    unsafe sd_journal_restart_data(handle)
    while true {
      var data: UnsafeRawPointer?
      var count = 0
      let status = unsafe sd_journal_enumerate_available_data(handle, &data, &count)
      guard status >= 0 else { throw SystemCallFailure(number: -status) }
      guard status > 0 else { return }
      // Good until the next call; what is needed is copied.
      unsafe format.add(UnsafeRawBufferPointer(start: data, count: count))
    }
  }

  /// The values of a field that its entries have.
  func values(of field: String) throws(SystemCallFailure) -> Set<String> {
    let status = unsafe sd_journal_query_unique(handle, field)
    guard status >= 0 else { throw SystemCallFailure(number: -status) }
    var values: Set<String> = []
    while true {
      var data: UnsafeRawPointer?
      var count = 0
      let status = unsafe sd_journal_enumerate_available_unique(handle, &data, &count)
      guard status >= 0 else { throw SystemCallFailure(number: -status) }
      guard status > 0 else { return values }
      // Good until the next call.
      let text = unsafe UnsafeRawBufferPointer(start: data, count: count)
      unsafe values.insert(String(decoding: text.dropFirst(field.utf8.count + 1), as: UTF8.self))
    }
  }

  // MARK: Waiting

  /// What waiting has brought.
  enum Change {
    /// The time ran out; changes would have been reported.
    case none
    /// Perhaps there are entries, and files that nobody has told of.
    case entries
    /// Files came or went.
    case files
  }

  /// Returns when there may be entries, `stopping` is signalled, or the time has run out.
  ///
  /// `isWatched`: the kernel reports all changes.
  func wait(for stopping: EventDescriptor, atMost limit: Duration, isWatched: Bool) -> Change {
    let requests = [pollRequest()].compactMap(\.self)
    let ownLimit = timeout()
    let start = ContinuousClock.now
    stopping.wait(for: requests, milliseconds: min(ownLimit ?? .max, limit.milliseconds))
    if process() { return .files }
    let isReported = isWatched && !requests.isEmpty && ownLimit == nil
    return isReported && start.duration(to: .now) >= limit ? .none : .entries
  }

  /// What to poll for; nil where changes are not reported.
  func pollRequest() -> pollfd? {
    let descriptor = unsafe sd_journal_get_fd(handle)
    let events = unsafe sd_journal_get_events(handle)
    guard descriptor >= 0, events >= 0 else { return nil }
    return pollfd(fd: descriptor, events: Int16(events), revents: 0)
  }

  /// After how many milliseconds to look all the same; nil for never.
  ///
  /// sd_journal_get_timeout(3): an instant of the monotonic clock.
  private func timeout() -> Int32? {
    var deadline: UInt64 = 0
    guard unsafe sd_journal_get_timeout(handle, &deadline) > 0, deadline != .max else {
      return nil
    }
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let microseconds = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
    return deadline > microseconds ? Int32(min((deadline - microseconds) / 1000 + 1, 60_000)) : 0
  }

  /// Takes in what has changed: entries, and files that came or went; true of the latter.
  private func process() -> Bool {
    unsafe sd_journal_process(handle) == Int32(SD_JOURNAL_INVALIDATE)
  }
}
