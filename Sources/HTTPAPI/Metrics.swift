import MailLog
import Reports

/// Figures for Prometheus, none of them with a label that names a sender or an account.
struct Metrics {
  private enum Kind: String { case counter, gauge }

  private struct Family {
    /// Counters: without `_total`.
    var name: String
    var kind: Kind
    var help: String
    var samples: [(labels: [(String, String)], value: String)]

    init(_ name: String, _ kind: Kind, _ help: String, _ value: UInt64?) {
      self.init(name, kind, help, value.map { [([], $0)] } ?? [])
    }

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [([(String, String)], UInt64)]) {
      self.name = "submitwatch_" + name
      self.kind = kind
      self.help = help
      self.samples = samples.map { ($0, String($1)) }
    }
  }

  private var families: [Family] = []

  init(_ status: DaemonStatus, _ connections: ConnectionCounts) {
    families = [
      Family(
        "build_info",
        .gauge,
        "The version of the daemon, always 1.",
        [([("version", status.version)], 1)]
      ),
      Family("start_time_seconds", .gauge, "When the daemon started.", seconds(status.started)),
      Family(
        "state",
        .gauge,
        "1 for the state that the daemon is in.",
        DaemonStatus.State.allCases.map { state in
          ([("state", state.rawValue)], state == status.state ? 1 : 0)
        }
      ),
      Family(
        "warnings",
        .gauge,
        "Warnings that stand, by what they are about.",
        StatusWarning.Code.allCases.map { code in
          ([("code", code.rawValue)], UInt64(status.warnings.count { $0.code == code }))
        }
      ),
    ]
    families += Self.lines(status.lines) + Self.sources(status.sources)
    families += Self.storage(status) + Self.alerts(status.alerts) + Self.http(connections)
  }

  private static func lines(_ lines: LineTotals) -> [Family] {
    [
      Family("lines_used", .counter, "Lines that told something of a submission.", lines.used),
      Family(
        "lines_passed_over",
        .counter,
        "Lines that told nothing, by reason.",
        labelled("reason", lines.passedOver)
      ),
      Family(
        "entries_dropped",
        .counter,
        "What found no room, by table.",
        labelled("table", lines.dropped.named)
      ),
    ]
  }

  private static func sources(_ sources: [SourceStatus]) -> [Family] {
    func each(_ value: (SourceStatus) -> UInt64?) -> [([(String, String)], UInt64)] {
      sources.compactMap { source in value(source).map { ([("source", source.name)], $0) } }
    }
    return [
      Family("source_lines", .counter, "Lines read, by source.", each(\.lines)),
      Family("source_gaps", .counter, "How often lines were lost for good.", each(\.gaps)),
      Family("source_lag_bytes", .gauge, "Bytes that wait to be read.", each(\.lagBytes)),
      Family("source_lag_seconds", .gauge, "How far behind the counters are.", each(\.lagSeconds)),
      Family(
        "source_last_line_timestamp_seconds",
        .gauge,
        "The time of the last line.",
        each { $0.lastLine.map(seconds) }
      ),
      Family(
        "source_state",
        .gauge,
        "1 for the state that a source is in.",
        sources.flatMap { source in
          SourceStatus.State.allCases.map { state in
            (
              [("source", source.name), ("state", state.rawValue)],
              state == source.state ? 1 : 0
            )
          }
        }
      ),
    ]
  }

  private static func storage(_ status: DaemonStatus) -> [Family] {
    [
      Family(
        "saved_timestamp_seconds",
        .gauge,
        "When the counters were last saved.",
        status.saved.map(seconds)
      ),
      Family(
        "saved_age_seconds",
        .gauge,
        "How long the oldest change that is not saved has waited, at most; 0 if all is saved.",
        status.savedAge
      ),
      Family("database_size_bytes", .gauge, "The size of the database.", status.database.bytes),
      Family("held_dates", .gauge, "Calendar days that are held.", status.days),
      Family("held_rows", .gauge, "Combinations of day, account and sender.", status.rows),
    ]
  }

  private static func alerts(_ alerts: AlertTotals) -> [Family] {
    func each(_ value: (AlertTotals.Sink) -> UInt64) -> [([(String, String)], UInt64)] {
      alerts.sinks.map { ([("sink", $0.name)], value($0)) }
    }
    return [
      Family(
        "alerts_firing",
        .gauge,
        "Alerts that fire, by rule.",
        Alert.Rule.allCases.map { ([("rule", $0.rawValue)], alerts.firing[$0] ?? 0) }
      ),
      Family("alerts_kept", .gauge, "Alerts that are kept.", alerts.kept),
      Family(
        "alerts_withheld",
        .counter,
        "Alerts that nobody was told, as too many began in one hour.",
        alerts.withheld
      ),
      Family(
        "failed_logins_forgotten",
        .counter,
        "Failed logins whose account was forgotten for the sake of others.",
        alerts.forgottenLogins
      ),
      Family("sink_events_waiting", .gauge, "Events that a sink is to be told.", each(\.waiting)),
      Family("sink_events_delivered", .counter, "Events that a sink took.", each(\.delivered)),
      Family(
        "sink_events_given_up",
        .counter,
        "Events that a sink refused, or did not take in time.",
        each(\.givenUp)
      ),
    ]
  }

  private static func http(_ connections: ConnectionCounts) -> [Family] {
    [
      Family("http_connections", .gauge, "Connections that are open.", UInt64(connections.open)),
      Family(
        "http_connections_refused",
        .counter,
        "Connections that found no place.",
        connections.refused
      ),
      Family(
        "http_connections_displaced",
        .counter,
        "Idle connections that made place for a new one.",
        connections.displaced
      ),
    ]
  }

  private static func labelled(
    _ label: String,
    _ counts: [String: UInt64]
  ) -> [([(String, String)], UInt64)] {
    counts.sorted { $0.key < $1.key }.map { ([(label, $0.key)], $0.value) }
  }

  /// The figures in OpenMetrics 1.0, or in Prometheus' older text format 0.0.4.
  ///
  /// The older names a counter's family with its suffix. Both end with `# EOF`, there a comment.
  func text(isOpenMetrics: Bool) -> String {
    var text = ""
    for family in families where !family.samples.isEmpty {
      let sample = family.kind == .counter ? family.name + "_total" : family.name
      let name = isOpenMetrics ? family.name : sample
      text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
      for (labels, value) in family.samples {
        let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += sample + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
      }
    }
    return text + "# EOF\n"
  }

  /// A label's value: backslash, quote and newline are escaped.
  private static func escaped(_ text: String) -> String {
    escapedText(text.utf8).map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
  }
}

private func seconds(_ time: Timestamp) -> UInt64 { UInt64(max(0, time.seconds)) }
