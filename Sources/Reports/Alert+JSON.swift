package import Languages
package import MailLog

extension Alert {
  fileprivate func writeMembers(
    to json: inout JSONWriter,
    _ zone: ZoneRules,
    _ language: Language
  ) {
    json.member("id", id)
    json.member("rule", rule.rawValue)
    json.member("severity", severity.rawValue)
    json.member("state", state.rawValue)
    json.member("account", account)
    json.array("senders", of: senders)
    json.member("started", started.text(zone))
    json.member("updated", updated.text(zone))
    json.member("ended", orNull: ended.map { $0.text(zone) })
    json.member("windowSeconds", windowSeconds)
    json.member("count", count)
    json.key("expected")
    json.value(hundredths: Self.hundredths(expected))
    json.key("score")
    json.value(hundredths: Self.hundredths(score))
    json.array("clients", of: clients) { $0.writeJSON(to: &$1, zone) }
    json.array("evidence", of: evidence)
    json.member("text", sentence(in: language))
  }

  /// A figure in hundredths; what is no number counts as none.
  static func hundredths(_ value: Double) -> Int64 {
    let scaled = (value * 100).rounded()
    return scaled.magnitude < 1e15 ? Int64(scaled) : 0
  }
}

extension Alert.Client {
  fileprivate func writeJSON(to json: inout JSONWriter, _ zone: ZoneRules) {
    json.object { json in
      json.member("network", network)
      json.member("first", orNull: first.map { $0.text(zone) })
      json.member("count", count)
      json.member("isNew", isNew)
    }
  }
}

extension JudgedAlert {
  /// Writes the alert, and the verdict if there is one, as who asks for it or is told of it gets it.
  ///
  /// - Parameters:
  ///   - json: where an object is opened and closed.
  ///   - zone: the zone of the times.
  ///   - language: of the sentence.
  package func writeJSON(
    to json: inout JSONWriter,
    _ zone: ZoneRules,
    in language: Language = .english
  ) {
    json.object { json in
      alert.writeMembers(to: &json, zone, language)
      if let replacedBy { json.member("replacedBy", replacedBy) }
      guard let judgement else { return }
      json.object("verdict") { json in
        json.member("verdict", judgement.verdict.rawValue)
        json.member("note", judgement.note)
        json.member("user", UInt64(judgement.user))
        json.member("time", judgement.time.text(zone))
      }
    }
  }
}

extension [KeptAlert] {
  /// Writes the list as an answer of its own.
  ///
  /// - Parameters:
  ///   - json: where an object is opened and closed.
  ///   - zone: the zone of the times.
  ///   - language: of the sentences.
  ///   - next: the cursor of the next page; nil: no more alerts follow.
  ///   - writePeriod: writes which alerts these are, and the zone.
  package func writeJSON(
    to json: inout JSONWriter,
    _ zone: ZoneRules,
    in language: Language = .english,
    next: String?,
    _ writePeriod: (inout JSONWriter) -> Void
  ) {
    json.object { json in
      json.member("view", "alerts")
      writePeriod(&json)
      json.array("rows", of: self) { $0.writeJSON(to: &$1, zone, in: language) }
      json.member("next", orNull: next)
    }
  }

  /// Writes the names of the columns, and a line for each alert.
  package func writeCSV(to output: inout ByteWriter, _ zone: ZoneRules) {
    output.append(
      "id,rule,account,started,ended,severity,count,expected,window_seconds,score\n"
    )
    for kept in self { kept.alert.writeCSV(to: &output, zone) }
  }
}

extension Alert {
  fileprivate func writeCSV(to output: inout ByteWriter, _ zone: ZoneRules) {
    output.append("\(id),\(rule.rawValue),")
    output.appendCell(account.utf8)
    output.append(",\(started.text(zone)),")
    output.append(ended.map { $0.text(zone) } ?? "")
    output.append(",\(severity.rawValue),\(count),")
    output.append(hundredths: Self.hundredths(expected))
    output.append(",\(windowSeconds),")
    output.append(hundredths: Self.hundredths(score))
    output.append(UInt8(ascii: "\n"))
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
}
