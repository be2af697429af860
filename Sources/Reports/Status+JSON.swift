import MailLog

extension DaemonStatus {
  /// The status as `GET /v1/status` gives it.
  package func writeJSON(to json: inout JSONWriter) {
    json.beginObject()
    json.key("state")
    json.value(state.rawValue)
    json.key("version")
    json.value(version)
    json.key("time")
    json.value(DateText.rfc3339(time, zone))
    json.key("started")
    json.value(DateText.rfc3339(started, zone))
    json.key("timezone")
    json.value(zone.name)
    json.key("sources")
    json.beginArray()
    for source in sources { source.writeJSON(to: &json, zone) }
    json.endArray()
    json.key("lines")
    lines.writeJSON(to: &json)
    json.key("saved")
    json.value(saved.map { DateText.rfc3339($0, zone) })
    json.key("savedAgeSeconds")
    json.value(savedAge)
    json.key("database")
    json.beginObject()
    json.key("path")
    json.value(escapedText(database.path.utf8))
    json.key("bytes")
    json.value(database.bytes)
    json.endObject()
    json.key("days")
    json.value(days)
    json.key("rows")
    json.value(rows)
    json.key("alerts")
    alerts.writeJSON(to: &json)
    json.key("warnings")
    json.beginArray()
    for warning in warnings { warning.writeJSON(to: &json) }
    json.endArray()
    json.endObject()
  }
}

extension SourceStatus {
  fileprivate func writeJSON(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.beginObject()
    json.key("name")
    json.value(escapedText(name.utf8))
    json.key("kind")
    json.value(kind.rawValue)
    json.key("state")
    json.value(state.rawValue)
    json.key("lagBytes")
    json.value(lagBytes)
    json.key("lagSeconds")
    json.value(lagSeconds)
    json.key("lines")
    json.value(lines)
    json.key("lastLine")
    json.value(lastLine.map { DateText.rfc3339($0, zone) })
    json.key("position")
    json.value(position.map { escapedText($0.utf8) })
    json.key("gaps")
    json.value(gaps)
    json.key("problems")
    json.beginArray()
    for problem in problems { json.value(problem) }
    json.endArray()
    json.endObject()
  }
}

extension LineTotals {
  fileprivate func writeJSON(to json: inout JSONWriter) {
    json.beginObject()
    json.key("used")
    json.value(used)
    json.counts("passedOver", passedOver)
    json.counts("dropped", dropped)
    json.endObject()
  }
}

extension StatusWarning {
  fileprivate func writeJSON(to json: inout JSONWriter) {
    json.beginObject()
    json.key("code")
    json.value(code.rawValue)
    json.key("state")
    json.value(state.rawValue)
    json.key("text")
    json.value(text)
    json.key("remedy")
    json.value(remedy)
    json.endObject()
  }
}

extension JSONWriter {
  /// An object with a number for each name, in the order of names.
  fileprivate mutating func counts(_ name: String, _ counts: [String: UInt64]) {
    key(name)
    beginObject()
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      key(name)
      value(count)
    }
    endObject()
  }
}
