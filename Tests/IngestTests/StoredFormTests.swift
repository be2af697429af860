import Counters
import Detection
import MailLog
import TestSupport
import Testing

@testable import Ingest
@testable import LogSources

/// What the pipeline stores beside the counters, byte by byte.
struct StoredFormTests {
  @Test func `the times of logs keep their form`() {
    let bytes: [UInt8] = [1, 97, 128, 168, 214, 185, 7, 2, 195, 164, 1]
    let times = LogTimes(["a": Timestamp(seconds: 1), "ä": Timestamp(nanoseconds: -1)])
    #expect(times.packed == bytes)
    #expect(LogTimes(bytes) == times)
    #expect(LogTimes(bytes.dropLast()) == LogTimes(["a": Timestamp(seconds: 1)]))
    var successions = Successions()
    successions.ends = ["a": Timestamp(nanoseconds: 1)]
    successions.nextEnd = Timestamp(nanoseconds: 2)
    #expect(successions.packed == [0, 4, 1, 97, 2])
    #expect(Successions(successions.packed) == successions)
  }

  @Test func `what was lost of logs keeps its form`() {
    var lost = LostLines()
    let gaps = [
      SourceGap(.truncated, at: "/a", bytes: 300), SourceGap(.truncated, at: "/b", bytes: nil),
    ]
    let time = Timestamp(nanoseconds: 1)
    lost.note(LostLines.Found([gaps[0]], count: 2), at: time, after: nil, before: time)
    lost.note(LostLines.Found([gaps[1]]), at: time, after: time, before: time)
    let bytes = LostLines.packed(["log": lost, "whole": LostLines()])
    let reason = [9] + Array("truncated".utf8)
    let never = [UInt8](repeating: 255, count: 9) + [1]
    let first = reason + [2, 47, 97, 216, 4, 2] + never + [2]
    #expect(bytes == [3, 108, 111, 103, 3, 2] + first + reason + [2, 47, 98, 1, 2, 2, 2])
    let restored = LostLines.logs(bytes)
    #expect(restored.keys.sorted() == ["log"])
    #expect(restored["log"]?.open == lost.open)
    #expect(restored["log"]?.count == 3)
  }

  @Test func `servers that hide their TLS keep their form`() {
    let bytes: [UInt8] =
      [2, 109, 120] + [7] + Array("postfix".utf8) + [4] + [0, 4] + Array("exim".utf8) + [1]
    #expect(HiddenTLS.packed(HiddenTLS.list(bytes)) == bytes)
    let gone: [UInt8] = [2, 109, 120, 4, 103, 111, 110, 101, 4]
    #expect(HiddenTLS.list(gone + bytes).map(\.server) == [.postfix, .exim])
  }

  @Test func `what was counted, and how logs are read, keeps its form`() throws {
    let log = RandomLog(seed: 6, isCoarse: true)
    let run = try ImportRun(log.lines, in: try TemporaryFolder())
    run.takeLive(log.lines.count / 2..<log.lines.count)
    _ = try run.importing([0..<log.lines.count * 2 / 3])
    let states = run.pipeline.cut(at: ImportRun.now).wholeCheckpoint.states
    let counted = try #require(states["counted"])
    #expect(StoredForm(counted) == StoredForm(2564, 0x9d1e_0018_851d_9644))
    // The year is 2026, the last reading and its instant are behind it.
    let reading: [UInt8] = [1, 212, 31, 212, 31, 142, 182, 198, 26, 142, 212, 233, 175, 13]
    #expect(states["readings"] == [4] + Array("live".utf8) + reading)
  }

  @Test func `what is damaged stops the start, by its name`() throws {
    var options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc) }
    options.rules.detection = DetectionSettings()
    let cut = try IngestPipeline(options).cut(at: ImportRun.now)
    let changes: [(part: String, change: (inout LoadedCut) -> Void)] = [
      ("coverage", { $0.checkpoint.states["counted"]?.removeLast() }),
      ("open sessions", { $0.checkpoint.states["sessions"]?.removeLast() }),
      ("readings of stamps", { $0.checkpoint.states["readings"] = [1, 97] }),
      ("detection", { $0.checkpoint.states["detection"]?.removeLast() }),
      ("detected-rejections", { $0.blocks[.detectedRejections] = [[0, 255]] }),
      ("alerts", { $0.alerts = [[]] }),
    ]
    for (part, change) in changes {
      var saved = LoadedCut(counters: options.emptyCounters, checkpoint: cut.wholeCheckpoint)
      _ = try IngestPipeline(options, from: saved)
      change(&saved)
      #expect(throws: StoredDamage(part: part)) { try IngestPipeline(options, from: saved) }
    }
  }
}
