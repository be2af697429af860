import CSystemd
import Glibc
package import Logging

/// Writes the daemon's own messages to the journal, with their metadata as fields.
///
/// `source.name` becomes the field `SUBMITWATCH_SOURCE_NAME`, systemd.journal-fields(7).
package struct JournalLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel = Logger.Level.info

  package init() {}

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var fields = [
      "MESSAGE=\(PlainLogHandler.text(event, metadata))",
      "PRIORITY=\(event.level.priority)",
      "SYSLOG_IDENTIFIER=submitwatchd",
    ]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
      let name = key.uppercased().map { $0.isLetter && $0.isASCII ? $0 : "_" }
      fields.append("SUBMITWATCH_\(String(name))=\(value)")
    }
    Self.send(fields)
  }

  private static func send(_ fields: [String]) {
    let bytes = fields.map { Array($0.utf8) }
    let whole = bytes.flatMap { $0 }
    unsafe whole.withUnsafeBytes { buffer in
      var parts = unsafe [iovec]()
      var start = 0
      for field in bytes {
        // The journal only reads them, during the call.
        let base = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress?.advanced(by: start))
        unsafe parts.append(iovec(iov_base: base, iov_len: field.count))
        start += field.count
      }
      _ = unsafe sd_journal_sendv(parts, Int32(parts.count))
    }
  }
}

/// Writes the daemon's own messages to standard error, a line each.
package struct PlainLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel = Logger.Level.info

  package init() {}

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let line = "submitwatchd: \(event.level): \(Self.text(event, metadata))\n"
    let bytes = Array(line.utf8)
    unsafe bytes.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// The fixed message, and behind it what it is about.
  static func text(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
    let details = metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([event.message.description] + details).joined(separator: " ")
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
