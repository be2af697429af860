import Counters
import Ingest
import MailLog
import Storage
import TestSupport
import Testing

@testable import Daemon

/// A log that takes the place of another one with the same lines, and that of it again.
struct SuccessionTests {
  private static let options = IngestPipeline.Options(zone: .utc) { _ in
    IngestPipeline.StampDefaults(zone: .utc)
  }
  private static let now = Timestamp(seconds: 1_795_400_000)

  /// A daemon's pipeline, which can be killed, and what is saved of it.
  private struct Run: ~Copyable {
    private var store: SnapshotStore
    private(set) var pipeline: IngestPipeline
    private let folder: TemporaryFolder
    private let lines: [[UInt8]]
    /// How many lines of the log are read.
    private(set) var place = 0

    init(_ lines: [[UInt8]]) throws {
      let folder = try TemporaryFolder()
      let store = try SnapshotStore(path: folder.path("counts.db"))
      pipeline = try IngestPipeline(SuccessionTests.options)
      self.lines = lines
      self.folder = folder
      self.store = store
    }

    mutating func take(_ count: Int, of log: String) {
      let end = min(lines.count, place + count)
      let bytes = Array(lines[place..<end].joined())
      let batch = LineBatch(source: log, bytes: bytes, end: .journal(cursor: "\(end)"))
      pipeline.take(batch, now: SuccessionTests.now)
      place = end
    }

    mutating func save() throws {
      try store.save(pipeline.cut(at: SuccessionTests.now))
    }

    /// Goes on from the last save with `log`; `replacing`: what is read no longer.
    mutating func restart(_ log: String, replacing old: String? = nil) throws {
      let loaded = try #require(try store.load(into: SuccessionTests.options.emptyCounters))
      let changes = LogChanges(replaced: old.map { [$0] } ?? [])
      pipeline = try IngestPipeline(SuccessionTests.options, from: loaded, changes)
      place = 0
      if case .journal(let cursor)? = pipeline.savedPositions[log] { place = Int(cursor) ?? 0 }
    }

    var counted: [String] { pipeline.cut(at: SuccessionTests.now).counters.counted }

    var messages: UInt64 {
      var sum: UInt64 = 0
      let days = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 84_370))
      pipeline.cut(at: SuccessionTests.now).counters.forEachRow(from: days.0, through: days.1) {
        sum += $3.messages
      }
      return sum
    }
  }

  private static func lines() throws -> [[UInt8]] {
    try Fixtures.lines("postfix/3.7.11-dovecot-sasl/mail.log.xz").map { line in
      Array(line) + [UInt8(ascii: "\n")]
    }
  }

  @Test(arguments: [UInt64](0..<8))
  func `what was counted of the logs before does not count again`(seed: UInt64) throws {
    let lines = try Self.lines()
    var whole = try Run(lines)
    whole.take(lines.count, of: "file")
    var numbers = SeededNumbers(seed)
    var run = try Run(lines)
    run.take(numbers.below(lines.count), of: "file")
    try run.save()
    var log = "file"
    for next in ["journal", "file", "journal"] {
      try run.restart(next, replacing: log)
      log = next
      for _ in 0..<6 {
        if numbers.below(3) == 0 {
          try run.save()
          if numbers.below(2) == 0 { try run.restart(log) }
        }
        run.take(numbers.below(lines.count / 3), of: log)
      }
      try run.save()
    }
    run.take(lines.count, of: log)
    let counted = run.counted
    #expect(counted == whole.counted)
  }

  @Test func `a log that is read beside the one before counts`() throws {
    let lines = try Self.lines()
    var once = try Run(lines)
    once.take(lines.count, of: "file")
    let messages = once.messages
    try once.save()
    try once.restart("other")
    once.take(lines.count, of: "other")
    let both = once.messages
    #expect(messages > 200 && both == 2 * messages)
  }
}
