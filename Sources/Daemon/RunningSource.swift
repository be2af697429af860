import Foundation
import Ingest
import LogSources
import Logging
import MailLog
import Platform

/// A source and the thread that it runs on.
final class RunningSource: Sendable {
  let source: any LogSource
  private let log: Logger
  private let gapCount = Locked(0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ source: any LogSource, log: Logger) {
    self.source = source
    self.log = log
  }

  /// Reads on from `positions`, on a thread of its own.
  func start(from positions: [String: SourcePosition], into pipeline: IngestPipeline) {
    let thread = Thread { [self] in
      do {
        try source.run(from: positions) { lines in
          pipeline.take(lines, now: .now, behind: newGaps())
        }
      } catch {
        log.log(
          .sourceEnded,
          .error,
          "a source ended",
          ["source.name": "\(source.name)", "error": "\(error)"]
        )
      }
      ended.signal()
    }
    thread.name = "source"
    thread.start()
  }

  /// What is lost in front of the lines that come now.
  private func newGaps() -> LostLines.Found {
    let state = source.state
    let new = gapCount.withLock { known in
      defer { known = state.gapCount }
      return state.gapCount - known
    }
    let found = LostLines.Found(state.gaps.suffix(new), count: new)
    for gap in found.last {
      log.log(
        .linesLost,
        .warning,
        "lines of a log were lost",
        ["source.name": "\(source.name)", "gap": "\(gap.forPeople)"]
      )
    }
    return found
  }

  /// Lets the source end behind the batch that it is busy with, and waits for it.
  func stop() {
    source.stop()
    ended.wait()
  }
}
