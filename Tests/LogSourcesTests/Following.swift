import MailLog
import Platform
import TestSupport
import Testing

@testable import LogSources

/// Follows a log as `FileSource` does, a pass at a time, with a stop and a restart where asked for.
final class Following {
  private(set) var lines: [String] = []
  private(set) var batches: [LineBatch] = []
  private(set) var positions: [String: SourcePosition] = [:]
  private var settings: FileSourceSettings
  private let claims: LogClaims
  private let calls: any FileCalls
  private var tailer: LogTailer
  private var shared = Locked(SourceState())
  /// Of the runs before.
  private var gapsBefore: [SourceGap] = []

  private let name: String

  init(
    _ settings: FileSourceSettings,
    name: String = "mail",
    claims: LogClaims = LogClaims(),
    calls: any FileCalls = KernelCalls()
  ) {
    self.settings = settings
    self.name = name
    self.claims = claims
    self.calls = calls
    tailer = LogTailer(
      name: name,
      settings: settings,
      positions: [:],
      claims: claims,
      calls: calls
    )
  }

  convenience init(_ path: String, name: String = "mail", claims: LogClaims = LogClaims()) {
    self.init(FileSourceSettings(path: path), name: name, claims: claims)
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

  /// Reads to the end, and expects to have all lines of `log`, and these gaps.
  func expectAll(
    of log: RotatingLog,
    gaps: [SourceGap] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try read()
    #expect(lines == log.lines, sourceLocation: sourceLocation)
    #expect(self.gaps == gaps, sourceLocation: sourceLocation)
  }

  /// Ends, and begins again behind the last batch.
  func restart() {
    gapsBefore = gaps
    shared = Locked(SourceState())
    tailer = LogTailer(
      name: name,
      settings: settings,
      positions: positions,
      claims: claims,
      calls: calls
    )
  }
}
