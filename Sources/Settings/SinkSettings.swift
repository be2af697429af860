/// What the configuration says of one place that alerts are sent to; the kinds are in `Alerts`.
package protocol SinkSettings: Equatable, Sendable {
  /// The key of the kind's list under `alerts`.
  static var key: String { get }
  /// Tells the places apart, also over restarts.
  var name: String { get }

  /// Reads a section; what is wrong in it becomes a problem, and the value is not used.
  init(_ section: Section)
}

extension SinkSettings {
  fileprivate func isEqual(to other: any SinkSettings) -> Bool { other as? Self == self }
}

extension Settings {
  package struct Alerts: Equatable, Sendable {
    /// How long a sink is tried that does not take an alert.
    package var giveUpAfter: Duration = .seconds(72 * 3600)
    /// Whom alerts are sent to, besides the journal.
    package var sinks: [any SinkSettings] = []

    package init() {}

    package static func == (left: Alerts, right: Alerts) -> Bool {
      left.giveUpAfter == right.giveUpAfter && left.sinks.count == right.sinks.count
        && zip(left.sinks, right.sinks).allSatisfy { $0.isEqual(to: $1) }
    }
  }
}

extension Settings.Alerts {
  mutating func take(_ section: Section, _ kinds: [any SinkSettings.Type]) {
    let expected = "a time from 1m to 720h, such as 90m or 72h"
    section.duration("give-up-after", in: .seconds(60)...(.seconds(720 * 3600)), expected)
      .map { giveUpAfter = $0 }
    // The journal is there without being named.
    var names: Set<String> = ["journal"]
    for kind in kinds {
      for entry in section.list(kind.key, of: "a section with keys") ?? [] {
        let count = entry.problems.count
        guard entry.isSection else {
          entry.refuse("a section with keys")
          continue
        }
        let inner = Section(entry.node, path: entry.key, problems: entry.problems)
        let sink = kind.init(inner)
        inner.end()
        if entry.problems.count == count, !names.insert(sink.name).inserted {
          entry.report("'\(sink.name)' is the name of another sink; set another one under name")
        }
        sinks.append(sink)
      }
    }
    section.end()
  }
}
