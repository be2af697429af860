/// The facility and severity that some syslog daemons write beside the host: `mail.info` behind it
/// (timestamp_and_log() of BusyBox' syslogd), `<mail.info>` or `<2.6>` in front of it (FreeBSD's
/// syslogd(8) with -v).
enum LoggedPriority {
  private static let severities: Set<String> = [
    "emerg", "panic", "alert", "crit", "err", "error", "warning", "warn", "notice", "info", "debug",
  ]

  /// The host and the program of what stands between a line's stamp and its message: its first word,
  /// and all that follows.
  static func removed(from first: [UInt8], _ rest: [UInt8]) -> (host: [UInt8], program: [UInt8]) {
    let blank = UInt8(ascii: " ")
    let word = rest.prefix { $0 != blank }
    guard word.count < rest.count else { return (first, rest) }
    let behind = Array(rest[(word.count + 1)...])
    if first.first == UInt8(ascii: "<"), first.last == UInt8(ascii: ">") {
      return isPriority(first.dropFirst().dropLast()) ? (Array(word), behind) : (first, rest)
    }
    return isPriority(word) ? (first, behind) : (first, rest)
  }

  private static func isPriority(_ word: ArraySlice<UInt8>) -> Bool {
    let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 2, (1...8).contains(parts[0].utf8.count),
      parts[0].utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) })
    else { return false }
    // Severities as numbers go from 0 to 7.
    return severities.contains(parts[1]) || Int(parts[1]).map { 0...7 ~= $0 } ?? false
  }
}
