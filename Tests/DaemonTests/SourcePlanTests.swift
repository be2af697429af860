import Counters
import Detection
import Ingest
import MailLog
import Sessions
import Settings
import Testing

@testable import Daemon

/// Which logs take the place of others.
struct SourcePlanTests {
  @Test(arguments: [
    // One instead of another, and the same again.
    (["/a"] as [String]?, ["/a"], ["/b"], [] as [String], true),
    (["/a"], ["/a"], ["/a"], ["/a"], false),
    // One more, and one less, which is read on when it comes back.
    (["/a"], ["/a"], ["/a", "/b"], ["/a"], false),
    (["/a", "/b"], ["/a", "/b"], ["/a"], ["/a", "/b"], false),
    (["/a"], ["/a", "/b"], ["/a", "/b"], ["/a", "/b"], false),
    // Of one there never was a line.
    (["/a", "/b", "/c"], ["/a", "/c"], ["/a", "/b"], ["/a", "/c"], false),
    (["/a"], ["/a", "/c"], ["/b"], ["/c"], true),
    // Nobody kept what was read.
    (nil, ["/a"], ["/b"], [], true),
  ])
  func `a log takes the place of those that are read no longer`(
    before: [String]?,
    logs: [String],
    now: [String],
    left: [String],
    hasReplaced: Bool
  ) throws {
    var settings = Settings()
    settings.sources = now.map { .file(FollowedFile(path: $0)) }
    let plan = SourcePlan(settings, zone: .utc)
    let options = plan.pipelineOptions(settings, zone: .utc)
    var saved = try IngestPipeline(options).cut(at: Timestamp(seconds: 0)).checkpoint
    for log in logs { saved.positions[log] = .journal(cursor: "1") }
    saved.states["sources"] = before.map { Array($0.joined(separator: "\n").utf8) }
    let changes = plan.changes(since: saved)
    #expect(changes.replaced.isEmpty != hasReplaced)
    let cut = LoadedCut(counters: options.emptyCounters, checkpoint: saved)
    let pipeline = try IngestPipeline(options, from: cut, changes)
    #expect(pipeline.savedPositions.keys.sorted() == left)
  }

  /// So `analyze`, which has no settings, and a daemon that nobody has set count and find the same.
  @Test func `the defaults of the settings are those of what they set`() throws {
    let settings = Settings()
    let options = SourcePlan(settings, zone: .utc).pipelineOptions(settings, zone: .utc)
    let detection = try #require(options.rules.detection)
    #expect("\(detection)" == "\(DetectionSettings())")
    #expect("\(options.limits)" == "\(CounterLimits())")
    #expect("\(options.sessionLimits)" == "\(SessionTable.Limits())")
    #expect(options.rules.foldsCase == CountingRules().foldsCase)
  }
}
