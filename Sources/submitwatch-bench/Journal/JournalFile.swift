/// A journal of a busy mail server, made up.
enum JournalFile {
  private static let program = "/lib/systemd/systemd-journal-remote"

  /// What journald adds to each entry, systemd.journal-fields(7), as a genuine journal has it.
  private static let common = """
    _BOOT_ID=70a2eddbd6e14ff6b48a4347d00260b2
    _MACHINE_ID=045f4e33972ed8a96e0df8e8d27910e1
    _HOSTNAME=mx1.example.net
    _RUNTIME_SCOPE=system
    _TRANSPORT=syslog
    PRIORITY=6
    _UID=104
    _GID=111
    _CAP_EFFECTIVE=0
    _SYSTEMD_CGROUP=/system.slice/system-postfix.slice/postfix@-.service
    _SYSTEMD_UNIT=postfix@-.service
    _SYSTEMD_SLICE=system-postfix.slice
    _SYSTEMD_INVOCATION_ID=885d2e0bfb0345f2acee1731711d88d3
    """

  /// 2026-11-20 in UTC, in microseconds: entries must not go back in time.
  private static let start = 1_795_132_800_000_000

  /// Makes the journal; returns how many entries are of the mail server.
  static func make(
    in folder: borrowing TemporaryFolder,
    megabytes: Int
  ) throws(BenchError) -> Int {
    let output = folder.file(.output)
    try Workload.makeLog(at: folder.file(.log), megabytes: megabytes, days: 1, output: output)
    let count = try export(folder.file(.log), to: folder.file(.export))
    guard SystemFile.exists(program) else {
      throw BenchError(code: .programMissing, subject: program)
    }
    let remote = ChildProcess(
      program: program,
      arguments: ["-o", folder.file(.journal), folder.file(.export)]
    )
    _ = try remote.run(output: output)
    return count
  }

  /// Writes the lines of a log as entries, systemd.io/JOURNAL_EXPORT_FORMATS.
  private static func export(_ log: String, to path: String) throws(BenchError) -> Int {
    let file = try SystemFile(creating: path)
    var lines = try LineSequence(log)
    var block: [UInt8] = []
    var count = 0
    while let line = try lines.next() {
      let text = String(decoding: line.dropLast(), as: UTF8.self)
      guard let (tag, process, message) = parts(of: text) else {
        throw BenchError(code: .outputUnreadable, subject: log)
      }
      count += 1
      // Each has a time of its own.
      block += entry(
        2 * count,
        """
        SYSLOG_FACILITY=2
        SYSLOG_IDENTIFIER=\(tag)
        SYSLOG_PID=\(process)
        SYSLOG_TIMESTAMP=Nov 20 10:00:00\u{20}
        _COMM=\(tag.split(separator: "/").last ?? tag)
        _PID=\(process)
        MESSAGE=\(message)
        """
      )
      if count % 4 == 0 {
        block += entry(
          2 * count + 1,
          "SYSLOG_FACILITY=9\nSYSLOG_IDENTIFIER=CRON\nMESSAGE=a job ended"
        )
      }
      if block.count > 1 << 20 {
        try file.write(block)
        block.removeAll(keepingCapacity: true)
      }
    }
    try file.write(block)
    return count
  }

  private static func entry(_ number: Int, _ fields: String) -> [UInt8] {
    Array(
      """
      __REALTIME_TIMESTAMP=\(start + number)
      __MONOTONIC_TIMESTAMP=\(number)
      _SOURCE_REALTIME_TIMESTAMP=\(start + number)
      \(common)
      \(fields)


      """.utf8
    )
  }

  /// `stamp host tag[process]: message`.
  private static func parts(
    of line: String
  ) -> (tag: Substring, process: Substring, message: Substring)? {
    let words = line.split(separator: " ", maxSplits: 3)
    guard words.count == 4, let bracket = words[2].firstIndex(of: "[") else { return nil }
    let process = words[2][bracket...].dropFirst().prefix { $0 != "]" }
    return (words[2][..<bracket], process, words[3])
  }
}
