import Foundation
import LogSources
import Logging
import MailLog

/// A source and the thread that it runs on.
final class RunningSource: Sendable {
  let source: any LogSource
  private let log: Logger
  private let ended = DispatchSemaphore(value: 0)

  init(_ source: any LogSource, log: Logger) {
    self.source = source
    self.log = log
  }

  /// Reads on from `positions`, on a thread of its own.
  func start(
    from positions: [String: SourcePosition],
    into sink: @escaping @Sendable (LineBatch) -> Void
  ) {
    let thread = Thread { [self] in
      do {
        try source.run(from: positions, into: sink)
      } catch {
        log.error(
          "a source ended",
          metadata: ["source.name": "\(source.name)", "error": "\(error)"]
        )
      }
      ended.signal()
    }
    thread.name = "source"
    thread.start()
  }

  /// Lets the source end behind the batch that it is busy with, and waits for it.
  func stop() {
    source.stop()
    ended.wait()
  }
}

extension Timestamp {
  /// The wall clock.
  static var now: Timestamp {
    let time = Date().timeIntervalSince1970
    return Timestamp(nanoseconds: Int64(time * 1e9))
  }
}
