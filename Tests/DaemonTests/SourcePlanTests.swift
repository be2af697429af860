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
  ) {
    var settings = Settings()
    settings.sources = now.map { .file(FollowedFile(path: $0)) }
    var saved = IngestPipeline.Saved(
      counters: Counters(zone: .utc),
      sessions: [],
      positions: Dictionary(uniqueKeysWithValues: logs.map { ($0, .journal(cursor: "1")) }),
      readings: [],
      logTime: nil
    )
    saved.sourceNames = before
    SourcePlan(settings, zone: .utc).adapt(&saved)
    #expect(saved.positions.keys.sorted() == left)
    #expect(saved.hasReplaced == hasReplaced)
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
