import Logging
import Platform

/// Keeps what is logged, a line each: level, message, and what it is about.
final class RecordedLog: Sendable {
  private let kept = Locked<[String]>([])

  var lines: [String] { kept.withLock { $0 } }

  var log: Logger { Logger(label: "test") { [self] _ in Handler(recorded: self) } }

  private struct Handler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    let recorded: RecordedLog

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let details = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
      let line = (["\(event.level): \(event.message)"] + details).joined(separator: " ")
      recorded.kept.withLock { $0.append(line) }
    }
  }
}
