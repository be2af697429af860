package import MailLog

extension Alert {
  /// Writes the alert as every reader gets it: `GET /v1/alerts`, webhooks, programs of `--exec`.
  ///
  /// - Parameters:
  ///   - json: where an object is opened and closed.
  ///   - zone: the zone of the times.
  package func writeJSON(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.beginObject()
    writeMembers(to: &json, zone)
    json.endObject()
  }

  fileprivate func writeMembers(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.key("id")
    json.value(id)
    json.key("rule")
    json.value(rule.rawValue)
    json.key("severity")
    json.value(severity.rawValue)
    json.key("state")
    json.value(state.rawValue)
    json.key("account")
    json.value(account)
    json.key("senders")
    json.texts(senders)
    json.key("started")
    json.value(DateText.rfc3339(started, zone))
    json.key("updated")
    json.value(DateText.rfc3339(updated, zone))
    json.key("ended")
    json.value(ended.map { DateText.rfc3339($0, zone) })
    json.key("windowSeconds")
    json.value(windowSeconds)
    json.key("count")
    json.value(count)
    json.key("expected")
    json.value(hundredths: Self.hundredths(expected))
    json.key("score")
    json.value(hundredths: Self.hundredths(score))
    json.key("clients")
    json.beginArray()
    for client in clients { client.writeJSON(to: &json, zone) }
    json.endArray()
    json.key("evidence")
    json.texts(evidence)
    json.key("text")
    json.value(text)
  }

  /// A figure in hundredths; what is no number counts as none.
  static func hundredths(_ value: Double) -> Int64 {
    let scaled = (value * 100).rounded()
    return scaled.magnitude < 1e15 ? Int64(scaled) : 0
  }
}

extension Alert.Client {
  fileprivate func writeJSON(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.beginObject()
    json.key("network")
    json.value(network)
    json.key("first")
    json.value(first.map { DateText.rfc3339($0, zone) })
    json.key("count")
    json.value(count)
    json.key("isNew")
    json.value(isNew)
    json.endObject()
  }
}

extension KeptAlert {
  /// As `Alert.writeJSON`, with the verdict if there is one.
  package func writeJSON(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.beginObject()
    alert.writeMembers(to: &json, zone)
    if let judgement {
      json.key("verdict")
      json.beginObject()
      json.key("verdict")
      json.value(judgement.verdict.rawValue)
      json.key("note")
      json.value(judgement.note)
      json.key("user")
      json.value(UInt64(judgement.user))
      json.key("time")
      json.value(DateText.rfc3339(judgement.time, zone))
      json.endObject()
    }
    json.endObject()
  }
}

extension Alert {
  /// The names of the columns as a line of CSV.
  package static func writeCSVHeader(to output: inout ByteWriter) {
    output.append(
      "id,rule,account,started,ended,severity,count,expected,window_seconds,score\n"
    )
  }

  /// A line of CSV.
  package func writeCSV(to output: inout ByteWriter, _ zone: ZoneRules) {
    output.append("\(id),\(rule.rawValue),")
    output.append(csv: account)
    output.append(",\(DateText.rfc3339(started, zone)),")
    output.append(ended.map { DateText.rfc3339($0, zone) } ?? "")
    output.append(",\(severity.rawValue),\(count),")
    output.append(hundredths: Self.hundredths(expected))
    output.append(",\(windowSeconds),")
    output.append(hundredths: Self.hundredths(score))
    output.append(UInt8(ascii: "\n"))
  }
}

extension JSONWriter {
  /// An array of texts.
  package mutating func texts(_ texts: [String]) {
    beginArray()
    for text in texts { value(text) }
    endArray()
  }
}

extension ByteWriter {
  /// A number in hundredths: 1250 is `12.5`.
  mutating func append(hundredths: Int64) {
    if hundredths < 0 { append(UInt8(ascii: "-")) }
    let size = hundredths.magnitude
    append(number: size / 100)
    let fraction = size % 100
    guard fraction > 0 else { return }
    append(
      fraction % 10 == 0 ? ".\(fraction / 10)" : fraction < 10 ? ".0\(fraction)" : ".\(fraction)"
    )
  }

  /// A field of CSV, quoted where it must be, RFC 4180.
  fileprivate mutating func append(csv text: String) {
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return append(text) }
    append("\"" + text.replacing("\"", with: "\"\"") + "\"")
  }
}
