import Alerts
import Logging
import Platform

/// Writes the daemon's own messages: to the journal, with their metadata as fields, or to standard
/// error, a line each.
///
/// In the journal `source.name` becomes the field `SUBMITWATCH_SOURCE_NAME`,
/// systemd.journal-fields(7).
struct DaemonLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info
  private let writesToJournal: Bool

  init(toJournal: Bool) {
    writesToJournal = toJournal
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })
    let entry = all.removeValue(forKey: CatalogEntry.key)
    let details = all.sorted { $0.key < $1.key }
    // The fixed message, and behind it what it is about.
    let text = ([event.message.description] + details.map { "\($0.key)=\($0.value)" })
      .joined(separator: " ")
    guard writesToJournal else {
      return StandardError.write("submitwatchd: \(event.level): \(text)\n")
    }
    var fields = [
      "MESSAGE=\(text)", "PRIORITY=\(event.level.priority)", "SYSLOG_IDENTIFIER=submitwatchd",
    ]
    if let entry { fields.append("MESSAGE_ID=\(entry)") }
    for (key, value) in details {
      let name = key.uppercased().map { $0.isLetter && $0.isASCII ? $0 : "_" }
      fields.append("SUBMITWATCH_\(String(name))=\(value)")
    }
    JournalEntry.send(fields)
  }
}

extension Logger.Level {
  /// As syslog(3) counts.
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
