import Settings
import Testing

@testable import Alerts

/// The sinks that a configuration names; `timeLimit`: nil for the usual one.
func madeSinks(_ yaml: String, timeLimit: Duration? = nil) throws -> [any AlertSink] {
  let settings = try Settings.parse(
    Array("alerts:\n\(yaml)".utf8),
    file: "test.yaml",
    sinks: allAlertSinks
  )
  var surroundings = SinkSurroundings(
    host: "mx1.example.org",
    agent: "submitwatch/0",
    isUnderJournal: false
  )
  if let timeLimit { surroundings.timeLimit = timeLimit }
  return Array(alertSinks(settings.alerts, surroundings).dropFirst())
}
