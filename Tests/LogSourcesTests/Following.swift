import Locking
import MailLog

@testable import LogSources

/// Follows a log as `FileSource` does, a pass at a time, with a stop and a restart where asked for.
final class Following {
  private(set) var lines: [String] = []
  private(set) var batches: [LineBatch] = []
  private(set) var positions: [String: SourcePosition] = [:]
  private var settings: FileSourceSettings
  private let calls: any FileCalls
  private var tailer: LogTailer
  private var shared = Locked(SourceState())
  /// Of the runs before.
  private var gapsBefore: [SourceGap] = []

  init(_ settings: FileSourceSettings, calls: any FileCalls = KernelCalls()) {
    self.settings = settings
    self.calls = calls
    tailer = LogTailer(name: "mail", settings: settings, positions: [:], calls: calls)
  }

  convenience init(_ path: String) {
    self.init(FileSourceSettings(path: path))
  }

  var state: SourceState { shared.withLock { $0 } }
  var gaps: [SourceGap] { gapsBefore + state.gaps }

  /// Reads to the end.
  func read(looks: Bool = true) throws {
    _ = try tailer.pass(
      looks: looks,
      into: { batch in
        batches.append(batch)
        positions[batch.source] = batch.end
        lines += String(decoding: batch.bytes, as: UTF8.self).split(
          separator: "\n",
          omittingEmptySubsequences: false
        ).dropLast().map(String.init)
      },
      state: shared,
      isStopping: { false }
    )
  }

  /// Ends, and begins again behind the last batch.
  func restart() {
    gapsBefore = gaps
    shared = Locked(SourceState())
    tailer = LogTailer(name: "mail", settings: settings, positions: positions, calls: calls)
  }
}
