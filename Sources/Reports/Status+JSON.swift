import MailLog

extension DaemonStatus {
  /// The status as `GET /v1/status` gives it.
  package func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.member("state", state.rawValue)
      json.member("version", version)
      json.member("time", time.text(zone))
      json.member("started", started.text(zone))
      json.member("timezone", zone.name)
      json.array("sources", of: sources) { $0.writeJSON(to: &$1, zone) }
      json.key("lines")
      lines.writeJSON(to: &json)
      json.member("saved", orNull: saved.map { $0.text(zone) })
      json.member("savedAgeSeconds", savedAge)
      json.object("database") { json in
        json.member("path", escapedText(database.path.utf8))
        json.member("bytes", database.bytes)
      }
      json.member("days", days)
      json.member("rows", rows)
      json.key("alerts")
      alerts.writeJSON(to: &json)
      json.array("warnings", of: warnings) { $0.writeJSON(to: &$1) }
    }
  }
}

extension SourceStatus {
  fileprivate func writeJSON(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.object { json in
      json.member("name", escapedText(name.utf8))
      json.member("kind", kind.rawValue)
      json.member("state", state.rawValue)
      json.member("lagBytes", orNull: lagBytes)
      json.member("lagSeconds", orNull: lagSeconds)
      json.member("lines", lines)
      json.member("lastLine", orNull: lastLine.map { $0.text(zone) })
      json.member("position", orNull: position.map { escapedText($0.utf8) })
      json.member("gaps", gaps)
      json.array("problems", of: problems)
    }
  }
}

extension LineTotals {
  fileprivate func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.member("used", used)
      json.counts("passedOver", passedOver)
      json.counts("dropped", dropped.named)
    }
  }
}

extension StatusWarning {
  fileprivate func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.member("code", code.rawValue)
      json.member("state", state.rawValue)
      json.member("text", text)
      json.member("remedy", remedy)
      json.member("count", orNull: count)
      json.object("values") { json in
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
      }
    }
  }
}

extension JSONWriter {
  /// An object with a number for each name, in the order of names.
  package mutating func counts(_ name: String, _ counts: [String: UInt64]) {
    object(name) { json in
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(name, count) }
    }
  }
}
