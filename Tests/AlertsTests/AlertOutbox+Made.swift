import Foundation
import MailLog

@testable import Alerts

extension AlertOutbox {
  /// An outbox whose pauses are short.
  static func made(
    _ sinks: [any AlertSink],
    _ storage: KeptChanges = KeptChanges(),
    _ change: (inout Options) -> Void = { _ in },
    note: @escaping @Sendable (Note) -> Void = { _ in }
  ) -> AlertOutbox {
    var options = Options {
      Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    }
    options.retentionDays = 36_500
    options.backOff.first = .milliseconds(1)
    options.backOff.longest = .milliseconds(5)
    options.saveInterval = .milliseconds(2)
    // Long: it only ends a test that fails.
    options.stopLimit = .seconds(300)
    change(&options)
    return AlertOutbox(
      sinks,
      storage.loaded,
      storage,
      options,
      render: { Array("{\"id\":\"\($0.alert.id)\"}".utf8) },
      changed: {},
      note: note
    )
  }
}
