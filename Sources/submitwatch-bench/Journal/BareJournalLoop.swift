import CSystemd
import Glibc

/// The least that a program can do to see each field of the mail entries of a journal.
enum BareJournalLoop {
  /// Those that the daemon looks for, besides the mail facility.
  static let identifiers = [
    "postfix", "exim", "exim4", "sendmail", "sm-mta", "smtpd", "dovecot",
  ]

  static func entryCount(in folder: String) throws(BenchError) -> Int {
    var opened: OpaquePointer?
    let status = unsafe sd_journal_open_directory(&opened, folder, 0)
    guard status >= 0, let journal = unsafe opened else {
      throw BenchError(
        code: .systemCall("sd_journal_open_directory", errno: -status),
        subject: folder
      )
    }
    defer { unsafe sd_journal_close(journal) }
    unsafe match(journal)
    unsafe sd_journal_seek_head(journal)
    var count = 0
    var bytes = 0
    while unsafe sd_journal_next(journal) > 0 {
      var time: UInt64 = 0
      unsafe sd_journal_get_realtime_usec(journal, &time)
      unsafe sd_journal_restart_data(journal)
      var data: UnsafeRawPointer?
      var size = 0
      while unsafe sd_journal_enumerate_available_data(journal, &data, &size) > 0 { bytes += size }
      count += 1
    }
    // What nobody looks at could be left out by the compiler.
    guard bytes > 0 else { throw BenchError(code: .outputUnreadable, subject: folder) }
    return count
  }

  private static func match(_ journal: OpaquePointer) {
    let suppression = "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e"
    let alternatives = [
      ["SYSLOG_FACILITY=2"], identifiers.map { "SYSLOG_IDENTIFIER=" + $0 }, [suppression],
    ]
    for alternative in alternatives {
      for field in alternative {
        unsafe sd_journal_add_match(journal, field, field.utf8.count)
      }
      unsafe sd_journal_add_disjunction(journal)
    }
  }
}
