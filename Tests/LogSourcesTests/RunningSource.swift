import Foundation
import LogSources
import MailLog
import Platform

/// A source on a thread of its own, and what it delivers.
final class RunningSource: Sendable {
  private let source: any LogSource
  private let changed = NSCondition()
  private let delivered = Locked<[LineBatch]>([])
  private let end = Locked<Result<Void, any Error>?>(nil)

  /// Starts `source`; `fails` is asked whether the sink throws.
  init(
    _ source: any LogSource,
    from positions: [String: SourcePosition] = [:],
    fails: @escaping @Sendable (LineBatch) throws -> Void = { _ in }
  ) {
    self.source = source
    Thread.detachNewThread { [self] in
      let result = Result {
        try source.run(from: positions) { batch in
          try fails(batch)
          delivered.withLock { $0.append(batch) }
          changed.withLock { changed.broadcast() }
        }
      }
      end.withLock { $0 = result }
      changed.withLock { changed.broadcast() }
    }
  }

  var state: SourceState { source.state }
  var batches: [LineBatch] { delivered.withLock { $0 } }
  var bytes: [UInt8] { batches.flatMap(\.bytes) }
  var lines: [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
  var result: Result<Void, any Error>? { end.withLock { $0 } }

  var positions: [String: SourcePosition] {
    Dictionary(batches.map { ($0.source, $0.end) }) { $1 }
  }

  /// Waits until `condition` holds; looks at each batch and every 10 ms.
  func wait(until condition: () -> Bool) -> Bool {
    // Long: it only ends a test that fails.
    let limit = Date(timeIntervalSinceNow: 300)
    while !condition() {
      guard Date() < limit else { return false }
      changed.withLock { _ = changed.wait(until: Date(timeIntervalSinceNow: 0.01)) }
    }
    return true
  }

  /// Stops, and waits for the end.
  func stop() -> Bool {
    source.stop()
    return wait { result != nil }
  }
}
