import Counters
import Ingest
import MailLog
import Storage
import TestSupport

@testable import Daemon

/// A random run of a daemon's pipeline over one log: it takes batches, saves, and begins anew from
/// what was saved last.
struct PipelineProgram: ~Copyable {
  private var numbers: SeededNumbers
  private let folder: TemporaryFolder
  private let log: [UInt8]
  /// Where the lines end, 0 first.
  private let ends: [Int]
  private let options: IngestPipeline.Options
  private var store: SnapshotStore
  private(set) var pipeline: IngestPipeline
  /// The index in `ends` behind the last batch.
  private var place = 0
  private(set) var restarts = 0
  private let now = Timestamp(seconds: 1_795_400_000)
  private static let source = "/var/log/mail.log"

  init(_ log: [UInt8], ends: [Int], options: IngestPipeline.Options, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let store = try SnapshotStore(path: folder.path("counts.db"))
    pipeline = try IngestPipeline(options)
    numbers = SeededNumbers(seed)
    self.folder = folder
    self.store = store
    self.log = log
    self.ends = ends
    self.options = options
  }

  /// Takes the whole log; `restarting`: with saves and restarts in between.
  mutating func run(restarting: Bool) throws -> CounterSnapshot {
    while place < ends.count - 1 {
      take()
      guard restarting else { continue }
      switch numbers.below(10) {
      case 0, 1: try save()
      case 2: try restart()
      case 3:
        // Whatever day it is, old days are packed; lines of these days still come.
        pipeline.turn(today: CivilDate(daysSince1970: 20_778 + Int32(numbers.below(9))))
      default: break
      }
    }
    guard let view = pipeline.view(since: nil) else { preconditionFailure("no view") }
    return view.counters
  }

  private mutating func take() {
    let next = min(ends.count - 1, place + 1 + numbers.below(numbers.below(5) == 0 ? 300 : 8))
    let position = FilePosition(
      path: Self.source,
      device: 1,
      inode: 2,
      offset: Int64(ends[next]),
      hashedCount: 0,
      hash: 0
    )
    pipeline.take(
      LineBatch(
        source: Self.source,
        bytes: Array(log[ends[place]..<ends[next]]),
        end: .file(position)
      ),
      now: now
    )
    place = next
  }

  private mutating func save() throws {
    try store.save(pipeline.cut(at: now))
  }

  /// The process is killed: what the files hold at this moment is all that is left.
  private mutating func restart() throws {
    restarts += 1
    let (old, new) = (store.path, folder.path("\(restarts).db"))
    for end in ["", "-wal"] { try TemporaryFolder.copyFile(old + end, to: new + end) }
    store = try SnapshotStore(path: new)
    pipeline = try IngestPipeline(options, from: try store.load(into: options.emptyCounters))
    guard case .file(let position)? = pipeline.savedPositions[Self.source] else {
      place = 0
      return
    }
    place = ends.firstIndex(of: Int(position.offset)) ?? -1
  }
}
