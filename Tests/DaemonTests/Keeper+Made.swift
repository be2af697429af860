import Ingest
import Logging
import MailLog
import Storage
import TestSupport

@testable import Daemon

extension Keeper {
  /// What a daemon in that folder goes on with.
  static func opened(
    in folder: TemporaryFolder,
    zone: ZoneRules = .utc,
    log: Logger
  ) throws -> Opened {
    var options = IngestPipeline.Options(zone: zone) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    options.retentionDays = 730
    return try open(
      SnapshotStore(path: folder.path("counts.db")),
      options,
      AlertRelay(),
      changes: { _ in LogChanges() },
      log: log
    )
  }
}

extension Logger {
  /// Says nothing.
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
