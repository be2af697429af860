import Detection
import Dialects
import LogSources
import MailLog
import Platform

/// The joiner, shared by the threads of a scan, of which one at a time uses it.
final class JoinerBox: Sendable {
  private let joiner: Locked<LogJoiner>

  init(_ joiner: consuming sending LogJoiner) {
    self.joiner = Locked(joiner)
  }

  func beginLog(_ resolver: StampResolver) {
    joiner.withLock { $0.beginLog(resolver) }
  }

  func endLog() throws {
    try joiner.withLock { try $0.endLog() }
  }

  func withJoiner<Result>(_ body: (inout LogJoiner) throws -> Result) rethrows -> Result {
    try joiner.withLock { try body(&$0) }
  }

  func join(_ block: borrowing ParsedBlock) throws {
    try joiner.withLock { try block.join(into: &$0) }
  }

  func join(_ batch: EventBatch, in bytes: Span<UInt8>) throws {
    try joiner.withLock { try $0.apply(batch, in: bytes) }
  }

  func finish(damaged: [LogSourceError]) -> LogAnalysis.Result {
    joiner.withLock { joiner in
      joiner.finish()
      joiner.detector?.refreshFiring()
      return LogAnalysis.Result(
        counters: joiner.counters,
        totals: joiner.totals,
        damaged: damaged,
        alerts: joiner.detector?.alerts ?? []
      )
    }
  }
}
