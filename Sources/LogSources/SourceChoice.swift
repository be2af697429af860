package import MailLog

/// Which source a machine's mail log comes from, where the settings name none.
package enum SourceChoice: Equatable, Sendable {
  case file(String)
  case journal

  /// Where mail servers log without a journal, in the order of preference.
  package static let usualPaths = [
    "/var/log/mail.log", "/var/log/maillog", "/var/log/exim4/mainlog", "/var/log/exim/main.log",
  ]

  /// A file that was changed longer ago is a remainder: the log is written elsewhere now.
  package static let currentSpan: Int64 = 2 * 86_400 * 1_000_000_000

  /// The journal's copy of a file's last line is not older than that.
  private static let latestDelay: Int64 = 600 * 1_000_000_000

  /// How much of the end of a file is looked at.
  private static let sampleSize = 64 * 1024

  /// The first of `paths` that can be read, is current and holds mail server lines, else the
  /// journal: never two sources, which might carry the same lines.
  ///
  /// A log that was just rotated and is still empty is judged by its newest rotated file. One that
  /// was `followed` is current as long as it is there and the journal has no lines since it was
  /// changed: then nothing came.
  ///
  /// `holdsMailLines` is asked about whole lines, `journalHoldsLines` about those since a time.
  package static func choose(
    of paths: [String] = usualPaths,
    now: Timestamp,
    followed: Set<String> = [],
    calls: any FileCalls = KernelCalls(),
    journalHoldsLines: (_ since: Timestamp) -> Bool,
    holdsMailLines: ([UInt8]) -> Bool
  ) -> SourceChoice {
    var silent: String?
    for path in paths {
      guard let files = try? LogFamily(path: path).files(calls: calls),
        let current = files.last, current.isCurrent
      else { continue }
      let file = current.size > 0 ? current : files.dropLast().last ?? current
      guard now.since(file.modified) < currentSpan else {
        let end = Timestamp(nanoseconds: file.modified.nanoseconds + latestDelay)
        if silent == nil, followed.contains(path), !journalHoldsLines(end) { silent = path }
        continue
      }
      guard let bytes = try? openLog(current, calls: calls),
        let sample = try? lastLines(of: file, current: bytes, calls: calls),
        holdsMailLines(sample)
      else { continue }
      return .file(path)
    }
    return silent.map(SourceChoice.file) ?? .journal
  }

  /// The files of the log at `path`, the rotated ones too, oldest first.
  package static func files(
    of path: String,
    calls: any FileCalls = KernelCalls()
  ) -> [String] {
    ((try? LogFamily(path: path).files(calls: calls)) ?? []).map(\.path)
  }

  private static func lastLines(
    of file: LogFile,
    current: any LogBytes,
    calls: any FileCalls
  ) throws(LogSourceError) -> [UInt8] {
    let bytes = file.isCurrent ? current : try openLog(file, calls: calls)
    // The start of what is compressed: to decode the rest would take too long.
    let start = bytes is PlainLog ? max(0, file.size - Int64(sampleSize)) : 0
    let window = try bytes.window(from: start, count: sampleSize)
    let newline = UInt8(ascii: "\n")
    guard let last = window.lastIndex(of: newline) else { return [] }
    guard start > 0 else { return Array(window[...last]) }
    guard let first = window.firstIndex(of: newline) else { return [] }
    return first < last ? Array(window[(first + 1)...last]) : []
  }
}
